/** Frames with types (docs/paravirtual.md): what is refused, and that the counts are always those of the entries that there are. */
import { PhysicalMemory, PteBit, Ram } from '#machine';
import { referenceParts } from '#reference';
import { bootReference } from '#reference';
import { imageOf, type PageTableAnswer, type ParavirtualCpu, type TableType, type TypedFrames } from '#vmm';
import { readGuest } from '../../../../src/course/lab';
import { FrameTable } from '../../../../src/vmm/memory/frame-table';
import { MemorySlots } from '../../../../src/vmm/memory/slots';
import { Chance } from '../../../machine/engine/lockstep/chance';
import { paravirtualCpu as part } from '../../../../solutions/12-paravirtual-cpu/paravirtual-cpu';

const { V, R, W, X, U, G, A, D } = PteBit;
const OWN = 24;
const FIRST = 0x8000_0000 / 4096;
/** The VM's frames are the first OWN ones; behind them another VM's, and the hypervisor's. */
const FOREIGN = FIRST + OWN;

const entry = (frame: number, bits: number): bigint => (BigInt(frame) << 10n) | BigInt(bits);
const PAGE = V | R | W | U | A | D;

function memory(): TypedFrames {
  const ram = new Ram(new PhysicalMemory(2 ** 20));
  const table = new FrameTable(ram);
  const slots = (first: number, count: number): MemorySlots => {
    const made = new MemorySlots(referenceParts.guestMemory);
    made.add({ gpa: 0x8000_0000n, hpa: first * 4096, size: count * 4096 });
    return made;
  };
  table.give(1, slots(FOREIGN, 8), () => undefined);
  return table.give(0, slots(FIRST, OWN), () => undefined);
}

describe('what may be an entry', () => {
  test.each([
    ['an invalid entry may hold anything', 0, entry(FOREIGN, R | W | U | 0x300) | (0x3ffn << 54n), 'done'],
    ['a page for reading', 0, entry(FIRST + 9, V | R | U), 'done'],
    ['a page for everything, with both software bits', 0, entry(FIRST + 9, PAGE | X | 0x300), 'done'],
    ['a page of another VM', 0, entry(FOREIGN, V | R | U), 'foreign'],
    ["the hypervisor's", 0, entry(FOREIGN + 20, V | R | U), 'foreign'],
    ['a frame below RAM', 0, entry(0, V | R | U), 'foreign'],
    ['the largest frame number', 0, entry(2 ** 44 - 1, V | R | U), 'foreign'],
    ['G', 0, entry(FIRST + 9, PAGE | G), 'malformed'],
    ['no U', 0, entry(FIRST + 9, V | R), 'malformed'],
    ['W without R (reserved)', 0, entry(FIRST + 9, V | W | U), 'malformed'],
    ['bit 54 (reserved)', 0, entry(FIRST + 9, PAGE) | (1n << 54n), 'malformed'],
    ['N (Svnapot)', 0, entry(FIRST + 9, PAGE) | (1n << 63n), 'malformed'],
    ['a pointer at the last level', 0, entry(FIRST + 9, V), 'malformed'],
    ['a superpage of 2 MiB', 1, entry(FIRST, PAGE), 'malformed'],
    ['a superpage of 1 GiB', 2, entry(FIRST, PAGE), 'malformed'],
    ['a pointer with A (reserved)', 1, entry(FIRST + 9, V | A), 'malformed'],
    ['a pointer with U (reserved)', 1, entry(FIRST + 9, V | U), 'malformed'],
    ['a pointer to an empty page', 1, entry(FIRST + 9, V), 'done'],
    ['a pointer to itself', 1, entry(FIRST, V), 'conflict'],
    ["a pointer to another VM's frame", 1, entry(FOREIGN, V), 'foreign'],
  ])('%s', (_, level, value, answer) => {
    const updated = memory();
    expect(part.pin(FIRST, level, updated)).toBe('done');
    expect(part.update(FIRST, 5, value, updated)).toBe(answer);
    expect(updated.read(FIRST, 5)).toBe(answer === 'done' ? value : 0n);
    // The same as part of a whole table.
    const validated = memory();
    validated.write(FIRST, 511, value);
    expect(part.pin(FIRST, level, validated)).toBe(answer);
    if (answer !== 'done') expect(uses(validated)).toEqual(uses(memory()));
  });
});

