/** sstatus in generated code (Privileged, "Supervisor Status (sstatus) Register"): the same values, rights and interrupts as in the stepping executor. */
import { compiler, interpreter } from '../../../src/machine/engine/interpret';
import { stepper } from '../../../src/machine/engine/step';
import type { Hart } from '../../../src/machine/hart/hart';
import type { Executor } from '../../../src/machine/hart/ports';
import type { Mode } from '../../../src/machine/hart/privilege';
import { FULL_ISA } from '../../../src/machine/isa';
import { BASE, bench, openMemory, word } from '../hart/bench-hart';

const POLICY = { threshold: 2, warm: 1, mostInstructions: 100, mostRegions: 4 };
const EXECUTORS: [string, (hart: Hart) => Executor][] = [
  ['step', stepper],
  ['interpret', (hart) => interpreter(hart.memory)(hart)],
  ['compile', (hart) => compiler(hart.memory, FULL_ISA, POLICY)(hart)],
];

const HANDLER = BASE + 0x800n;
const SIE = 1n << 1n;
const SSIP = 1n << 1n;
const [READ, SET, CLEAR] = [
  word('csrrs', { rd: 5, rs1: 0, csr: 0x100 }),
  word('csrrs', { rd: 6, rs1: 10, csr: 0x100 }),
  word('csrrci', { rd: 7, zimm: 2, csr: 0x100 }),
];

/** A loop that reads sstatus, sets what a0 holds and clears SIE, long enough to be compiled; then in `mode` with these CSRs. */
function looping(executor: (hart: Hart) => Executor, mode: Mode, csrs: Record<string, bigint> = {}): Hart {
  const { hart, code } = bench({ executor });
  code(BASE, READ, SET, CLEAR, word('jal', { rd: 0, imm: -12 }));
  code(HANDLER, word('jal', { rd: 0, imm: 0 }));
  openMemory(hart);
  for (const [name, value] of Object.entries({ mideleg: SSIP, stvec: HANDLER, mtvec: HANDLER, ...csrs }))
    hart.csr.write(name, value);
  hart.setX(10, SIE);
  hart.mode = 'S';
  hart.run(40);
  hart.mode = mode;
  hart.pc = BASE;
  return hart;
}

describe.each(EXECUTORS)('%s', (_, executor) => {
  it('reads "a restricted view of mstatus": UXL 2, and SD while FS is Dirty', () => {
    const hart = looping(executor, 'S', { mstatus: (3n << 13n) | (1n << 3n) | (1n << 7n) | (1n << 18n) });
    hart.run(3);
    expect(hart.x[5]).toBe((1n << 63n) | (2n << 32n) | (1n << 18n) | (3n << 13n)); // without MIE and MPIE
    expect(hart.x[7]).toBe(hart.x[5] | SIE);
    expect(hart.csr.read('mstatus') & SIE).toBe(0n);
  });

  it('SIE lets a pending interrupt through before the next instruction', () => {
    const hart = looping(executor, 'S');
    hart.csr.write('mie', SSIP);
    hart.csr.write('mip', SSIP);
    hart.run(3);
    expect(hart.pc).toBe(HANDLER);
    expect(hart.csr.read('sepc')).toBe(BASE + 8n);
    expect(hart.csr.read('scause')).toBe((1n << 63n) | 1n);
  });

  it('and one that a device holds pending', () => {
    const hart = looping(executor, 'S', { mideleg: 1n << 9n });
    hart.csr.write('mie', 1n << 9n);
    hart.setInterrupt(9, true);
    hart.run(3);
    expect(hart.csr.read('scause')).toBe((1n << 63n) | 9n);
  });

  it('is an illegal instruction in U-mode', () => {
    const hart = looping(executor, 'U');
    hart.run(1);
    expect([hart.pc, hart.csr.read('mcause'), hart.csr.read('mepc')]).toEqual([HANDLER, 2n, BASE]);
  });

  it('is vsstatus in a guest: "VS-mode\'s version of supervisor register sstatus"', () => {
    const hart = looping(executor, 'VS', { vsstatus: 1n << 19n });
    hart.run(2);
    expect(hart.x[5]).toBe((2n << 32n) | (1n << 19n));
    expect(hart.csr.read('vsstatus')).toBe((2n << 32n) | (1n << 19n) | SIE);
    expect(hart.csr.read('mstatus') & SIE).toBe(0n);
  });

  it('writes to other fields have their effects: MXR lets a load read what may be executed', () => {
    const hart = looping(executor, 'S');
    hart.setX(10, 1n << 19n);
    hart.run(2);
    expect(hart.csr.read('mstatus') & (1n << 19n)).toBe(1n << 19n);
  });
});
