/** `hv profile`: samples that are the same on every run and under every technique, and the forms that they are shown in. */
import { flameGraph, foldedText, functionsOf, HostTime, profile, type Profile } from '#course/profile';
import { referenceParts } from '#reference';
import { bootVms, imageOf, type TechniqueName } from '#vmm';
import { kernel, MEMORY_BYTES, readGuest } from '../../src/course/lab';

type Program = ReturnType<typeof readGuest>;

/** A clock that one reads as often as one likes: each reading is a millisecond later. */
function ticking(): () => number {
  let now = 0;
  return () => now++;
}

const profiled = (program: Program, technique: TechniqueName, every: number, most = 1e9): Profile =>
  profile({
    boot: (onEvent) =>
      bootVms({
        vms: [{ name: 'guest', image: imageOf('guest', program), memoryBytes: MEMORY_BYTES }],
        technique,
        parts: referenceParts,
        onEvent,
      }),
    names: program.names,
    every,
    most,
    now: ticking(),
  });

/** `long` takes four times as many instructions as `short`, and `worker` calls both. */
const TWO_LOOPS = kernel(`
    la sp, stack_top
    call worker
    j finished
worker:
    addi sp, sp, -16
    sd ra, 8(sp)
    li a1, 40000
    call long
    li a1, 10000
    call short
    ld ra, 8(sp)
    addi sp, sp, 16
    ret
long:
    addi a1, a1, -1
    bnez a1, long
    ret
short:
    addi a1, a1, -1
    bnez a1, short
    ret
finished:
`);

const shareOf = (result: Profile, name: string): number =>
  functionsOf(result.stacks).find((each) => each.name === name)!.own;

describe('samples', () => {
  test('a function has as many samples as it executes instructions, divided by the distance', () => {
    const result = profiled(TWO_LOOPS, 'trap-and-emulate', 100);
    expect(Math.abs(shareOf(result, 'long') - 800)).toBeLessThanOrEqual(1); // 2 x 40,000 instructions
    expect(Math.abs(shareOf(result, 'short') - 200)).toBeLessThanOrEqual(1);
    const [worker] = functionsOf(result.stacks).filter(({ name }) => name === 'worker');
    expect(Math.abs(worker.total - 1000)).toBeLessThanOrEqual(2);
  });

  test('they are the same on every run, to the last stack', () => {
    const text = (): string => foldedText(profiled(readGuest('processes'), 'hardware', 13).stacks);
    expect(text()).toBe(text());
  });

  test.each(['bare', 'hardware', 'binary-translation', 'emulation'] as const)(
    'under %s the same loops have the same shares',
    (technique) => {
      const result = profiled(TWO_LOOPS, technique, 100);
      expect(shareOf(result, 'long') / shareOf(result, 'short')).toBeCloseTo(4, 1);
    },
  );

  test('code of user programs is told from that of the kernel', () => {
    const stacks = [...profiled(readGuest('user-programs'), 'trap-and-emulate', 7).stacks.values()];
    expect(new Set(stacks.map(({ frames }) => frames[0]))).toEqual(new Set(['kernel', 'user']));
  });

  test('a guest that never ends is left after as many instructions as one wants', () => {
    const result = profiled(readGuest('spinner'), 'hardware', 1000, 50_000);
    expect(result.instructions).toBe(50_000);
    expect(result.end).toBe('still running after 50,000 instructions');
  });
});

test("each exit of the run counts once in the host's time, and nothing is counted twice", () => {
  const program = readGuest('csr-torture');
  let exits = 0;
  let [first, last] = [Infinity, 0];
  const now = ticking();
  const result = profile({
    boot: (onEvent) =>
      bootVms({
        vms: [{ name: 'guest', image: imageOf('guest', program), memoryBytes: MEMORY_BYTES }],
        technique: 'trap-and-emulate',
        parts: referenceParts,
        onEvent: (event) => {
          if (event.kind === 'exit') exits++;
          onEvent(event);
        },
      }),
    names: program.names,
    every: 1000,
    most: 1e9,
    now: () => {
      const ms = now();
      [first, last] = [Math.min(first, ms), ms];
      return ms;
    },
  });
  const shares = result.time.shares();
  expect(shares.reduce((sum, share) => sum + share.exits, 0)).toBe(exits);
  const all = shares.reduce((sum, { ms }) => sum + ms, result.time.guestMs);
  expect(all).toBeLessThanOrEqual(last - first);
  expect(shares.map(({ ms }) => ms)).toEqual(shares.map(({ ms }) => ms).sort((a, b) => b - a));
});

test("a turn without an exit is the guest's time", () => {
  let now = 0;
  const time = new HostTime(() => now);
  time.enter();
  now = 5;
  time.handled();
  time.enter();
  now = 7;
  time.exit('mmio');
  now = 10;
  time.handled();
  expect(time.guestMs).toBe(7);
  expect(time.shares()).toEqual([{ kind: 'mmio', exits: 1, ms: 3 }]);
});

describe('the flame graph', () => {
  const result = profiled(TWO_LOOPS, 'hardware', 100);
  const svg = flameGraph(result, 'two loops <under> hardware');
  const boxes = [
    ...svg.matchAll(/<g><title>(.*?): (\d+) samples.*?<rect x="([\d.]+)" y="(\d+)" width="([\d.]+)"/g),
  ].map(([, name, samples, x, y, width]) => ({ name, samples: +samples, x: +x, y: +y, width: +width }));
  const samples = [...result.stacks.values()].reduce((sum, stack) => sum + stack.samples, 0);

  test('a box is as wide as its samples, of 1,200 pixels for all', () => {
    expect(boxes.length).toBeGreaterThan(4);
    for (const box of boxes) expect(box.width).toBeCloseTo((1200 * box.samples) / samples, 1);
  });

  test('who is called stands above who calls, within its width', () => {
    const [worker, long] = ['worker', 'long'].map((name) => boxes.find((box) => box.name === name)!);
    expect(long.y).toBeLessThan(worker.y);
    expect(long.x).toBeGreaterThanOrEqual(worker.x);
    expect(long.x + long.width).toBeLessThanOrEqual(worker.x + worker.width + 0.01);
  });

  test('its title cannot become markup', () => {
    expect(svg).toContain('two loops &lt;under&gt; hardware');
    expect(svg).not.toContain('<under>');
  });
});

test('folded stacks: frames from the outermost on, parted by semicolons, then the samples', () => {
  const stacks = new Map([
    ['a', { frames: ['kernel', 'main', 'a b;c'], samples: 3 }],
    ['b', { frames: ['kernel', 'main'], samples: 1 }],
  ]);
  expect(foldedText(stacks)).toBe('kernel;main 1\nkernel;main;a_b:c 3\n');
});