const uses = (frames: TypedFrames) => Array.from({ length: OWN }, (_, i) => frames.use(FIRST + i));

describe('types exclude each other', () => {
  test('what is mapped for writing cannot become a table, at any level, until the mapping is gone', () => {
    const frames = memory();
    part.pin(FIRST, 0, frames);
    part.update(FIRST, 0, entry(FIRST + 1, PAGE), frames);
    for (const level of [0, 1, 2]) expect(part.pin(FIRST + 1, level, frames)).toBe('conflict');
    part.update(FIRST, 0, entry(FIRST + 1, PAGE & ~W), frames);
    expect(part.pin(FIRST + 1, 1, frames)).toBe('done');
    expect(part.update(FIRST, 0, entry(FIRST + 1, PAGE), frames)).toBe('conflict');
  });

  test('a table has one level only', () => {
    const frames = memory();
    part.pin(FIRST, 1, frames);
    expect(part.refer(FIRST, 'table2', frames)).toBe('conflict');
    expect(part.refer(FIRST, 'table0', frames)).toBe('conflict');
    expect(part.refer(FIRST, 'table1', frames)).toBe('done');
  });

  test('a table that maps itself for writing is none', () => {
    const frames = memory();
    frames.write(FIRST, 3, entry(FIRST, PAGE));
    expect(part.pin(FIRST, 0, frames)).toBe('conflict');
    frames.write(FIRST, 3, entry(FIRST, PAGE & ~W));
    expect(part.pin(FIRST, 0, frames)).toBe('done');
  });

  test('one entry moves from a frame to itself without letting it go in between', () => {
    const frames = memory();
    part.pin(FIRST, 1, frames);
    part.update(FIRST, 0, entry(FIRST + 1, V), frames);
    expect(part.update(FIRST, 0, entry(FIRST + 1, V | 0x100), frames)).toBe('done');
    expect(frames.use(FIRST + 1)).toEqual({ type: 'table0', references: 1, pinned: false });
  });
});

test('the 65,536th reference is refused: counts never come round to 0', () => {
  const frames = memory();
  for (let i = 0; i < 0xffff; i++) part.refer(FIRST, 'writable', frames);
  expect(frames.use(FIRST).references).toBe(0xffff);
  expect(part.refer(FIRST, 'writable', frames)).toBe('conflict');
  expect(part.pin(FIRST, 0, frames)).toBe('conflict');
});

test('a frame is pinned once, and only by its pin can it be unpinned', () => {
  const frames = memory();
  expect(part.unpin(FIRST, frames)).toBe('conflict');
  expect(part.pin(FIRST, 2, frames)).toBe('done');
  expect(part.pin(FIRST, 2, frames)).toBe('conflict');
  part.refer(FIRST, 'table2', frames);
  expect([part.unpin(FIRST, frames), part.unpin(FIRST, frames)]).toEqual(['done', 'conflict']);
  expect(frames.use(FIRST)).toEqual({ type: 'table2', references: 1, pinned: false });
  for (const level of [3, -1, NaN, 2 ** 60]) expect(part.pin(FIRST + 1, level, frames)).toBe('malformed');
});

/** What the entries and pins that there are add up to, counted anew: the rules of docs/paravirtual.md, written a second time. */
function recount(frames: TypedFrames) {
  const counts = Array.from({ length: OWN }, () => new Map<string, number>());
  const add = (frame: number, type: string) => {
    expect(frame >= FIRST && frame < FIRST + OWN).toBe(true);
    counts[frame - FIRST].set(type, (counts[frame - FIRST].get(type) ?? 0) + 1);
  };
  uses(frames).forEach(({ type, pinned }, i) => {
    if (pinned) add(FIRST + i, type);
    const level = (['table0', 'table1', 'table2'] as string[]).indexOf(type);
    for (let index = 0; level >= 0 && index < 512; index++) {
      const value = frames.read(FIRST + i, index);
      if (!(value & 1n)) continue;
      const frame = Number((value >> 10n) & 0xfff_ffff_ffffn);
      if (!(value & 14n)) add(frame, `table${level - 1}`);
      else if (value & 4n) add(frame, 'writable');
      else expect(frame >= FIRST && frame < FIRST + OWN).toBe(true);
    }
  });
  return counts;
}

