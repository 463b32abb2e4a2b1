/** MSWI and MTIMER by the ACLINT specification 1.0-rc4, at the offsets of a SiFive CLINT. */
import { Mswi, Mtimer } from '../../../src/machine/irq/aclint';

const ALL_ONES = 0xffff_ffff_ffff_ffffn;
const MTIME = 0x7ff8;

/** Wires of `harts` harts, and their levels. */
function wires(harts: number): { levels: boolean[]; lines: { set(level: boolean): void }[] } {
  const levels = Array.from({ length: harts }, () => false);
  return { levels, lines: levels.map((_, hart) => ({ set: (level: boolean) => void (levels[hart] = level) })) };
}

function setUp(): { mtimer: Mtimer; levels: boolean[]; time: { instructions: number }; changes: () => number } {
  const { levels, lines } = wires(2);
  const time = { instructions: 0 };
  let changed = 0;
  const clock = { now: () => time.instructions, skip: (n: number) => void (time.instructions += n) };
  const mtimer = new Mtimer(clock, lines, () => void changed++);
  return { mtimer, levels, time, changes: () => changed };
}

describe('MSWI', () => {
  test('bit 0 of MSIP is the software interrupt of its hart', () => {
    const { levels, lines } = wires(2);
    const mswi = new Mswi(lines);
    mswi.store(4, 4, 0xffff_ffffn);
    expect([levels, mswi.load(0), mswi.load(4)]).toEqual([[false, true], 0n, 1n]);
    mswi.store(4, 4, 0xffff_fffen);
    expect([levels, mswi.load(4)]).toEqual([[false, false], 0n]);
  });

  test('registers of harts that do not exist read 0', () => {
    const mswi = new Mswi(wires(2).lines);
    mswi.store(8, 4, 1n);
    mswi.store(0x3ffc, 4, 1n);
    expect([mswi.load(8), mswi.load(0x3ffc)]).toEqual([0n, 0n]);
  });

  test('reset lowers the wires', () => {
    const { levels, lines } = wires(1);
    const mswi = new Mswi(lines);
    mswi.store(0, 4, 1n);
    mswi.reset();
    expect([levels, mswi.load(0)]).toEqual([[false], 0n]);
  });
});

describe('MTIMER', () => {
  test('ten instructions are one tick', () => {
    const { mtimer, time } = setUp();
    time.instructions = 99;
    expect(mtimer.load(MTIME, 8)).toBe(9n);
    time.instructions = 100;
    expect(mtimer.load(MTIME, 8)).toBe(10n);
  });

  test('the interrupt is pending while mtime >= mtimecmp, unsigned', () => {
    const { mtimer, levels, time } = setUp();
    time.instructions = 1000;
    mtimer.store(8, 8, 101n);
    expect(levels).toEqual([false, false]);
    mtimer.store(8, 8, 100n);
    expect(levels).toEqual([false, true]);
    mtimer.store(8, 8, ALL_ONES);
    expect(levels).toEqual([false, false]);
    mtimer.store(8, 8, 0n);
    expect(levels).toEqual([false, true]);
  });

  test('at reset no alarm is set, and time starts at 0', () => {
    const { mtimer, levels, time } = setUp();
    mtimer.store(0, 8, 0n);
    time.instructions = 12_345;
    mtimer.reset();
    expect([levels, mtimer.load(MTIME, 8), mtimer.load(0, 8)]).toEqual([[false, false], 0n, ALL_ONES]);
  });

  test('halves can be accessed alone', () => {
    const { mtimer } = setUp();
    mtimer.store(0, 4, 0x1111_2222n);
    mtimer.store(4, 4, 0x3333_4444n);
    expect([mtimer.load(0, 8), mtimer.load(0, 4), mtimer.load(4, 4)]).toEqual([
      0x3333_4444_1111_2222n,
      0x1111_2222n,
      0x3333_4444n,
    ]);
    mtimer.store(MTIME + 4, 4, 1n);
    expect(mtimer.load(MTIME, 8)).toBe(0x1_0000_0000n);
  });

  test('software may set the time, which goes on from there and wraps at 2^64', () => {
    const { mtimer, levels, time } = setUp();
    mtimer.store(0, 8, ALL_ONES);
    mtimer.store(MTIME, 8, ALL_ONES - 1n);
    time.instructions += 10;
    mtimer.timer(0).update();
    expect([mtimer.mtime(), levels[0]]).toEqual([ALL_ONES, true]);
    time.instructions += 10;
    expect(mtimer.mtime()).toBe(0n);
  });

  test('a hart learns exactly how many instructions its alarm is away', () => {
    const { mtimer, levels, time } = setUp();
    const timer = mtimer.timer(0);
    time.instructions = 37;
    expect(timer.untilDeadline()).toBe(Infinity);
    mtimer.store(0, 8, 10n);
    expect(timer.untilDeadline()).toBe(63);
    time.instructions += 62;
    timer.update();
    expect(levels[0]).toBe(false);
    time.instructions += 1;
    timer.update();
    expect(levels[0]).toBe(true);
    expect(timer.untilDeadline()).toBe(Infinity); // it is over
  });

  test('a waiting hart skips to its alarm', () => {
    const { mtimer, time } = setUp();
    time.instructions = 5;
    mtimer.store(0, 8, 1000n);
    mtimer.timer(0).skipToDeadline();
    expect([time.instructions, mtimer.mtime()]).toEqual([10_000, 1000n]);
  });

  test('each write says that a deadline may have changed', () => {
    const { mtimer, changes } = setUp();
    mtimer.store(0, 8, 1n);
    mtimer.store(MTIME, 8, 1n);
    expect(changes()).toBe(2);
  });

  test('registers of harts that do not exist read 0', () => {
    const { mtimer } = setUp();
    mtimer.store(16, 8, 5n);
    mtimer.store(0x7ff0, 8, 5n);
    expect([mtimer.load(16, 8), mtimer.load(0x7ff0, 8)]).toEqual([0n, 0n]);
  });
});
