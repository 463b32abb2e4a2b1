/** Interrupts of three modes: their registers' windows on each other, delegation in three steps, priorities, and guest external interrupts (hypervisor extension, "Hypervisor Interrupt Registers"). */
import { guestInterruptLine } from '../../../../src/machine/hart/guest-interrupts';
import type { Mode } from '../../../../src/machine/hart/privilege';
import { BASE, bench, type Bench } from '../bench-hart';
import { freshGuestBench, HANDLER, ONES, outcome, set, wordOf, type Setting } from './guest-bench';

const shared = bench();
const fresh = (setting: Setting = {}): Bench => {
  const machine = freshGuestBench(shared);
  for (let n = 1; n <= 8; n++) guestInterruptLine(machine.hart, n).set(false);
  machine.timer.deadline = ONES;
  set(machine, { menvcfg: 0n, henvcfg: 0n, ...setting });
  return machine;
};
const read = ({ hart }: Bench, ...names: string[]): bigint[] => names.map((name) => hart.csr.read(name));

const MODES = ['M', 'S', 'U', 'VS', 'VU'] as const;
/** All interrupts, by decreasing priority: MEI MSI MTI SEI SSI STI SGEI VSEI VSSI VSTI. */
const INTERRUPTS = [11, 3, 7, 9, 1, 5, 12, 10, 2, 6];

/** By the manual: who takes interrupt `i`, if anybody does now. */
function taker(
  i: number,
  mode: Mode,
  mideleg: bigint,
  hideleg: bigint,
  on: { m: boolean; s: boolean; vs: boolean },
): 'M' | 'S' | 'VS' | undefined {
  const always = [2, 6, 10, 12].includes(i); // "always delegated past M-mode to HS-mode"
  const toHs = always || ([1, 5, 9].includes(i) && (mideleg >> BigInt(i)) & 1n);
  const toVs = [2, 6, 10].includes(i) && (hideleg >> BigInt(i)) & 1n;
  if (!toHs) return mode !== 'M' || on.m ? 'M' : undefined;
  if (!toVs) return mode === 'M' || (mode === 'S' && !on.s) ? undefined : 'S';
  return mode === 'VU' || (mode === 'VS' && on.vs) ? 'VS' : undefined;
}

/** Makes interrupt `i` pending as its source does. */
function raise({ hart, timer }: Bench, i: number): void {
  if (i === 7) timer.deadline = 0n;
  else if (i === 12) {
    hart.csr.write('hgeie', 2n);
    guestInterruptLine(hart, 1).set(true);
  } else if ([2, 6, 10].includes(i)) hart.csr.write('hvip', 1n << BigInt(i));
  else if (i === 5) hart.csr.write('mip', 1n << 5n);
  else hart.setInterrupt(i, true);
}

test('each interrupt, with every delegation, enable and mode: who takes it, and as which cause', () => {
  let taken = 0;
  for (const i of INTERRUPTS) {
    for (const mode of MODES) {
      for (let situation = 0; situation < 64; situation++) {
        const flag = (n: number): boolean => ((situation >> n) & 1) === 1;
        const [mideleg, hideleg] = [flag(0) ? ONES : 0n, flag(1) ? ONES : 0n];
        const on = { m: flag(2), s: flag(3), vs: flag(4) };
        const enabled = flag(5);
        const machine = fresh({ mideleg, hideleg, vsstatus: on.vs ? 2n : 0n });
        machine.hart.csr.write('mstatus', (on.m ? 8n : 0n) | (on.s ? 2n : 0n));
        machine.hart.csr.write('mie', enabled ? 1n << BigInt(i) : ~(1n << BigInt(i)) & ONES);
        raise(machine, i);
        machine.code(BASE, wordOf('nop'));
        for (const handler of Object.values(HANDLER)) machine.code(handler, wordOf('nop'));
        machine.hart.pc = BASE;
        machine.hart.mode = mode;
        let found: string | undefined;
        machine.hart.onTrap = ({ cause, to }) => (found ??= `${cause} in ${to}`);
        machine.hart.run(1);
        const to = enabled ? taker(i, mode, mideleg, hideleg, on) : undefined;
        const expected = to && `${i} in ${to}`;
        expect({ i, mode, mideleg, hideleg, on, enabled, found }).toEqual({
          i,
          mode,
          mideleg,
          hideleg,
          on,
          enabled,
          found: expected,
        });
        if (!to) continue;
        taken++;
        // "translated by the machine into a supervisor external interrupt (code 9) for VS-mode, including the value written to vscause"
        const cause = to === 'VS' ? i - 1 : i;
        const register = { M: 'mcause', S: 'scause', VS: 'vscause' }[to];
        expect(read(machine, register)).toEqual([(1n << 63n) | BigInt(cause)]);
        expect(machine.hart.mode).toBe(to);
        if (to === 'S') expect(read(machine, 'htval', 'htinst')).toEqual([0n, 0n]);
      }
    }
  }
  expect(taken).toBeGreaterThan(300);
});

