/** Programs on 2 to 8 harts: they find the same state under every engine, wake at the exact tick, and do not depend on how a run is cut. */
import { assemble } from '../../src/machine/isa';
import { createMachine, type Machine } from '../../src/machine/machine';
import type { Engine } from '../../src/machine/machine-options';
import { Chance } from './engine/lockstep/chance';
import { forThisTest } from '../for-this-test';

const ENGINES: readonly Engine[] = ['step', 'interpret', 'compile'];
const BASE = 0x8000_0000;

/** s0 = hart id, s1 = MSIP of hart 0, s2 = own mtimecmp, s3 = mtime, s4 = `data`, which is HARTS and more doublewords of 0. */
const PROLOGUE = `
  csrr s0, mhartid
  li s1, 0x2000000
  li s2, 0x2004000
  slli t0, s0, 3
  add s2, s2, t0
  li s3, 0x200bff8
  la s4, data
`;

function computer(program: string, harts: number, engine?: Engine): { machine: Machine; data: (i: number) => bigint } {
  const source = `${PROLOGUE}\n${program.replaceAll('HARTS', String(harts))}\n.balign 64\ndata: .zero 512`;
  const { bytes, symbols } = assemble(source, { origin: BigInt(BASE) });
  const machine = forThisTest(createMachine({ harts, engine, ramBytes: 2 ** 20 }));
  const segments = [{ address: BASE, bytes, memBytes: bytes.length }];
  machine.load({ kernel: { name: 'program', entry: BigInt(BASE), segments, symbols } });
  return { machine, data: (i) => machine.ram.read(Number(symbols.get('data')) + 8 * i, 8) };
}

/** data[0]: next ticket, data[1]: ticket served, data[2]: what the lock protects. */
const TICKET_LOCK = `
  li s5, 10
again:
  li t0, 1
  amoadd.d t1, t0, (s4)
turn:
  ld t2, 8(s4)
  bne t1, t2, turn
  ld t0, 16(s4)
  addi t0, t0, 1
  sd t0, 16(s4)
  addi t2, t2, 1
  fence rw, w
  sd t2, 8(s4)
  addi s5, s5, -1
  bnez s5, again
sleep:
  wfi
  j sleep`;

/** data[0]: lock, data[2]: what it protects. */
const SPINLOCK = `
  li s5, 50
again:
  li t2, 1
  lr.d.aq t0, (s4)
  bnez t0, again
  sc.d t0, t2, (s4)
  bnez t0, again
  ld t0, 16(s4)
  addi t0, t0, 1
  sd t0, 16(s4)
  amoswap.d.rl zero, zero, (s4)
  addi s5, s5, -1
  bnez s5, again
sleep:
  wfi
  j sleep`;

/** A token goes round by IPIs, 20 times; each hart adds 1 to data[2]. */
const RING = `
  li t0, 8
  csrw mie, t0
  slli s6, s0, 2
  add s6, s6, s1        # own MSIP
  addi t0, s0, 1
  li t1, HARTS
  bltu t0, t1, have
  li t0, 0
have:
  slli t0, t0, 2
  add s7, s1, t0        # the next hart's
  li s5, 20
  li s8, 1
  bnez s0, wait
  j send
wait:
  wfi
  lw t0, 0(s6)
  beqz t0, wait
  sw zero, 0(s6)
send:
  ld t0, 16(s4)
  addi t0, t0, 1
  sd t0, 16(s4)
  sw s8, 0(s7)
  addi s5, s5, -1
  bnez s5, wait
sleep:
  csrw mie, zero
  wfi
  j sleep`;

/** Hart 0 sends 1, 2, 3 ... through data[0], with the flag data[1]; hart 1 adds them up in data[2]. Others do nothing. */
const MESSAGES = `
  li s5, 20
  beqz s0, sender
  li t0, 1
  bne s0, t0, sleep
receiver:
  ld t0, 8(s4)
  beqz t0, receiver
  fence r, rw
  ld t1, 0(s4)
  ld t2, 16(s4)
  add t2, t2, t1
  sd t2, 16(s4)
  fence rw, w
  sd zero, 8(s4)
  addi s5, s5, -1
  bnez s5, receiver
  j sleep
sender:
  ld t0, 8(s4)
  bnez t0, sender
  addi s6, s6, 1
  sd s6, 0(s4)
  fence rw, w
  sd s5, 8(s4)
  addi s5, s5, -1
  bnez s5, sender
sleep:
  wfi
  j sleep`;

