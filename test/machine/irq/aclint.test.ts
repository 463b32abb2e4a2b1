/** MSWI and MTIMER by the ACLINT specification 1.0-rc4, at the offsets of a SiFive CLINT. */
import { Mswi, Mtimer } from '../../../src/machine/irq/aclint';

const ALL_ONES = 0xffff_ffff_ffff_ffffn;
const MTIME = 0x7ff8;

/** Wires of `harts` harts, and their levels. */
function wires(harts: number): { levels: boolean[]; lines: { set(level: boolean): void }[] } {
  const levels = Array.from({ length: harts }, () => false);
  return { levels, lines: levels.map((_, hart) => ({ set: (level: boolean) => void (levels[hart] = level) })) };
}

function setUp(): { mtimer: Mtimer; time: { instructions: number }; changes: () => number } {
  const time = { instructions: 0 };
  let changed = 0;
  const mtimer = new Mtimer({ now: () => time.instructions }, 2, () => void changed++);
  return { mtimer, time, changes: () => changed };
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

  test('each hart is told its own mtimecmp', () => {
    const { mtimer } = setUp();
    mtimer.store(8, 8, 101n);
    expect([mtimer.timer(0).compare(), mtimer.timer(1).compare()]).toEqual([ALL_ONES, 101n]);
  });

  test('at reset no alarm is set, and time starts at 0', () => {
    const { mtimer, time } = setUp();
    mtimer.store(0, 8, 0n);
    time.instructions = 12_345;
    mtimer.reset();
    expect([mtimer.load(MTIME, 8), mtimer.load(0, 8)]).toEqual([0n, ALL_ONES]);
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
    const { mtimer, time } = setUp();
    mtimer.store(MTIME, 8, ALL_ONES - 1n);
    time.instructions += 10;
    expect(mtimer.mtime()).toBe(ALL_ONES);
    time.instructions += 10;
    expect(mtimer.mtime()).toBe(0n);
  });

  test('ticks are so many instructions away, less those of the tick that has begun', () => {
    const { mtimer, time } = setUp();
    time.instructions = 37; // tick 3
    expect(mtimer.timer(0).instructions(7n)).toBe(63);
    expect(mtimer.timer(0).instructions(2n ** 63n)).toBe(Infinity);
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