test('simultaneous interrupts: M-mode first, then HS-mode by "SEI, SSI, STI, SGEI, VSEI, VSSI, VSTI", then VS-mode', () => {
  for (const hideleg of [0n, ONES]) {
    const machine = fresh({ mideleg: ONES, hideleg, mie: ONES, vsstatus: 2n });
    machine.timer.deadline = 0n;
    for (const i of [3, 11, 1, 9]) machine.hart.setInterrupt(i, true);
    set(machine, { mip: 1n << 5n });
    set(machine, { hvip: ONES, hgeie: ONES });
    guestInterruptLine(machine.hart, 3).set(true);
    const order: number[] = [];
    machine.hart.onTrap = ({ cause }) => order.push(cause);
    for (let n = 0; n < INTERRUPTS.length; n++) {
      machine.hart.pc = BASE;
      machine.code(BASE, wordOf('nop'));
      machine.hart.mode = 'VS';
      machine.hart.csr.write('vsstatus', 2n);
      order.length = n;
      machine.hart.run(1);
      machine.hart.csr.write('mie', machine.hart.csr.read('mie') & ~(1n << BigInt(order[n])));
    }
    expect(order).toEqual(INTERRUPTS);
  }
});

test('vectored: a delegated VS-level interrupt goes to BASE + 4 x the translated cause', () => {
  const machine = fresh({ hideleg: ONES, mie: ONES, vsstatus: 2n, vstvec: HANDLER.VS | 1n, hvip: 1n << 10n });
  machine.hart.pc = BASE;
  machine.hart.mode = 'VS';
  machine.code(HANDLER.VS + 36n, wordOf('nop'));
  machine.hart.run(1);
  expect(machine.hart.pc).toBe(HANDLER.VS + 4n * 9n + 4n);
});

describe('windows', () => {
  test('mideleg: bits 12, 10, 6 and 2 are read-only one; mie has all that exist', () => {
    const machine = fresh({ mideleg: 0n, mie: ONES });
    expect(read(machine, 'mideleg', 'mie', 'hie', 'sie')).toEqual([0x1444n, 0x1eeen, 0x1444n, 0n]);
    set(machine, { mideleg: ONES });
    expect(read(machine, 'mideleg', 'sie')).toEqual([0x1666n, 0x222n]);
  });

  test('mip, all ones: SSIP, STIP, SEIP, and VSSIP as an alias of hvip.VSSIP', () => {
    const machine = fresh({ mideleg: ONES, hideleg: ONES, mip: ONES });
    expect(read(machine, 'mip', 'hip', 'hvip', 'sip', 'vsip')).toEqual([0x226n, 0x4n, 0x4n, 0x222n, 0x2n]);
    set(machine, { mip: 0n });
    expect(read(machine, 'mip', 'hip', 'hvip', 'sip', 'vsip')).toEqual([0n, 0n, 0n, 0n, 0n]);
  });

  test('hvip, all ones: the three of VS-level, seen everywhere but in sip', () => {
    const machine = fresh({ mideleg: ONES, hideleg: ONES, hvip: ONES });
    expect(read(machine, 'hvip', 'hip', 'mip', 'sip', 'vsip')).toEqual([0x444n, 0x444n, 0x444n, 0n, 0x222n]);
  });

  test('hip: only VSSIP is writable; hie: all four', () => {
    const machine = fresh({ hvip: 0x440n, hip: ONES, hie: ONES });
    expect(read(machine, 'hvip', 'hip', 'hie', 'mie')).toEqual([0x444n, 0x444n, 0x1444n, 0x1444n]);
    set(machine, { hip: 0n, hie: 0n });
    expect(read(machine, 'hvip', 'hie')).toEqual([0x440n, 0n]);
  });

  test('vsip and vsie show and change only what hideleg gives, one place lower; vsip.SSIP is writable', () => {
    for (const hideleg of [0n, 0x4n, 0x40n, 0x400n, 0x444n]) {
      const machine = fresh({ hideleg, hvip: 0x440n, vsip: ONES, vsie: ONES });
      expect(read(machine, 'vsie', 'hie')).toEqual([hideleg >> 1n, hideleg]);
      expect(read(machine, 'hvip')).toEqual([0x440n | (hideleg & 4n)]);
      expect(read(machine, 'vsip')).toEqual([(hideleg & (0x440n | 4n)) >> 1n]);
      set(machine, { vsip: 0n, vsie: 0n });
      expect(read(machine, 'vsie', 'hvip')).toEqual([0n, 0x440n]);
    }
  });

  test('hideleg: only bits 10, 6 and 2', () => {
    expect(read(fresh({ hideleg: ONES }), 'hideleg')).toEqual([0x444n]);
  });

  test('in VS-mode sip and sie lead to vsip and vsie', () => {
    const machine = fresh({ mideleg: ONES, hideleg: 0x4n, mip: 0x222n });
    machine.hart.setX(10, ONES);
    expect(outcome(machine, 'VS', 'csrrw a1,sip,a0')).toBe('ok');
    expect(machine.hart.x[11]).toBe(0n); // "interrupts directed to HS-level continue to be indicated in the HS-level sip"
    expect(outcome(machine, 'VS', 'csrrw a1,sie,a0')).toBe('ok');
    expect(read(machine, 'hvip', 'mip', 'mie')).toEqual([0x4n, 0x226n, 0x4n]);
  });

  test("csrrs on hip makes nothing permanent that a wire or hvip's other bits hold", () => {
    const machine = fresh({ hstatus: 2n << 12n, hideleg: ONES });
    guestInterruptLine(machine.hart, 2).set(true);
    machine.hart.setX(10, 4n);
    outcome(machine, 'S', 'csrs hip,a0');
    expect(read(machine, 'hip', 'hvip')).toEqual([0x404n, 4n]);
    guestInterruptLine(machine.hart, 2).set(false);
    expect(read(machine, 'hip')).toEqual([4n]);
  });
});

