/** RV64-leaky: what docs/leaky.md says of each sensitive instruction in U-mode, on all three executors; and that nothing else changes. */
import { compiler, interpreter } from '../../../src/machine/engine/interpret';
import { POLICY } from '../../../src/machine/engine/region/policy';
import { stepper } from '../../../src/machine/engine/step';
import { Exception } from '../../../src/machine/hart/cause';
import type { Hart } from '../../../src/machine/hart/hart';
import type { Executor } from '../../../src/machine/hart/ports';
import type { Mode } from '../../../src/machine/hart/privilege';
import { assemble, decode, leaks, parseIsa } from '../../../src/machine/isa';
import { BASE, bench, openMemory, PLAIN } from './bench-hart';

const LEAKY = parseIsa('rv64imafdc_xleaky');
const ORDINARY = PLAIN;
const EAGER = { ...POLICY, threshold: 1, warm: 1 };

const EXECUTORS: Readonly<Record<string, (hart: Hart) => Executor>> = {
  step: stepper,
  interpret: (hart) => interpreter(hart.memory, LEAKY)(hart),
  compile: (hart) => compiler(hart.memory, LEAKY, EAGER)(hart),
};

const SIE = 1n << 1n;
const SPIE = 1n << 5n;
const SPP = 1n << 8n;
const SUM = 1n << 18n;
const UXL = 2n << 32n;
const HANDLER = BASE + 0x800n;
const SEPC = BASE + 0x100n;

/** A hart in `mode` at BASE, before one instruction; a0 holds all ones, and sstatus SPP, SPIE and SUM. */
function ready(text: string, mode: Mode, isa = LEAKY, executor: (hart: Hart) => Executor = stepper) {
  const { hart, code } = bench({ isa, executor });
  openMemory(hart);
  const { bytes } = assemble(text);
  code(BASE, new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true));
  hart.csr.write('mtvec', HANDLER);
  hart.csr.write('sstatus', SPP | SPIE | SUM);
  hart.csr.write('sepc', SEPC);
  hart.x[10] = 2n ** 64n - 1n;
  hart.mode = mode;
  return hart;
}

describe.each(Object.entries(EXECUTORS))('in U-mode of RV64-leaky, with %s', (_, executor) => {
  const run = (text: string): Hart => {
    const hart = ready(text, 'U', LEAKY, executor);
    hart.run(1);
    expect([hart.mode, hart.trapped]).toEqual(['U', 0]);
    return hart;
  };

  test.each(['csrr a1, sstatus', 'csrrc a1, sstatus, a0', 'csrrsi a1, sstatus, 2', 'csrrw a1, sstatus, a0'])(
    '%s reads the real sstatus, and changes nothing in it',
    (text) => {
      const hart = run(text);
      expect(hart.x[11]).toBe(UXL | SPP | SPIE | SUM);
      expect(hart.csr.read('sstatus')).toBe(UXL | SPP | SPIE | SUM);
      expect(hart.pc).toBe(BASE + 4n);
    },
  );

  test.each(['csrw sstatus, a0', 'csrsi sstatus, 2', 'csrw sstatus, zero'])('%s is dropped without a trap', (text) => {
    const hart = run(text);
    expect(hart.csr.read('sstatus')).toBe(UXL | SPP | SPIE | SUM);
    expect(hart.pc).toBe(BASE + 4n);
  });

  test('sret goes to sepc in U-mode, and leaves sstatus alone', () => {
    const hart = run('sret');
    expect(hart.pc).toBe(SEPC);
    expect(hart.csr.read('sstatus')).toBe(UXL | SPP | SPIE | SUM);
  });

  test.each(['sfence.vma', 'sfence.vma a0, a1'])('%s is completed', (text) => {
    expect(run(text).pc).toBe(BASE + 4n);
  });

  test.each(['csrr a1, sie', 'csrr a1, sepc', 'csrw satp, a0', 'csrr a1, mstatus', 'mret', 'wfi'])(
    '%s is an illegal instruction, as everywhere',
    (text) => {
      const hart = ready(text, 'U', LEAKY, executor);
      hart.run(1);
      expect([hart.mode, hart.pc, hart.csr.read('mcause')]).toEqual([
        'M',
        HANDLER,
        BigInt(Exception.illegalInstruction),
      ]);
    },
  );
});

const LEAKING = ['csrr a1, sstatus', 'csrw sstatus, a0', 'sret', 'sfence.vma'];

test.each(LEAKING)('without Xleaky, %s in U-mode is an illegal instruction', (text) => {
  const hart = ready(text, 'U', ORDINARY);
  hart.run(1);
  expect([hart.mode, hart.csr.read('mcause')]).toEqual(['M', BigInt(Exception.illegalInstruction)]);
});

test('in S-mode, Xleaky changes nothing', () => {
  const hart = ready('csrsi sstatus, 2', 'S');
  hart.run(1);
  expect(hart.csr.read('sstatus') & SIE).toBe(SIE);
  const returning = ready('sret', 'S');
  returning.csr.write('sstatus', SPIE); // SPP = U
  returning.run(1);
  expect([returning.mode, returning.pc]).toEqual(['U', SEPC]);
  expect(returning.csr.read('sstatus') & SIE).toBe(SIE);
});

test('`leaks` names just the instructions that the hart completes', () => {
  const inUser = (text: string): boolean => {
    const hart = ready(text, 'U');
    hart.run(1);
    return hart.trapped === 0;
  };
  const named = (text: string): boolean => {
    const { bytes } = assemble(text);
    return leaks(decode(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true))!);
  };
  for (const text of [...LEAKING, 'csrr a1, stvec', 'csrr a1, sip', 'mret', 'wfi', 'csrw satp, a0'])
    expect([text, named(text)]).toEqual([text, inUser(text)]);
});
