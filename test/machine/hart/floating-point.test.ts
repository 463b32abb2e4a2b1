/** mstatus.FS and fcsr: who may use floating point, what makes it dirty, and what a machine without F shows of it. */
import { interpreter } from '../../../src/machine/engine/interpret';
import { stepper } from '../../../src/machine/engine/step';
import { Exception } from '../../../src/machine/hart/cause';
import { assemble, parseIsa } from '../../../src/machine/isa';
import { BASE, bench, openMemory, type Bench } from './bench-hart';

const OFF = 0n;
const INITIAL = 1n;
const CLEAN = 2n;
const DIRTY = 3n;
const SD = 1n << 63n;
const ONE = 0x3ff0_0000_0000_0000n;

const ENGINES = { step: () => stepper, interpret: () => (hart: Bench['hart']) => interpreter(hart.memory)(hart) };

/** A hart in M-mode before one instruction, with FS as given and 1.0 in fa1 and fa2. */
function before(engine: keyof typeof ENGINES, source: string, fs: bigint): Bench {
  const machine = bench({ executor: ENGINES[engine]() });
  assemble(source).bytes.forEach((byte, i) => machine.poke(BASE + BigInt(i), BigInt(byte), 1));
  const { hart } = machine;
  openMemory(hart);
  hart.csr.write('mtvec', BASE + 0x1000n);
  hart.csr.write('mstatus', fs << 13n);
  hart.f[11] = hart.f[12] = ONE;
  hart.setX(10, BASE + 0x2000n);
  hart.setX(11, 0n);
  return machine;
}

const stateOf = ({ hart }: Bench): bigint => (hart.csr.read('mstatus') >> 13n) & 3n;

/** One of each kind: writes a register, computes, only reads, accesses a CSR. */
const WRITING = [
  'fld fa0, (a0)',
  'flw fa0, (a0)',
  'fadd.d fa0, fa1, fa2',
  'fsgnj.d fa0, fa1, fa2',
  'fmv.d.x fa0, a1',
  'fcvt.d.w fa0, a1',
  'csrw fcsr, a1',
];
const READING = [
  'fsd fa1, (a0)',
  'fmv.x.d a1, fa1',
  'fclass.d a1, fa1',
  'feq.d a1, fa1, fa2',
  'csrr a1, fcsr',
  'csrr a1, frm',
  'csrsi fflags, 0',
];

describe.each(['step', 'interpret'] as const)('%s', (engine) => {
  test.each([...WRITING, ...READING])('%s: "an illegal instruction exception" when FS is Off', (source) => {
    const machine = before(engine, source, OFF);
    machine.hart.run(1);
    expect(machine.hart.csr.read('mcause')).toBe(BigInt(Exception.illegalInstruction));
    expect(machine.hart.csr.read('mtval')).toBe(machine.peek(BASE, 4));
    expect(stateOf(machine)).toBe(OFF);
  });

  test.each(WRITING)('%s makes FS Dirty, and SD shows it', (source) => {
    for (const fs of [INITIAL, CLEAN, DIRTY]) {
      const machine = before(engine, source, fs);
      machine.hart.run(1);
      expect(machine.hart.pc).toBe(BASE + 4n);
      expect(stateOf(machine)).toBe(DIRTY);
      expect(machine.hart.csr.read('mstatus') & SD).toBe(SD);
      expect(machine.hart.csr.read('sstatus') & SD).toBe(SD);
    }
  });

  test.each(READING)('%s changes nothing, and FS stays', (source) => {
    const machine = before(engine, source, CLEAN);
    machine.hart.run(1);
    expect(machine.hart.pc).toBe(BASE + 4n);
    expect(stateOf(machine)).toBe(CLEAN);
    expect(machine.hart.csr.read('mstatus') & SD).toBe(0n);
  });

  test('an exception alone makes FS Dirty: a comparison with a NaN', () => {
    const machine = before(engine, 'flt.d a1, fa1, fa2', CLEAN);
    machine.hart.f[12] = 0x7ff8_0000_0000_0000n;
    machine.hart.run(1);
    expect([machine.hart.csr.read('fflags'), stateOf(machine)]).toEqual([0x10n, DIRTY]);
  });

  test.each([5n, 6n, 7n])(
    'a dynamic rounding mode with the reserved %i in frm is illegal, even where nothing is rounded',
    (frm) => {
      for (const [source, illegal] of [
        ['fadd.d fa0, fa1, fa2', true],
        ['fadd.d fa0, fa1, fa2, rne', false],
        ['fcvt.w.d a1, fa1', true],
        ['feq.d a1, fa1, fa2', false],
      ] as const) {
        const machine = before(engine, source, DIRTY);
        machine.hart.csr.write('frm', frm);
        machine.hart.run(1);
        expect([source, machine.hart.pc]).toEqual([source, BASE + (illegal ? 0x1000n : 4n)]);
      }
    },
  );

  test('f0 is a register like any other', () => {
    const machine = before(engine, 'fmv.d ft0, fa1\nfadd.d ft1, ft0, ft0', DIRTY);
    machine.hart.run(2);
    expect([machine.hart.f[0], machine.hart.f[1]]).toEqual([ONE, 2n ** 62n]); // 2.0
  });
});

test('fcsr is frm and fflags together (Unprivileged, "Floating-Point Control and Status Register")', () => {
  const { hart } = before('step', 'nop', DIRTY);
  hart.csr.write('fcsr', 0xb5n);
  expect([hart.csr.read('frm'), hart.csr.read('fflags')]).toEqual([5n, 0x15n]);
  hart.csr.write('frm', 2n);
  hart.csr.write('fflags', 0xan);
  expect(hart.csr.read('fcsr')).toBe(0x4an);
});

test('without F, FS and SD read 0, and there is no fcsr', () => {
  const { hart } = bench({ isa: parseIsa('rv64imac') });
  hart.csr.write('mstatus', 2n ** 64n - 1n);
  expect(hart.csr.read('mstatus') & (SD | (3n << 13n))).toBe(0n);
  expect(() => hart.csr.read('fcsr')).toThrow();
});

test('fcsr written from outside while FS is Off is kept, and FS stays Off', () => {
  const { hart } = bench();
  hart.csr.write('fcsr', 0x23n);
  hart.csr.write('frm', 2n);
  expect([hart.csr.read('fcsr'), hart.csr.read('mstatus') & (3n << 13n)]).toEqual([0x43n, 0n]);
});