describe('guest external interrupts', () => {
  test('hgeip shows the wires, SGEIP is set while one is enabled in hgeie, and hgeie does not gate VSEIP', () => {
    const machine = fresh();
    expect(read(machine, 'hgeip', 'hip')).toEqual([0n, 0n]);
    guestInterruptLine(machine.hart, 3).set(true);
    guestInterruptLine(machine.hart, 8).set(true);
    expect(read(machine, 'hgeip', 'hip')).toEqual([0x108n, 0n]);
    set(machine, { hgeie: 0x8n });
    expect(read(machine, 'hip')).toEqual([0x1000n]);
    set(machine, { hgeie: 0n, hstatus: 3n << 12n });
    expect(read(machine, 'hip')).toEqual([0x400n]);
    set(machine, { hstatus: 2n << 12n });
    expect(read(machine, 'hip')).toEqual([0n]);
    set(machine, { hstatus: 0n });
    expect(read(machine, 'hip')).toEqual([0n]); // "When VGEIN=0, no guest external interrupt source is selected"
  });

  test('there are GEILEN wires, from 1 on: bit 0 of hgeip is read-only zero', () => {
    const { hart } = fresh();
    for (const number of [0, 9]) expect(() => guestInterruptLine(hart, number)).toThrow(Error);
  });

  test('bits GEILEN:1 are writable in hgeie; VGEIN holds 0 to GEILEN', () => {
    const machine = fresh({ hgeie: ONES, hgeip: 0n });
    expect(read(machine, 'hgeie')).toEqual([0x1fen]);
    for (let vgein = 0n; vgein <= 8n; vgein++) {
      set(machine, { hstatus: vgein << 12n });
      expect(read(machine, 'hstatus')).toEqual([(2n << 32n) | (vgein << 12n)]);
    }
    set(machine, { hstatus: 9n << 12n });
    expect(read(machine, 'hstatus')).toEqual([(2n << 32n) | (8n << 12n)]);
  });
});

test('wfi goes on while an enabled interrupt is pending, delegated or not, and whatever SIE says', () => {
  const machine = fresh({ hideleg: 4n, mie: 4n, hvip: 4n });
  for (const mode of ['M', 'S', 'VS'] as const)
    expect([mode, outcome(machine, mode, 'wfi'), machine.hart.run(1).why]).toEqual([mode, 'ok', 'budget']);
});
