/** Which interrupt is taken, when and by whom: all combinations of pending, delegated, mode and enables against the manual's sentences. */
import { Interrupt } from '../../../src/machine/hart/cause';
import { BASE, bench, openMemory, word, type Bench } from './bench-hart';

const ALL = [11, 3, 7, 9, 1, 5]; // "MEI, MSI, MTI, SEI, SSI, STI": decreasing priority
const NEVER = 2n ** 64n - 1n;
const MTVEC = BASE + 0x4000n;
const STVEC = BASE + 0x5000n;
const nop = word('addi');

const shared = bench();
function fresh(): Bench {
  shared.hart.reset();
  shared.timer.deadline = NEVER;
  openMemory(shared.hart);
  shared.hart.csr.write('mtvec', MTVEC);
  shared.hart.csr.write('stvec', STVEC);
  shared.code(BASE, nop, nop, nop);
  return shared;
}

interface Situation {
  mode: 'U' | 'S' | 'M';
  mie: boolean;
  sie: boolean;
  delegated: number;
  pending: number;
}

/** "An interrupt i will trap to M-mode if all of the following are true: ..." and its S-mode twin, written down one by one. */
function taken({ mode, mie, sie, delegated, pending }: Situation): { cause: number; by: 'M' | 'S' } | undefined {
  const forM = ALL.filter((i) => (pending >> i) & 1 && !((delegated >> i) & 1));
  if (forM.length > 0 && (mode !== 'M' || mie)) return { cause: forM[0], by: 'M' };
  const forS = ALL.filter((i) => (pending >> i) & 1 && (delegated >> i) & 1);
  if (forS.length > 0 && (mode === 'U' || (mode === 'S' && sie))) return { cause: forS[0], by: 'S' };
  return undefined;
}

function* situations(): Generator<Situation> {
  for (const mode of ['U', 'S', 'M'] as const)
    for (const mie of [false, true])
      for (const sie of [false, true])
        for (const delegated of [0, 0x222, 0x020, 0x202])
          for (let set = 0; set < 64; set++) {
            const pending = ALL.reduce((bits, cause, i) => bits | (((set >> i) & 1) << cause), 0);
            yield { mode, mie, sie, delegated, pending };
          }
}

/** Brings the hart into a situation: lines for M-mode's and SEI, bits of mip for SSI and STI. */
function arrange({ hart, timer }: Bench, { mode, mie, sie, delegated, pending }: Situation): void {
  for (const line of [3, 9, 11]) hart.setInterrupt(line, ((pending >> line) & 1) === 1);
  timer.deadline = (pending >> Interrupt.machineTimer) & 1 ? 0n : NEVER;
  hart.csr.write('mip', BigInt(pending & 0x22));
  hart.csr.write('mie', 0xaaan);
  hart.csr.write('mideleg', BigInt(delegated));
  hart.csr.write('mstatus', (mie ? 8n : 0n) | (sie ? 2n : 0n));
  hart.mode = mode;
}

test('every combination of pending, delegation, mode and enables', () => {
  let count = 0;
  for (const situation of situations()) {
    const machine = fresh();
    const { hart } = machine;
    arrange(machine, situation);
    const traps: { cause: number; by: string }[] = [];
    hart.onTrap = ({ cause, to }) => traps.push({ cause, by: to });
    machine.code(MTVEC, nop);
    machine.code(STVEC, nop);
    hart.run(1);
    const expected = taken(situation);
    expect({ ...situation, taken: traps[0] }).toEqual({ ...situation, taken: expected });
    count++;
  }
  shared.hart.onTrap = undefined;
  expect(count).toBe(3 * 2 * 2 * 4 * 64);
});

test('an interrupt that mie does not enable is not taken', () => {
  const machine = fresh();
  arrange(machine, { mode: 'U', mie: true, sie: true, delegated: 0, pending: 0xaaa });
  machine.hart.csr.write('mie', 0n);
  machine.hart.run(1);
  expect(machine.hart.pc).toBe(BASE + 4n);
});