test.each([1, 2, 3, 4])('whatever is asked for, each count is what entries and pins add up to (seed %i)', (seed) => {
  const frames = memory();
  const chance = new Chance(seed);
  const anyFrame = () => FIRST + (chance.oneIn(20) ? OWN + chance.below(4) : chance.below(8));
  const anyEntry = () => entry(anyFrame(), [0, V, V, V | R | U, PAGE, PAGE, V | R, PAGE | G][chance.below(8)]);
  const answers = new Set<PageTableAnswer>();
  for (let i = 0; i < 3000; i++) {
    const frame = anyFrame();
    const action = chance.below(10);
    // What a guest does with a page that is no table: it stores to it.
    const isTable = frames.owns(frame) && frames.use(frame).type.startsWith('table');
    if (action === 0) answers.add(part.pin(frame, chance.below(3), frames));
    else if (action === 1) answers.add(part.unpin(frame, frames));
    else if (action < 4 && frames.owns(frame) && !isTable) frames.write(frame, chance.below(4), anyEntry());
    else answers.add(part.update(frame, chance.below(4), anyEntry(), frames));
    if (i % 20 !== 0) continue;
    recount(frames).forEach((counted, at) => {
      const { type, references } = frames.use(FIRST + at);
      const expected: [string, number][] = references === 0 ? [] : [[type, references]];
      expect([...counted]).toEqual(expected);
    });
  }
  expect([...answers].sort()).toEqual(['conflict', 'done', 'foreign', 'malformed']);
});

test('the types of tables are those of the levels', () => {
  const types: TableType[] = ['table0', 'table1', 'table2'];
  types.forEach((type, level) => {
    const frames = memory();
    part.pin(FIRST, level, frames);
    expect(frames.use(FIRST).type).toBe(type);
  });
});

describe("a part that is wrong hears so, and reaches nothing that is not its VM's", () => {
  const none = { type: 'none', references: 0, pinned: false } as const;
  test.each<[string, (frames: TypedFrames) => unknown, string]>([
    ['a frame of another VM', (frames) => frames.write(FOREIGN, 0, 0n), "is not this VM's"],
    ['a frame outside of RAM', (frames) => frames.read(5, 0), "frame 5 is not this VM's"],
    ['half a frame', (frames) => frames.use(FIRST + 0.5), "is not this VM's"],
    ['nothing', (frames) => frames.setUse(undefined as never, none), "frame undefined is not this VM's"],
    ['entry 512', (frames) => frames.read(FIRST, 512), 'no 512'],
    ['entry -1', (frames) => frames.read(FIRST, -1), 'no -1'],
    ['an entry that is a number', (frames) => frames.write(FIRST, 0, 5 as never), 'an entry holds a 64-bit bigint'],
    ['a type that is none', (frames) => frames.setUse(FIRST, { ...none, type: 'data' as never }), "no type 'data'"],
    ['65,536 references', (frames) => frames.setUse(FIRST, { ...none, references: 65536 }), '65536 references'],
    ['-1 references', (frames) => frames.setUse(FIRST, { ...none, references: -1 }), '-1 references'],
  ])('%s', (_, act, words) => {
    expect(() => act(memory())).toThrow(TypeError);
    expect(() => act(memory())).toThrow(words);
  });

  test('in a run it is the failure of the part, by name', () => {
    const run = (refer: ParavirtualCpu['refer']) => () => {
      const vm = { name: 'k', image: imageOf('k', readGuest('kernel-pv')), memoryBytes: 8 << 20 };
      bootReference({ vms: [vm], technique: 'paravirtual', parts: { paravirtualCpu: { ...part, refer } } }).run(1000);
    };
    const reads: ParavirtualCpu['refer'] = (_frame, _type, frames) => (frames.read(0, 0), 'done');
    expect(run(reads)).toThrow("your `paravirtualCpu.refer` threw TypeError: frame 0 is not this VM's");
    expect(run(() => 'yes' as never)).toThrow(
      "your `paravirtualCpu.refer` returned 'yes'; it must return 'done', 'malformed', 'foreign' or 'conflict'.",
    );
  });
});