const PROGRAMS = {
  'ticket lock': { program: TICKET_LOCK, result: (harts: number): bigint => BigInt(10 * harts) },
  spinlock: { program: SPINLOCK, result: (harts: number): bigint => BigInt(50 * harts) },
  'ring of IPIs': { program: RING, result: (harts: number): bigint => BigInt(20 * harts) },
  messages: { program: MESSAGES, result: (): bigint => 210n },
};

describe.each(Object.entries(PROGRAMS))('%s', (_, { program, result }) => {
  test.each([2, 3, 8])('on %d harts: the right result, and the same state under every engine', (harts) => {
    const digests = ENGINES.map((engine) => {
      const { machine, data } = computer(program, harts, engine);
      expect([engine, machine.run(20_000_000)]).toEqual([engine, { why: 'waiting' }]);
      expect([engine, data(2)]).toEqual([engine, result(harts)]);
      return machine.digest();
    });
    expect(new Set(digests).size).toBe(1);
  });

  test('how a run is cut into calls changes nothing', () => {
    const whole = computer(program, 3).machine;
    whole.run(100_000);
    for (let seed = 1; seed <= 4; seed++) {
      const chance = new Chance(seed);
      const pieces = computer(program, 3).machine;
      for (let left = 100_000; left > 0;) {
        const budget = Math.min(left, 1 + chance.below(chance.oneIn(2) ? 5 : 3000));
        const before = begun(pieces);
        const stop = pieces.run(budget);
        left -= begun(pieces) - before;
        if (stop.why === 'waiting') break;
      }
      expect([seed, pieces.digest()]).toEqual([seed, whole.digest()]);
    }
  });
});

const begun = ({ harts }: Machine): number => harts.reduce((sum, hart) => sum + hart.begun, 0);

/** Hart i waits until tick 2000 * (8 - i), then writes the time to data[i]. WORK is what hart 0 does meanwhile. */
const sleepers = (work: string): string => `
  li t0, 0x80
  csrw mie, t0
  li t0, 8
  sub t0, t0, s0
  li t1, 2000
  mul t0, t0, t1
  sd t0, 0(s2)
  slli t2, s0, 3
  add t2, t2, s4
  bnez s0, wait
  ${work}
wait:
  wfi
  ld t0, 0(s3)
  sd t0, 0(t2)
  csrw mie, zero
sleep:
  wfi
  j sleep`;

/** Four seconds of the guest, in ticks of 100 ns. */
const FOUR_SECONDS = 40_000_000n;

/** Hart i does nothing but to count, in data[i], the alarms that it sets itself 10 * (i + 1) ms ahead. */
const IDLE_WITH_TIMER = `
  li t0, 0x80
  csrw mie, t0
  slli s7, s0, 3
  add s7, s7, s4
  li s6, 100000
  addi t0, s0, 1
  mul s6, s6, t0
tick:
  ld t0, 0(s3)
  add t0, t0, s6
  sd t0, 0(s2)
  wfi
  addi s5, s5, 1
  sd s5, 0(s7)
  j tick`;

/** Counts how often a method of the harts is called from now on. */
function callsOf({ harts }: Machine, method: 'run' | 'untilCalled'): () => number {
  const spies = harts.map((hart) => jest.spyOn(hart, method));
  return () => spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
}

