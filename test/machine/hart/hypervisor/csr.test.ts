/**
 * The CSRs of a machine with the hypervisor extension: who may access each by its number, what VS-mode reaches instead, and what
 * each keeps of what is written. Expected values are the manual's field descriptions.
 */
import { csrsOf } from '../../../../src/machine/hart/csr-file';
import type { Mode } from '../../../../src/machine/hart/privilege';
import { CSR_NUMBERS, encode, FULL_ISA, parseIsa, rowByName } from '../../../../src/machine/isa';
import { BASE, bench, PLAIN, type Bench } from '../bench-hart';
import { freshGuestBench, ONES, outcome, set, type Outcome, type Setting } from './guest-bench';

const shared = bench();
const fresh = (setting: Setting = {}): Bench => {
  const machine = freshGuestBench(shared);
  set(machine, { mstatus: 1n << 13n, vsstatus: 1n << 13n, ...setting }); // FS is on in both
  return machine;
};

const MODES = ['M', 'S', 'U', 'VS', 'VU'] as const;
const readOf = (csr: number): number => encode(rowByName('csrrs'), { rd: 5, rs1: 0, csr });
const writeOf = (csr: number): number => encode(rowByName('csrrw'), { rd: 0, rs1: 6, csr });
const clearOf = (csr: number): number => encode(rowByName('csrrci'), { rd: 5, zimm: 1, csr });

/** "Hypervisor and Virtual Supervisor CSRs": bits 9:8 of the number; in guests what HS-mode could do is a virtual instruction. */
function expected(number: number, mode: Mode, exists: boolean, writes: boolean): Outcome {
  const level = (number >> 8) & 3;
  if (!exists || (writes && number >> 10 === 3)) return 2;
  if (mode === 'M') return 'ok';
  if (level === 3) return 2;
  if (mode === 'S') return 'ok';
  if (mode === 'U') return level === 0 ? 'ok' : 2;
  if (level === 2) return 22;
  return level === 1 && mode === 'VU' ? 22 : 'ok';
}

describe('every number of 4096, with all counters, timers and units open', () => {
  test.each(MODES)(
    'in %s-mode: read, write, and csrrci',
    (mode) => {
      const rows = csrsOf(FULL_ISA);
      const machine = fresh();
      for (let number = 0; number < 4096; number++) {
        for (const [kind, word] of [
          ['read', readOf(number)],
          ['write', writeOf(number)],
          ['clear', clearOf(number)],
        ] as const) {
          if (rows.has(number) && kind !== 'read') fresh();
          const seen = outcome(machine, mode, word);
          expect([number.toString(16), kind, seen]).toEqual([
            number.toString(16),
            kind,
            expected(number, mode, rows.has(number), kind !== 'read'),
          ]);
          if (seen === 'ok' && kind !== 'read') fresh();
        }
      }
    },
    60_000,
  );
});

test('all CSRs of the hypervisor extension and of Sstc are there; without their extension, none is', () => {
  const names = Object.entries(CSR_NUMBERS).filter(
    ([name, number]) => ((number >> 8) & 3) === 2 || ['mtinst', 'mtval2', 'stimecmp'].includes(name),
  );
  const beyond = ['hcontext']; // Sdtrig
  for (const [name, number] of names.filter(([name]) => !beyond.includes(name))) {
    expect([name, csrsOf(FULL_ISA).get(number)?.name]).toEqual([name, name]);
    expect([name, csrsOf(PLAIN).has(number)]).toEqual([name, false]);
  }
});

/** "When V=1, the VS CSRs substitute for the corresponding supervisor CSRs". */
const TWINS = ['status', 'ie', 'tvec', 'scratch', 'epc', 'cause', 'tval', 'ip', 'atp', 'timecmp'];
test.each(TWINS)('in VS-mode s%s leads to vs%s, and the supervisor register keeps its value', (suffix) => {
  const machine = fresh({ hideleg: ONES, mideleg: ONES });
  const [own, twin] = [`s${suffix}`, `vs${suffix}`];
  const { csr } = machine.hart;
  const value = { status: 1n << 18n, ie: 0x202n, ip: 2n, atp: (8n << 60n) | 5n }[suffix] ?? 0x1230n;
  const before = [csr.read(own), csr.read(twin)];
  machine.hart.setX(6, before[1] | value);
  expect(outcome(machine, 'VS', writeOf(CSR_NUMBERS[own]))).toBe('ok');
  expect([csr.read(own), csr.read(twin)]).toEqual([before[0], before[1] | value]);
  if (suffix === 'atp') csr.write('vsatp', 0n);
  else {
    expect(outcome(machine, 'VS', readOf(CSR_NUMBERS[own]))).toBe('ok');
    expect(machine.hart.x[5]).toBe(before[1] | value);
  }
});

