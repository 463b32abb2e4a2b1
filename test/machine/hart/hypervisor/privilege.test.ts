/**
 * Illegal instruction or virtual instruction? The list under "Trap Cause Codes" of the hypervisor extension, case by case:
 * 22 if HS-mode could do it and only the hypervisor, or the guest's own supervisor, stands in the way, else 2.
 */
import type { Mode } from '../../../../src/machine/hart/privilege';
import { bench } from '../bench-hart';
import { execute, freshGuestBench, outcome, set, wordOf, type Outcome, type Setting } from './guest-bench';

const shared = bench();

const TVM = { mstatus: 1n << 20n };
const TW = { mstatus: 1n << 21n };
const TSR = { mstatus: 1n << 22n };
const HU = { hstatus: 1n << 9n };
const VTVM = { hstatus: 1n << 20n };
const VTW = { hstatus: 1n << 21n };
const VTSR = { hstatus: 1n << 22n };

type Case = readonly [instruction: string, mode: Mode, setting: Setting, expected: Outcome];

const each = (instructions: readonly string[], ...rest: readonly [Mode, Setting, Outcome][]): Case[] =>
  instructions.flatMap((text) => rest.map(([mode, setting, expected]): Case => [text, mode, setting, expected]));

const VM_ACCESSES = [
  ...['hlv.b', 'hlv.bu', 'hlv.h', 'hlv.hu', 'hlvx.hu', 'hlv.w', 'hlv.wu', 'hlvx.wu', 'hlv.d'].map(
    (op) => `${op} a0,(a1)`,
  ),
  ...['hsv.b', 'hsv.h', 'hsv.w', 'hsv.d'].map((op) => `${op} a0,(a1)`),
];

const CASES: readonly Case[] = [
  // "in VS-mode or VU-mode, attempts to execute a hypervisor instruction (HLV, HLVX, HSV, or HFENCE)"; HU opens the first three to U
  ...each(VM_ACCESSES, ['M', {}, 'ok'], ['S', {}, 'ok'], ['U', {}, 2], ['U', HU, 'ok'], ['VS', HU, 22], ['VU', HU, 22]),
  ...each(
    ['hfence.vvma', 'hfence.vvma a0,a1', 'hinval.vvma a0,a1'],
    ['M', TVM, 'ok'],
    ['S', {}, 'ok'],
    ['S', TVM, 'ok'], // "Neither mstatus.TVM nor hstatus.VTVM causes HFENCE.VVMA to trap"
    ['S', VTVM, 'ok'],
    ['U', HU, 2],
    ['VS', {}, 22],
    ['VU', {}, 22],
  ),
  ...each(
    ['hfence.gvma', 'hfence.gvma a0,a1', 'hinval.gvma a0,a1'],
    ['M', TVM, 'ok'],
    ['S', {}, 'ok'],
    ['S', TVM, 2],
    ['U', HU, 2],
    ['VS', TVM, 22],
    ['VU', {}, 22],
  ),
  // SFENCE.VMA, SINVAL.VMA: mstatus.TVM acts in HS-mode only, hstatus.VTVM in VS-mode only
  ...each(
    ['sfence.vma', 'sfence.vma a0,a1', 'sinval.vma a0,a1'],
    ['M', TVM, 'ok'],
    ['S', {}, 'ok'],
    ['S', TVM, 2],
    ['S', VTVM, 'ok'],
    ['U', {}, 2],
    ['VS', {}, 'ok'],
    ['VS', TVM, 'ok'],
    ['VS', VTVM, 22],
    ['VU', {}, 22],
  ),
  // Svinval: "SFENCE.W.INVAL and SFENCE.INVAL.IR instructions do not trap when mstatus.TVM=1", nor when hstatus.VTVM=1
  ...each(
    ['sfence.w.inval', 'sfence.inval.ir'],
    ['M', {}, 'ok'],
    ['S', TVM, 'ok'],
    ['U', {}, 2],
    ['VS', VTVM, 'ok'],
    ['VU', {}, 22],
  ),
  ...each(
    ['sret'],
    ['M', TSR, 'ok'],
    ['S', {}, 'ok'],
    ['S', TSR, 2],
    ['S', VTSR, 'ok'],
    ['U', {}, 2],
    ['VS', {}, 'ok'],
    ['VS', TSR, 'ok'],
    ['VS', VTSR, 22],
    ['VU', {}, 22],
    ['VU', TSR, 22],
  ),
  ...each(['mret'], ['M', {}, 'ok'], ['S', {}, 2], ['U', {}, 2], ['VS', {}, 2], ['VU', {}, 2]),
  // WFI: mstatus.TW in all modes below M; VU without it 22
  ...each(
    ['wfi'],
    ['M', TW, 'ok'],
    ['S', {}, 'ok'],
    ['S', TW, 2],
    ['S', VTW, 'ok'],
    ['U', {}, 2],
    ['U', TW, 2],
    ['VS', {}, 'ok'],
    ['VS', TW, 2],
    ['VS', VTW, 22],
    ['VS', { ...TW, ...VTW }, 2],
    ['VU', {}, 22],
    ['VU', VTW, 22],
    ['VU', TW, 2],
  ),
  ...each(['ecall'], ['M', {}, 11], ['S', {}, 9], ['U', {}, 8], ['VS', {}, 10], ['VU', {}, 8]),
  // CSRs of the hypervisor and of VS-mode by their own numbers
  ...each(
    ['csrr a0,hstatus', 'csrr a0,vsstatus', 'csrr a0,hgeip', 'csrw vsatp,a0', 'csrw htval,a0'],
    ['M', {}, 'ok'],
    ['S', TVM, 'ok'],
    ['U', {}, 2],
    ['VS', {}, 22],
    ['VU', {}, 22],
  ),
  ...each(
    ['csrr a0,hgatp', 'csrw hgatp,zero'],
    ['S', {}, 'ok'],
    ['S', TVM, 2],
    ['U', {}, 2],
    ['VS', TVM, 22],
    ['VU', {}, 22],
  ),
  // a write to a read-only CSR would be illegal in HS-mode too
  ...each(['csrw hgeip,a0', 'csrw cycle,a0'], ['M', {}, 2], ['S', {}, 2], ['VS', {}, 2], ['VU', {}, 2]),
  ...each(
    ['csrr a0,mstatus', 'csrw mepc,a0', 'csrr a0,mtinst', 'csrr a0,mtval2'],
    ['M', {}, 'ok'],
    ['S', {}, 2],
    ['VS', {}, 2],
    ['VU', {}, 2],
  ),
  // numbers that RV64 does not have, high halves among them
  ...each(['csrr a0,0x605', 'csrr a0,0x600'], ['S', {}, 'ok']),
  ...each(
    ['csrr a0,0x615', 'csrr a0,0x61a', 'csrr a0,0x612', 'csrr a0,0x25d', 'csrr a0,0x5c0'],
    ['M', {}, 2],
    ['VS', {}, 2],
    ['VU', {}, 2],
  ),
  ...each(
    ['csrr a0,sstatus', 'csrr a0,sepc', 'csrr a0,scounteren'],
    ['S', {}, 'ok'],
    ['U', {}, 2],
    ['VS', {}, 'ok'],
    ['VU', {}, 22],
  ),
  ...each(
    ['csrr a0,satp', 'csrw satp,zero'],
    ['S', TVM, 2],
    ['VS', {}, 'ok'],
    ['VS', TVM, 'ok'],
    ['VS', VTVM, 22],
    ['VU', TVM, 22],
  ),
];

