/** Where traps go and what they write: three steps of delegation, and the way back (hypervisor extension, "Trap Entry" and "Trap Return"). */
import type { Mode } from '../../../../src/machine/hart/privilege';
import { BASE, bench, type Bench } from '../bench-hart';
import { execute, freshGuestBench, HANDLER, ONES, set, wordOf, type Setting } from './guest-bench';

const shared = bench();
const fresh = (setting: Setting = {}): Bench => {
  const machine = freshGuestBench(shared);
  set(machine, setting);
  return machine;
};

const MODES = ['M', 'S', 'U', 'VS', 'VU'] as const;
const NOMINAL: Readonly<Record<Mode, bigint>> = { M: 3n, S: 1n, U: 0n, VS: 1n, VU: 0n };
const isGuest = (mode: Mode): boolean => mode === 'VS' || mode === 'VU';

/** The registers of each handler: [status, epc, cause, tval], and the bits xPP, xPIE, xIE of its status. */
const BANK = {
  M: { status: 'mstatus', epc: 'mepc', cause: 'mcause', tval: 'mtval', pp: 11n, pie: 7n, ie: 3n },
  S: { status: 'sstatus', epc: 'sepc', cause: 'scause', tval: 'stval', pp: 8n, pie: 5n, ie: 1n },
  VS: { status: 'vsstatus', epc: 'vsepc', cause: 'vscause', tval: 'vstval', pp: 8n, pie: 5n, ie: 1n },
} as const;
type Handler = keyof typeof BANK;

/** An address where no memory is, and the instructions that raise each cause. */
const NOWHERE = 0x7000_0000n;
interface Raiser {
  readonly cause: (mode: Mode) => number;
  readonly instruction: string;
  readonly tval: 'word' | 'address' | 'none';
  readonly address?: bigint;
  readonly modes?: readonly Mode[];
}
const RAISERS: readonly Raiser[] = [
  { cause: () => 2, instruction: 'csrw cycle,zero', tval: 'word' },
  { cause: () => 3, instruction: 'ebreak', tval: 'none' },
  { cause: () => 4, instruction: 'lr.w a0,(a1)', tval: 'address', address: BASE + 1n },
  { cause: () => 5, instruction: 'lw a0,0(a1)', tval: 'address', address: NOWHERE },
  { cause: () => 6, instruction: 'amoadd.w a0,a0,(a1)', tval: 'address', address: BASE + 2n },
  { cause: () => 7, instruction: 'sw a0,0(a1)', tval: 'address', address: NOWHERE },
  { cause: (mode) => ({ M: 11, S: 9, U: 8, VS: 10, VU: 8 })[mode], instruction: 'ecall', tval: 'none' },
  { cause: () => 22, instruction: 'csrr a0,hstatus', tval: 'word', modes: ['VS', 'VU'] },
];

/** "When a trap occurs in VS-mode or VU-mode, it goes to M-mode, unless delegated by medeleg (...) unless further delegated by hedeleg". */
function handlerBy(cause: number, mode: Mode, medeleg: bigint, hedeleg: bigint): Handler {
  const isSet = (register: bigint): boolean => ((register >> BigInt(cause)) & 1n) === 1n;
  if (mode === 'M' || !isSet(medeleg) || cause === 11) return 'M';
  const canBeDelegated = ![9, 10, 11, 16, 20, 21, 22, 23].includes(cause);
  return isGuest(mode) && isSet(hedeleg) && canBeDelegated ? 'VS' : 'S';
}

/** Values that a trap must replace, or must leave. */
const BEFORE: Setting = {
  sstatus: 1n << 1n, // SIE
  vsstatus: 1n << 1n,
  ...Object.fromEntries(
    Object.values(BANK).flatMap(({ epc, cause, tval }) => [epc, cause, tval].map((name) => [name, 0x5550n])),
  ),
  ...Object.fromEntries(['htval', 'htinst', 'mtval2', 'mtinst'].map((name) => [name, 0x666n])),
};

test.each(RAISERS)('$instruction in every mode, with every delegation', (raiser) => {
  for (const mode of raiser.modes ?? MODES) {
    for (const [medeleg, hedeleg] of [
      [0n, 0n],
      [ONES, 0n],
      [0n, ONES],
      [ONES, ONES],
    ]) {
      for (const spvp of [0n, 1n << 8n]) {
        const machine = fresh({ ...BEFORE, medeleg, hedeleg, hstatus: spvp, mstatus: 0x8n | (1n << 1n) });
        machine.hart.setX(11, raiser.address ?? 0n);
        execute(machine, mode, raiser.instruction);
        check(machine, raiser, mode, handlerBy(raiser.cause(mode), mode, medeleg, hedeleg), spvp);
      }
    }
  }
});