/** "Some standard supervisor CSRs (senvcfg, scounteren, ...) have no matching VS CSR": they keep their function with V=1. */
test.each(['scounteren', 'senvcfg'])('in VS-mode %s is the same register', (name) => {
  const machine = fresh();
  machine.hart.setX(6, 1n);
  expect(outcome(machine, 'VS', writeOf(CSR_NUMBERS[name]))).toBe('ok');
  expect(machine.hart.csr.read(name)).toBe(1n);
});

/** [register, what is written, what it then reads]; every register starts from its reset value. */
const WRITES: readonly (readonly [string, bigint, bigint])[] = [
  ['misa', 0n, (2n << 62n) | 0x14_11adn], // A C D F H I M S U
  // SIE MIE SPIE MPIE SPP MPP FS MPRV SUM MXR TVM TW TSR, UXL = SXL = 2, GVA, MPV, and SD as FS is Dirty
  ['mstatus', ONES, (1n << 63n) | (3n << 38n) | 0xa_007e_79aan],
  ['hstatus', ONES, 0x2_0070_03c0n], // GVA SPV SPVP HU, VTVM VTW VTSR, VSXL = 2; 63 is more than GEILEN: VGEIN keeps 0
  ['hstatus', (1n << 5n) | (5n << 12n), 0x2_0000_5000n], // VSBE is 0
  ['vsstatus', ONES, (1n << 63n) | 0x2_000c_6122n],
  ['vsstatus', 0n, 0x2_0000_0000n],
  ['medeleg', ONES, 0xf0_b7ffn], // 10, 20 to 23 too; not 11 (ecall from M)
  ['mideleg', 0n, 0x1444n],
  ['hedeleg', ONES, 0xb1ffn], // 9, 10, 11, 16, 20 to 23 are read-only 0
  ['hideleg', ONES, 0x444n],
  ['hvip', ONES, 0x444n],
  ['hie', ONES, 0x1444n],
  ['hgeie', ONES, 0x1fen],
  ['hcounteren', ONES, 0xffff_ffffn],
  ['htimedelta', ONES, ONES],
  ['htval', ONES, ONES],
  ['htinst', ONES, ONES],
  ['mtval2', ONES, ONES],
  ['mtinst', ONES, ONES],
  ['vstvec', ONES, ONES - 2n],
  ['vsscratch', ONES, ONES],
  ['vsepc', ONES, ONES - 1n],
  ['vscause', ONES, ONES],
  ['vstval', ONES, ONES],
  ['stimecmp', 5n, 5n],
  ['vstimecmp', 5n, 5n],
  // MODE, VMID (14 bits), PPN with its two lowest bits 0
  ['hgatp', (8n << 60n) | ((1n << 60n) - 1n), (8n << 60n) | (((1n << 58n) - 1n) & ~3n)],
  ['hgatp', (10n << 60n) | 0x1004n, (10n << 60n) | 0x1004n],
  ['hgatp', (15n << 60n) | 0x1234n, 0x1234n], // "not ignored as it is for satp": MODE keeps its value
  ['vsatp', (9n << 60n) | 0x123n, (9n << 60n) | 0x123n],
  ['vsatp', (15n << 60n) | 0x123n, 0n],
  ['vsatp', (8n << 60n) | (0xffffn << 44n), (8n << 60n) | (0xffffn << 44n)],
  ['menvcfg', ONES, (7n << 61n) | 0xf1n], // STCE PBMTE ADUE, FIOM
  ['henvcfg', ONES, (3n << 61n) | 0xf1n], // STCE reads 0 while it is 0 in menvcfg
  ['senvcfg', ONES, 0xf1n], // CBZE CBCFE CBIE, FIOM
  ['senvcfg', 0x20n, 0n], // CBIE = 2 is reserved
  ['mstateen0', ONES, 3n << 62n], // SE0, ENVCFG
  ['mstateen1', ONES, 1n << 63n],
  ['hstateen0', ONES, 0n], // 0 in mstateen0
  ['sstateen0', ONES, 0n],
];

test.each(WRITES)('%s: writing %d keeps what is legal', (name, written, kept) => {
  const { hart } = bench();
  hart.csr.write(name, written);
  expect(hart.csr.read(name)).toBe(kept);
});

test('at reset guests are where time is: htimedelta is 0', () => {
  expect(bench().hart.csr.read('htimedelta')).toBe(0n);
});

test('at reset PBMTE and ADUE are on in menvcfg, but not ADUE of a machine with Svade', () => {
  expect(bench().hart.csr.read('menvcfg')).toBe(3n << 61n);
  expect(bench({ isa: parseIsa(`${FULL_ISA.name}_svade`) }).hart.csr.read('menvcfg')).toBe(1n << 62n);
});

test('"henvcfg.X is read-only zero" while STCE, PBMTE or ADUE is zero in menvcfg', () => {
  const { csr } = bench().hart;
  for (const bit of [61n, 62n, 63n]) {
    csr.write('menvcfg', 1n << bit);
    csr.write('henvcfg', 7n << 61n);
    expect(csr.read('henvcfg')).toBe(1n << bit);
  }
});