test.each(CASES)('%s in %s-mode with %o: %s', (instruction, mode, setting, expected) => {
  const machine = freshGuestBench(shared);
  set(machine, setting);
  machine.hart.setX(11, 0x8008_0000n);
  expect(outcome(machine, mode, instruction)).toBe(expected);
});

/** "Attempts to read the cycle, time, instret, or hpmcountern register while V=1 will cause a virtual-instruction exception if the same bit in mcounteren is 1". */
test.each([
  ['cycle', 0],
  ['time', 1],
  ['instret', 2],
  ['hpmcounter3', 3],
  ['hpmcounter31', 31],
] as const)('%s: mcounteren, then hcounteren, then scounteren', (name, bit) => {
  const on = 1n << BigInt(bit);
  const outcomes = (mode: Mode): Outcome[] =>
    [0, 1, 2, 3, 4, 5, 6, 7].map((open) => {
      const machine = freshGuestBench(shared);
      const value = (position: number): bigint => ((open >> position) & 1 ? on : 0n);
      set(machine, { mcounteren: value(2), hcounteren: value(1), scounteren: value(0) });
      return outcome(machine, mode, `csrr a0,${name}`);
    });
  // m h s:               000 001 010 011 100   101   110   111
  expect(outcomes('S')).toEqual([2, 2, 2, 2, 'ok', 'ok', 'ok', 'ok']);
  expect(outcomes('U')).toEqual([2, 2, 2, 2, 2, 'ok', 2, 'ok']);
  expect(outcomes('VS')).toEqual([2, 2, 2, 2, 22, 22, 'ok', 'ok']);
  expect(outcomes('VU')).toEqual([2, 2, 2, 2, 22, 22, 22, 'ok']);
});

/** Sstc: mcounteren.TM and menvcfg.STCE close both registers to all below M-mode, hcounteren.TM and henvcfg.STCE stimecmp to guests. */
test('stimecmp and vstimecmp: TM and STCE of M-mode, then of HS-mode', () => {
  const STCE = 1n << 63n;
  const settings: Setting[] = [
    { mcounteren: 0n },
    { menvcfg: 0n },
    { hcounteren: 0n },
    { henvcfg: 0n },
    { henvcfg: STCE, menvcfg: STCE },
  ];
  const outcomes = (mode: Mode, register: string): Outcome[] =>
    settings.map((setting) => {
      const machine = freshGuestBench(shared);
      set(machine, setting);
      return outcome(machine, mode, `csrr a0,${register}`);
    });
  expect(outcomes('M', 'stimecmp')).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  expect(outcomes('S', 'stimecmp')).toEqual([2, 2, 'ok', 'ok', 'ok']);
  expect(outcomes('S', 'vstimecmp')).toEqual([2, 2, 'ok', 'ok', 'ok']);
  expect(outcomes('VS', 'stimecmp')).toEqual([2, 2, 22, 22, 'ok']);
  expect(outcomes('VS', 'vstimecmp')).toEqual([2, 2, 22, 22, 22]);
  expect(outcomes('VU', 'stimecmp')).toEqual([2, 2, 22, 22, 22]);
  expect(outcomes('U', 'stimecmp')).toEqual([2, 2, 2, 2, 2]);
});

test('"On a virtual-instruction trap, mtval or stval is written the same as for an illegal-instruction trap"', () => {
  const machine = freshGuestBench(shared);
  set(machine, { medeleg: 1n << 22n });
  const trap = execute(machine, 'VS', 'csrr a0,hstatus');
  expect(trap).toMatchObject({ cause: 22, tval: BigInt(wordOf('csrr a0,hstatus')), from: 'VS', to: 'S' });
  const { csr } = machine.hart;
  expect([csr.read('stval'), csr.read('htval'), csr.read('htinst')]).toEqual([trap!.tval, 0n, 0n]);
  expect(csr.read('hstatus') & 0x1c0n).toBe(0x180n); // SPV and SPVP, not GVA: stval is no address
});