describe.each(ENGINES)('engine %s', (engine) => {
  test('when all harts wait, time jumps to the first alarm, and each wakes at its own tick', () => {
    const { machine, data } = computer(sleepers(''), 8, engine);
    expect(machine.run(10_000)).toEqual({ why: 'waiting' });
    expect(Array.from({ length: 8 }, (_, i) => data(i))).toEqual(
      [8n, 7n, 6n, 5n, 4n, 3n, 2n, 1n].map((n) => 2000n * n),
    );
    expect(begun(machine)).toBeLessThan(8 * 50); // nobody was busy
  });

  test('a hart that is busy does not delay the others, nor does time jump over it', () => {
    const { machine, data } = computer(sleepers('busy: j busy'), 8, engine);
    machine.run(150_000); // 15,000 ticks
    expect(Array.from({ length: 8 }, (_, i) => data(i))).toEqual(
      [0n, 7n, 6n, 5n, 4n, 3n, 2n, 1n].map((n) => 2000n * n),
    );
    expect(machine.now()).toBe(15_000n);
  });

  test('four harts that wait for nothing: none is run, nothing begins, and no time passes', () => {
    const { machine } = computer('wfi\n j .', 4, engine);
    expect(machine.run(10_000)).toEqual({ why: 'waiting' });
    const [ran, time, runs] = [begun(machine), machine.now(), callsOf(machine, 'run')];
    for (let i = 0; i < 100; i++) expect(machine.run(2 ** 40)).toEqual({ why: 'waiting' });
    expect([begun(machine), machine.now(), runs()]).toEqual([ran, time, 0]);
  });

  test('four harts with a timer each: four seconds cost the host what their wakings execute, whatever lies between', () => {
    const { machine, data } = computer(IDLE_WITH_TIMER, 4, engine);
    const [runs, looks] = [callsOf(machine, 'run'), callsOf(machine, 'untilCalled')];
    while (machine.now() < FOUR_SECONDS) machine.run(50);
    const wakings = [0, 1, 2, 3].map((i) => Number(data(i)));
    wakings.forEach((count, i) => expect(Math.abs(count - 400 / (i + 1))).toBeLessThan(10));
    const all = wakings.reduce((sum, count) => sum + count, 0);
    expect(begun(machine)).toBeLessThan(8 * (all + 40)); // 7 instructions, and those before the first wfi
    expect(runs()).toBeLessThan(3 * (all + 40)); // a run ends when mtimecmp is set, at wfi, and with the budget
    expect(looks()).toBeLessThan(4 * 10 * (all + 40));
  });

  test('an alarm that its hart has not enabled wakes nobody', () => {
    const { machine } = computer('li t0, 1000\n sd t0, 0(s2)\n wfi\n j .', 2, engine);
    expect(machine.run(10_000)).toEqual({ why: 'waiting' });
    expect(machine.now()).toBeLessThan(10n);
  });

  /** "The implementation shall guarantee that ... some other hart or the same hart eventually succeeds" (Unprivileged, "Eventual Success"). */
  test('a constrained LR/SC loop succeeds although another hart wakes at every tick', () => {
    const { machine, data } = computer(
      `
      beqz s0, retry
      li t0, 0x80
      csrw mie, t0
    tick:
      ld t0, 0(s3)
      addi t0, t0, 1
      sd t0, 0(s2)
      wfi
      j tick
    retry:
      lr.d t0, (s4)
      addi t0, t0, 1
      ${'nop\n'.repeat(11)}
      sc.d t1, t0, (s4)
      bnez t1, retry
      j retry`,
      2,
      engine,
    );
    machine.run(50_000);
    expect(data(0)).toBeGreaterThan(500n);
  });

  test('an IPI to a hart that waits is served at once: the sender does not use up its turn', () => {
    const { machine, data } = computer(
      `
      beqz s0, sender
      li t0, 8
      csrw mie, t0
      wfi
      li t0, 1
      sd t0, 0(s4)
      csrw mie, zero
      wfi
    sender:
      li t0, 6000
    settle:
      addi t0, t0, -1
      bnez t0, settle
      li t0, 1
      sw t0, 4(s1)
    spin:
      ld t1, 0(s4)
      addi s5, s5, 1
      beqz t1, spin
      sd s5, 8(s4)
      wfi`,
      2,
      engine,
    );
    machine.run(60_000);
    expect([data(0), data(1)]).toEqual([1n, 1n]); // the first look found the answer
  });
});