test('"a write to satp with an unsupported MODE value is ignored" in VS-mode', () => {
  const machine = fresh({ vsatp: 0x55n });
  machine.hart.setX(6, (15n << 60n) | 1n);
  expect(outcome(machine, 'VS', writeOf(CSR_NUMBERS.satp))).toBe('ok');
  expect(machine.hart.csr.read('vsatp')).toBe(0x55n);
});

test('time in VS- and VU-mode is time + htimedelta, modulo 2^64', () => {
  for (const mode of MODES) {
    const machine = fresh({ htimedelta: ONES - 0xfn });
    machine.hart.run(0);
    outcome(machine, mode, readOf(CSR_NUMBERS.time));
    const delta = mode === 'VS' || mode === 'VU' ? -0x10n : 0n;
    expect([mode, BigInt.asIntN(64, machine.hart.x[5])]).toEqual([mode, delta]); // the first instruction begins at time 0
  }
});

describe('floating point in guests: "both vsstatus.FS and the HS-level sstatus.FS are in effect"', () => {
  test.each([
    [0n, 3n, 2],
    [3n, 0n, 2],
    [0n, 0n, 2],
    [1n, 1n, 'ok'],
  ] as const)('sstatus.FS = %d, vsstatus.FS = %d: %s', (host, guest, result) => {
    for (const instruction of [readOf(CSR_NUMBERS.fcsr), 'fmv.d.x fa0,zero'] as const) {
      for (const mode of ['VS', 'VU'] as const) {
        const machine = fresh({ sstatus: host << 13n, vsstatus: guest << 13n });
        expect([mode, outcome(machine, mode, instruction)]).toEqual([mode, result]); // "always an illegal-instruction exception"
      }
    }
  });

  test('"Modifying the floating-point state when V=1 causes both fields to be set to 3"; with V=0 only one', () => {
    for (const [mode, expectedGuest] of [
      ['VS', 3n],
      ['S', 1n],
    ] as const) {
      const machine = fresh();
      outcome(machine, mode, 'fmv.d.x fa0,zero');
      const { csr } = machine.hart;
      expect([(csr.read('sstatus') >> 13n) & 3n, (csr.read('vsstatus') >> 13n) & 3n]).toEqual([3n, expectedGuest]);
      expect(csr.read('vsstatus') >> 63n).toBe(expectedGuest === 3n ? 1n : 0n); // SD sums up vsstatus.FS only
    }
  });
});

test('Sstc: STIP while time >= stimecmp, VSTIP while time + htimedelta >= vstimecmp, each if its STCE is on', () => {
  const machine = fresh({ htimedelta: 100n, stimecmp: 5n, vstimecmp: 110n });
  const pending = (): bigint => machine.hart.csr.read('mip') & 0x60n;
  machine.hart.pc = BASE;
  machine.hart.mode = 'M';
  for (let i = 0n; i < 200n; i++) machine.poke(BASE + 4n * i, 0x13n, 4);
  const history: bigint[] = [];
  for (let tick = 0; tick < 12; tick++) {
    machine.hart.run(10);
    history.push(pending());
  }
  expect(history.filter((bits) => bits === 0n).length).toBe(5); // time 0 to 4
  expect(history.filter((bits) => bits === 0x20n).length).toBe(5); // 5 to 9
  set(machine, { henvcfg: 0n });
  machine.hart.run(1);
  expect(pending()).toBe(0x20n);
  set(machine, { hvip: 0x40n });
  expect(pending()).toBe(0x60n);
});

/** Smstateen: bit 63 opens hstateen and sstateen, bit 62 of the first henvcfg and senvcfg; mstateen to all below M-mode, hstateen to guests. */
describe.each([
  ['hstateen0', 0, 63n],
  ['sstateen0', 0, 63n],
  ['sstateen3', 3, 63n],
  ['henvcfg', 0, 62n],
  ['senvcfg', 0, 62n],
] as const)('%s, register %d, bit %d', (name, n, bit) => {
  const outcomes = (mode: Mode): Outcome[] =>
    [
      [0n, 0n],
      [1n, 0n],
      [1n, 1n],
    ].map(([m, h]) => {
      const machine = fresh();
      const rest = ONES ^ (1n << bit);
      set(machine, { [`mstateen${n}`]: rest | (m << bit), [`hstateen${n}`]: rest | (h << bit) });
      return outcome(machine, mode, readOf(CSR_NUMBERS[name]));
    });
  const isHypervisors = name.startsWith('h');
  test('in M- and HS-mode', () => {
    expect(outcomes('M')).toEqual(['ok', 'ok', 'ok']);
    expect(outcomes('S')).toEqual([2, 'ok', 'ok']);
  });
  test('in VS-mode', () => expect(outcomes('VS')).toEqual([2, 22, isHypervisors ? 22 : 'ok']));
});

test('"For every bit in an mstateen CSR that is zero, the same bit appears as read-only zero in the matching hstateen"', () => {
  const machine = fresh({ mstateen0: 1n << 63n });
  expect(machine.hart.csr.read('hstateen0')).toBe(1n << 63n);
});
