/** cbo.zero in generated code (Unprivileged, "CMO"): the same block, the same permissions and the same faults as in the stepping executor. */
import { compiler, interpreter } from '../../../src/machine/engine/interpret';
import { stepper } from '../../../src/machine/engine/step';
import type { Hart } from '../../../src/machine/hart/hart';
import type { Executor } from '../../../src/machine/hart/ports';
import { encode, FULL_ISA, rowByName } from '../../../src/machine/isa';
import { BASE, bench, openMemory, type Bench } from '../hart/bench-hart';

const POLICY = { threshold: 2, warm: 1, mostInstructions: 100, mostRegions: 4 };
const EXECUTORS: [string, (hart: Hart) => Executor][] = [
  ['step', stepper],
  ['interpret', (hart) => interpreter(hart.memory)(hart)],
  ['compile', (hart) => compiler(hart.memory, FULL_ISA, POLICY)(hart)],
];

const BLOCK = BASE + 0x4040n;
const CBZE = 1n << 7n;

/** Runs `cbo.zero (a0)` and a jump back in S-mode, with bytes of ones around the block and a trap into M-mode ending the run. */
function zero(executor: (hart: Hart) => Executor, { address = BLOCK + 21n, menvcfg = CBZE }): Bench {
  const made = bench({ executor });
  const { hart, code, poke } = made;
  code(BASE, encode(rowByName('cbo.zero'), { rs1: 10 }), encode(rowByName('jal'), { rd: 0, imm: -4 }));
  for (let offset = -64n; offset < 128n; offset += 8n) poke(BLOCK + offset, 2n ** 64n - 1n);
  openMemory(hart);
  hart.csr.write('menvcfg', menvcfg);
  hart.setX(10, address);
  hart.nativeMode = 'M';
  hart.csr.write('mstatus', 1n << 11n);
  hart.csr.write('mepc', BASE);
  return made;
}

describe.each(EXECUTORS)('%s', (_, executor) => {
  it('stores zeros to the 64 bytes around the address, and to no others', () => {
    const { hart, peek } = zero(executor, {});
    expect(hart.run(100)).toEqual({ why: 'budget' });
    const words = Array.from({ length: 24 }, (_word, i) => peek(BLOCK - 64n + BigInt(8 * i)));
    expect(words.map((word) => word === 0n)).toEqual(Array.from({ length: 24 }, (_word, i) => i >= 8 && i < 16));
  });

  it('is an illegal instruction in S-mode while menvcfg.CBZE is 0', () => {
    const { hart } = zero(executor, { menvcfg: 0n });
    expect(hart.run(100)).toEqual({ why: 'trap', to: 'M' });
    expect(hart.csr.read('mcause')).toBe(2n);
  });

  it('faults as a store, and reports the address as it is', () => {
    const { hart } = zero(executor, { address: 0x5005n });
    expect(hart.run(100)).toEqual({ why: 'trap', to: 'M' });
    expect([hart.csr.read('mcause'), hart.csr.read('mtval')]).toEqual([7n, 0x5005n]);
  });

  it('overwrites code at once', () => {
    const { hart, poke } = zero(executor, { address: BLOCK });
    poke(BLOCK, BigInt(encode(rowByName('jal'), { rd: 0, imm: 0 }) >>> 0), 4);
    hart.csr.write('mepc', BLOCK);
    hart.run(10); // in the block
    expect(hart.pc).toBe(BLOCK);
    hart.pc = BASE;
    hart.run(10);
    hart.pc = BLOCK; // zeros are an illegal instruction
    expect(hart.run(10)).toEqual({ why: 'trap', to: 'M' });
    expect(hart.csr.read('mcause')).toBe(2n);
  });
});
