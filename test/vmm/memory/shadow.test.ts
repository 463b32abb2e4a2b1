/** Shadow page tables: what the hart finds in them, what is forgotten when, and that they never use more than they may. */
import {
  createMachine,
  PteBit,
  SCHEMES,
  walk,
  pageNumber,
  pteFrom,
  type Access,
  type Ram,
  type WalkResult,
} from '#machine';
import { FrameAllocator } from '../../../src/vmm/memory/frames';
import { rightsOf, Shadow } from '../../../src/vmm/memory/shadow';
import type { View } from '../../../src/vmm/memory/guest-walk';

const { R, W, X, U, V, A, D } = PteBit;
const S_VIEW: View = { mode: 'S', sum: false, mxr: false };
const U_VIEW: View = { mode: 'U', sum: false, mxr: false };
const BASE = 0x8000_0000;

function shadow(limit = 64, frames = 256) {
  const { ram } = createMachine({ ramBytes: frames * 4096 });
  const allocator = new FrameAllocator(BASE, BASE + frames * 4096);
  return { ram, allocator, shadow: new Shadow(allocator, ram, limit) };
}

/** What the hart would find: Sv57, as U-mode. */
const look = (ram: Ram, root: number, gva: bigint, access: Access): WalkResult =>
  walk(
    {
      scheme: SCHEMES[10]!,
      root,
      page: pageNumber(gva),
      access,
      user: true,
      sum: false,
      mxr: false,
      accessedDirty: 'fault',
    },
    { read: (at) => pteFrom(ram.read(at, 8)), writeLow: () => false },
  );

describe('Shadow', () => {
  test.each([
    0n,
    0x8020_0123n,
    0x7f_ffff_f000n,
    0xffff_ffff_ffff_f000n,
    0xff00_0000_0000_0000n,
    0x00ff_ffff_ffff_ffffn,
  ])('a mapped page is found at %s, with these rights and no others', (gva) => {
    const { ram, shadow: made } = shadow();
    made.map(S_VIEW, gva, 0x8000_5000, R | X);
    const root = made.root(S_VIEW);
    expect(look(ram, root, gva, 'load')).toMatchObject({ ok: true, address: 0x8000_5000, span: 4096 });
    expect(look(ram, root, gva, 'fetch').ok).toBe(true);
    expect(look(ram, root, gva, 'store')).toEqual({ ok: false, fault: 'not-allowed' });
    expect(look(ram, root, gva ^ 0x1000n, 'load')).toEqual({ ok: false, fault: 'invalid-pte' });
  });

  test('each view has a table of its own; SUM means nothing to user mode', () => {
    const { ram, shadow: made } = shadow();
    const views: View[] = (['S', 'U'] as const).flatMap((mode) =>
      [false, true].flatMap((sum) => [false, true].map((mxr) => ({ mode, sum, mxr }))),
    );
    made.map(U_VIEW, 0x4000n, 0x8000_5000, R);
    expect(new Set(views.map((view) => made.root(view))).size).toBe(6);
    expect(look(ram, made.root(S_VIEW), 0x4000n, 'load').ok).toBe(false);
    expect(look(ram, made.root({ ...U_VIEW, sum: true }), 0x4000n, 'load').ok).toBe(true);
  });

  test('a flush empties every view and gives all frames back', () => {
    const { ram, allocator, shadow: made } = shadow();
    const free = allocator.available;
    made.map(S_VIEW, 0x4000n, 0x8000_5000, R);
    made.map(U_VIEW, 0x4000n, 0x8000_5000, R);
    expect(free - allocator.available).toBe(10);
    const { generation } = made;
    made.flush();
    expect(allocator.available).toBe(free);
    expect(made.generation).toBeGreaterThan(generation);
    expect(look(ram, made.root(S_VIEW), 0x4000n, 'load').ok).toBe(false);
  });

  test('replacing an entry asks for a TLB flush; adding one does not', () => {
    const { ram, shadow: made } = shadow();
    made.map(S_VIEW, 0x4000n, 0x8000_5000, R);
    const { generation } = made;
    made.map(S_VIEW, 0x5000n, 0x8000_5000, R);
    expect(made.generation).toBe(generation);
    made.map(S_VIEW, 0x4000n, 0x8000_5000, R | W);
    expect(made.generation).toBe(generation + 1);
    expect(look(ram, made.root(S_VIEW), 0x4000n, 'store').ok).toBe(true);
  });

  test('pages all over the address space never take more frames than the limit', () => {
    const { ram, allocator, shadow: made } = shadow(64);
    const free = allocator.available;
    for (let i = 0n; i < 500n; i++) {
      made.map(S_VIEW, i << 40n, 0x8000_5000, R);
      expect(look(ram, made.root(S_VIEW), i << 40n, 'load').ok).toBe(true);
      expect(free - allocator.available).toBeLessThanOrEqual(64);
    }
  });

  test('six views of pages far apart fit into the limit as well', () => {
    const { allocator, shadow: made } = shadow(64);
    const free = allocator.available;
    for (let i = 0n; i < 300n; i++) {
      const view: View = { mode: i % 2n ? 'S' : 'U', sum: i % 3n === 0n, mxr: i % 5n === 0n };
      made.map(view, i << 45n, 0x8000_5000, R);
      expect(free - allocator.available).toBeLessThanOrEqual(64);
    }
  });
});

describe('rightsOf: what a leaf of the guest allows (Privileged, "Virtual Address Translation Process", step 6)', () => {
  const rights = (low: number, view: Partial<View>) => rightsOf({ low: low | V | A, high: 0 }, { ...S_VIEW, ...view });
  const RWX = R | W | X;
  test.each<[string, number, Partial<View>, number]>([
    ['a kernel page, to the kernel', RWX | D, {}, RWX],
    ['a kernel page, to a user program', RWX | D, { mode: 'U' }, 0],
    ['a user page, to a user program', RWX | U | D, { mode: 'U' }, RWX],
    ['a user page, to the kernel', RWX | U | D, {}, 0],
    ['a user page, to the kernel with SUM: never executable', RWX | U | D, { sum: true }, R | W],
    ['a page that is not dirty yet: stores have to come to us', RWX, {}, R | X],
    ['an executable page', X, {}, X],
    ['an executable page with MXR', X, { mxr: true }, R | X],
    ['a user page that is only executable, to the kernel with SUM and MXR', X | U, { sum: true, mxr: true }, R],
    ['a read-only page, dirty', R | D, {}, R],
  ])('%s', (_, low, view, expected) => {
    expect(rights(low, view)).toBe(expected);
  });
});
