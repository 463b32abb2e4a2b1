/** The part gStage: the second stage of translation as the hart's own walk reads it (Privileged, "Guest Physical Address Translation"). */
import { pteFrom, walk, type PteMemory, type WalkResult } from '#machine';
import { referenceParts } from '../../../src/reference';
import { GUEST_SCHEMES } from '../../../src/machine/mmu/walk';
import { MemorySlots, type Slot } from '../../../src/vmm/memory/slots';
import type { GuestPhysicalSpace } from '../../../src/vmm/parts';

const { gStage } = referenceParts;
const KIB = 2 ** 10;
const MIB = 2 ** 20;
const GIB = 2 ** 30;
const PAGE = 4 * KIB;

/** Tables in a map of entries, `frames` of them, and slots behind them. */
class Space implements GuestPhysicalSpace {
  readonly root = 0x10_0000;
  readonly entries = new Map<number, bigint>();
  readonly mode: number;
  #next = 0x20_0000;
  #frames: number;
  readonly #slots = new MemorySlots(referenceParts.guestMemory);

  constructor(slots: readonly Slot[], { mode = 8, frames = 100 } = {}) {
    this.mode = mode;
    this.#frames = frames;
    for (const slot of slots) this.#slots.add(slot);
  }
  slotAt(gpa: bigint): Slot | undefined {
    return this.#slots.slotAt(gpa);
  }
  allocateTable(): number | undefined {
    if (this.#frames-- <= 0) return undefined;
    return (this.#next += PAGE);
  }
  read(at: number): bigint {
    return this.entries.get(at) ?? 0n;
  }
  write(at: number, entry: bigint): void {
    this.entries.set(at, entry);
  }

  /** As a guest's store is translated: "all memory accesses (...) are considered to be user-level accesses". */
  translate(gpa: bigint): WalkResult {
    const memory: PteMemory = { read: (at) => pteFrom(this.read(at)), writeLow: () => false };
    const request = { root: this.root, access: 'store', user: true, sum: false, mxr: false } as const;
    const page = Number(gpa / 4096n);
    return walk({ ...request, scheme: GUEST_SCHEMES[this.mode]!, page, accessedDirty: 'fault' }, memory);
  }
}

const slot = (gpa: number | bigint, hpa: number, size: number): Slot => ({ gpa: BigInt(gpa), hpa, size });

describe('hgatp.MODE', () => {
  test.each([
    ['addresses below 2^41: Sv39x4, "41-bit guest physical addresses"', 1n << 41n, 8],
    ['one more: Sv48x4, "50-bit"', (1n << 41n) + 1n, 9],
  ])('%s', (_, end, mode) => expect(gStage.mode(end)).toBe(mode));
});

describe('the leaf', () => {
  test.each([
    ['1 GiB, where a whole aligned GiB of the host is behind it', slot(0x8000_0000, 0x8000_0000, GIB), GIB],
    ['2 MiB, where no GiB is', slot(0x8000_0000, 0x8020_0000, GIB), 2 * MIB],
    ['4 KiB, where host and guest lie differently to 2 MiB', slot(0x8000_0000, 0x8000_1000, GIB), PAGE],
    ['4 KiB, where the slot ends before the 2 MiB do', slot(0x8000_0000, 0x8000_0000, MIB), PAGE],
  ])('is %s', (_, ram, span) => {
    const space = new Space([ram]);
    const gpa = 0x8000_5678n;
    expect(gStage.map(gpa, space)).toBe('mapped');
    expect(space.translate(gpa)).toMatchObject({ ok: true, address: ram.hpa + 0x5000, span });
  });

  test.each([8, 9])('is found by the walk at the far end of the addresses of mode %i', (mode) => {
    const gpa = (1n << (mode === 8 ? 41n : 50n)) - 4096n;
    const space = new Space([slot(gpa, 0x9000_0000, PAGE)], { mode });
    expect(gStage.map(gpa, space)).toBe('mapped');
    expect(space.translate(gpa)).toMatchObject({ ok: true, address: 0x9000_0000 });
  });

  test('never reaches beyond the slots, whatever is mapped first', () => {
    const slots = [
      slot(0x8000_0000, 0x8020_0000, 3 * MIB),
      slot(0x8030_0000, 0x8a00_0000, MIB), // the rest of the second 2 MiB lies elsewhere
      slot(0x8080_0000, 0x8080_0000, 2 * MIB + PAGE),
    ];
    const space = new Space(slots);
    for (const { gpa, size } of slots)
      for (let at = 0; at < size; at += 61 * PAGE) expect(gStage.map(gpa + BigInt(at), space)).toBe('mapped');
    for (let gpa = 0x7f00_0000n; gpa < 0x8100_0000n; gpa += 4096n) {
      const ram = slots.find((each) => gpa >= each.gpa && gpa < each.gpa + BigInt(each.size));
      const found = space.translate(gpa);
      if (found.ok) expect(found.address).toBe(ram ? ram.hpa + Number(gpa - ram.gpa) : 'nothing');
    }
  });
});

test('where no RAM is, nothing is entered', () => {
  const space = new Space([slot(0x8000_0000, 0x8000_0000, 2 * MIB)]);
  expect(gStage.map(0x1000_0000n, space)).toBe('not-ram');
  expect(space.entries.size).toBe(0);
});

test('without a frame for a table it says so; an address that needs none is still mapped', () => {
  const space = new Space([slot(0x8000_0000, 0x8000_1000, MIB), slot(0xc000_0000, 0xc000_0000, GIB)], { frames: 1 });
  expect(gStage.map(0x8000_0000n, space)).toBe('no-frame');
  expect(gStage.map(0xc000_0000n, space)).toBe('mapped');
});

test('an entry that is valid already stays as it is: harts may have cached it', () => {
  const space = new Space([slot(0x8000_0000, 0x8000_1000, MIB)]);
  gStage.map(0x8000_0000n, space);
  const before = new Map(space.entries);
  gStage.map(0x8000_0000n, space);
  expect(space.entries).toEqual(before);
});