test('xepc of an interrupt is the next instruction, and taking it begins none', () => {
  const { hart } = fresh();
  hart.csr.write('mie', 8n);
  hart.csr.write('mstatus', 8n);
  hart.run(1);
  hart.setInterrupt(3, true);
  hart.run(1); // the first instruction of the handler
  expect(hart.csr.read('mepc')).toBe(BASE + 4n);
  expect(hart.csr.read('mcause')).toBe((1n << 63n) | 3n);
  expect(hart.begun).toBe(2);
});

test('an interrupt let through by csrrw is taken before the next instruction', () => {
  const { hart, code } = fresh();
  code(BASE, word('csrrw', { rd: 0, rs1: 5, csr: 0x304 }), word('addi', { rd: 7, rs1: 0, imm: 1 }));
  hart.setInterrupt(3, true);
  hart.setX(5, 8n);
  hart.csr.write('mstatus', 8n);
  code(MTVEC, nop);
  hart.run(2);
  expect([hart.x[7], hart.csr.read('mepc')]).toEqual([0n, BASE + 4n]);
});

test('the timer interrupts at the exact instruction: mtime counts 10 instructions a tick', () => {
  const { hart, timer, code } = fresh();
  code(BASE, ...Array.from({ length: 40 }, () => nop));
  code(MTVEC, nop, nop, nop, nop, nop);
  timer.deadline = 3n;
  hart.csr.write('mie', 0x80n);
  hart.csr.write('mstatus', 8n);
  hart.run(35);
  expect(hart.csr.read('mepc')).toBe(BASE + 30n * 4n);
});

describe('wfi', () => {
  const wfi = word('wfi');
  const enableTimer = ({ hart }: Bench): void => hart.csr.write('mie', 0x80n);

  test('goes on at once if an enabled interrupt is pending, even with interrupts off', () => {
    const { hart, code } = fresh();
    code(BASE, wfi, nop);
    hart.csr.write('mie', 8n);
    hart.setInterrupt(3, true);
    expect(hart.run(2)).toEqual({ why: 'budget' });
    expect(hart.pc).toBe(BASE + 8n);
  });

  test('with nothing that could wake it the run stops behind it', () => {
    const { hart, code } = fresh();
    code(BASE, wfi, nop);
    expect(hart.run(5)).toEqual({ why: 'waiting' });
    expect(hart.pc).toBe(BASE + 4n);
    expect(hart.begun).toBe(1);
  });

  test('a run that begins in a wait goes on when an enabled interrupt has come, and begins nothing before', () => {
    const { hart, code } = fresh();
    code(BASE, wfi, nop);
    hart.csr.write('mie', 8n);
    hart.run(1);
    hart.setInterrupt(11, true);
    expect([hart.run(5), hart.begun]).toEqual([{ why: 'waiting' }, 1]);
    hart.setInterrupt(3, true);
    expect([hart.run(1), hart.begun]).toEqual([{ why: 'budget' }, 2]);
  });

  test('the time until the timer calls is known, if its interrupt is enabled', () => {
    const machine = fresh();
    const { hart, timer, code } = machine;
    timer.deadline = 1000n;
    code(BASE, wfi);
    hart.run(1);
    expect(hart.untilCalled()).toBe(Infinity);
    enableTimer(machine);
    expect(hart.untilCalled()).toBe(9999);
    timer.deadline = 0n;
    expect(hart.untilCalled()).toBe(0);
  });

  test.each([
    ['U', 0n, true],
    ['S', 0n, false],
    ['S', 1n << 21n, true],
    ['M', 1n << 21n, false],
  ] as const)('in %s-mode with mstatus %#x: illegal is %s', (mode, status, isIllegal) => {
    const { hart, code } = fresh();
    code(BASE, wfi);
    hart.csr.write('mstatus', status);
    hart.mode = mode;
    hart.run(1);
    expect(hart.csr.read('mcause') === 2n).toBe(isIllegal);
  });
});