function check({ hart }: Bench, raiser: Raiser, mode: Mode, to: Handler, spvp: bigint): void {
  const read = (name: string): bigint => hart.csr.read(name);
  const bank = BANK[to];
  const tval = { word: BigInt(wordOf(raiser.instruction)), address: raiser.address ?? 0n, none: 0n }[raiser.tval];
  const gva = isGuest(mode) && raiser.tval === 'address' ? 1n : 0n;
  const seen = {
    at: [mode, raiser.instruction, to],
    pc: hart.pc,
    mode: hart.mode,
    epc: read(bank.epc),
    cause: read(bank.cause),
    tval: read(bank.tval),
  };
  expect(seen).toEqual({ ...seen, pc: HANDLER[to], mode: to, epc: BASE, cause: BigInt(raiser.cause(mode)), tval });
  const status = read(bank.status);
  const pp = (status >> bank.pp) & (to === 'M' ? 3n : 1n);
  expect([pp, (status >> bank.pie) & 1n, (status >> bank.ie) & 1n]).toEqual([NOMINAL[mode], 1n, 0n]);
  for (const other of (['M', 'S', 'VS'] as const).filter((name) => name !== to)) {
    const { epc, cause } = BANK[other];
    expect([other, read(epc), read(cause)]).toEqual([other, 0x5550n, 0x5550n]);
  }
  const hstatus = read('hstatus') & 0x1c0n;
  if (to === 'S') {
    const expectedSpvp = isGuest(mode) ? NOMINAL[mode] << 8n : spvp; // "if V=0 before a trap, SPVP is left unchanged"
    expect(hstatus).toBe(expectedSpvp | ((isGuest(mode) ? 1n : 0n) << 7n) | (gva << 6n));
    expect([read('htval'), read('mtval2'), read('mtinst')]).toEqual([0n, 0x666n, 0x666n]);
  } else expect(hstatus).toBe(spvp);
  if (to === 'M') {
    expect((read('mstatus') >> 38n) & 3n).toBe(((isGuest(mode) ? 1n : 0n) << 1n) | gva); // MPV, GVA
    expect([read('mtval2'), read('htval'), read('htinst')]).toEqual([0n, 0x666n, 0x666n]);
  }
  if (to === 'VS')
    expect([read('htval'), read('htinst'), read('mtval2'), read('mtinst')]).toEqual([0x666n, 0x666n, 0x666n, 0x666n]);
}

describe('mret: "if MPP=3, V remains 0, else V is set to MPV"; then MPV=0, MPP=0, MIE=MPIE, MPIE=1', () => {
  test.each([
    [0n, 0n, 'U'],
    [0n, 1n, 'S'],
    [0n, 3n, 'M'],
    [1n, 0n, 'VU'],
    [1n, 1n, 'VS'],
    [1n, 3n, 'M'],
  ] as const)('MPV=%d MPP=%d: %s', (mpv, mpp, mode) => {
    const machine = fresh({ mstatus: (mpv << 39n) | (mpp << 11n) | (1n << 7n), mepc: BASE + 0x100n });
    execute(machine, 'M', 'mret');
    expect([machine.hart.mode, machine.hart.pc]).toEqual([mode, BASE + 0x100n]);
    expect(machine.hart.csr.read('mstatus') & ((1n << 39n) | 0x1888n)).toBe(0x88n);
  });
});

describe('sret with V=0: the mode from SPV and SPP; then SPV=0, SPP=0, SIE=SPIE, SPIE=1', () => {
  test.each([
    [0n, 0n, 'U'],
    [0n, 1n, 'S'],
    [1n, 0n, 'VU'],
    [1n, 1n, 'VS'],
  ] as const)('SPV=%d SPP=%d: %s', (spv, spp, mode) => {
    for (const from of ['M', 'S'] as const) {
      const setting = { hstatus: (spv << 7n) | (1n << 8n), sstatus: (spp << 8n) | (1n << 5n), sepc: BASE + 0x100n };
      const machine = fresh({ ...setting, vsstatus: 0n });
      execute(machine, from, 'sret');
      expect([machine.hart.mode, machine.hart.pc]).toEqual([mode, BASE + 0x100n]);
      const { csr } = machine.hart;
      expect([csr.read('hstatus') & 0x180n, csr.read('sstatus') & 0x122n]).toEqual([0x100n, 0x22n]);
    }
  });
});

describe('sret with V=1: "sets the privilege mode according to vsstatus.SPP", and touches neither hstatus nor sstatus', () => {
  test.each([
    [0n, 'VU'],
    [1n, 'VS'],
  ] as const)('SPP=%d: %s', (spp, mode) => {
    const machine = fresh({
      hstatus: 0x180n,
      sstatus: 0x120n,
      vsstatus: (spp << 8n) | (1n << 5n),
      vsepc: BASE + 0x100n,
    });
    execute(machine, 'VS', 'sret');
    const { hart } = machine;
    expect([hart.mode, hart.pc]).toEqual([mode, BASE + 0x100n]);
    const values = ['hstatus', 'sstatus', 'vsstatus'].map((name) => hart.csr.read(name) & 0x1fen);
    expect(values).toEqual([0x180n, 0x120n, 0x22n]);
  });
});

describe('nativeMode S: software of HS-mode is TypeScript', () => {
  test('a trap from a guest stops the run, and a run that starts in S goes back into the guest', () => {
    const machine = fresh({ medeleg: ONES, hedeleg: 0n });
    const { hart, code } = machine;
    hart.nativeMode = 'S';
    code(BASE, wordOf('addi a0,a0,1'), wordOf('ecall'), wordOf('csrr a1,hstatus'));
    set(machine, { hstatus: 1n << 7n, sstatus: 1n << 8n, sepc: BASE });
    hart.mode = 'S';
    expect(hart.run(100)).toEqual({ why: 'trap', to: 'S' });
    expect([hart.csr.read('scause'), hart.csr.read('sepc'), hart.x[10]]).toEqual([10n, BASE + 4n, 1n]);
    expect(hart.csr.read('hstatus') & 0x180n).toBe(0x180n);
    hart.csr.write('sepc', BASE + 8n);
    expect(hart.run(100)).toEqual({ why: 'trap', to: 'S' });
    expect([hart.csr.read('scause'), hart.csr.read('stval')]).toEqual([22n, BigInt(wordOf('csrr a1,hstatus'))]);
    hart.nativeMode = undefined;
  });
});
