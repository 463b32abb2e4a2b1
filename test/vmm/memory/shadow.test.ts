/** Shadow page tables: what the hart finds in them, what of them is forgotten when, and that they never use more than they may. */
import { createMachine, PteBit, SCHEMES, walk, pageNumber, pteFrom, type Access, type WalkResult } from '#machine';
import { referenceParts } from '#reference';
import { rightsOf, shadowPaging } from '../../../solutions/07-shadow-paging/shadow-paging';
import { newCounters } from '../../../src/vmm/counters';
import { FrameAllocator } from '../../../src/vmm/memory/frames';
import { GuestMemory } from '../../../src/vmm/memory/guest-memory';
import type { View } from '../../../src/vmm/memory/guest-walk';
import { GuestSpace } from '../../../src/vmm/memory/shadow/guest-space';
import { ShadowTables } from '../../../src/vmm/memory/shadow/shadow-tables';
import { MemorySlots } from '../../../src/vmm/memory/slots';

const { R, W, X, U, V, A, D } = PteBit;
const S_VIEW: View = { mode: 'S', sum: false, mxr: false };
const U_VIEW: View = { mode: 'U', sum: false, mxr: false };
const HOST = 0x8000_0000;
const MIB = 2 ** 20;
const SV39 = 8n;

/** Guest-physical: RAM of 8 MiB, in the host in two halves that have changed places, each aligned to 2 MiB; or in one piece that is not. */
const GUEST = 0x8000_0000n;
const SWAPPED = [
  { gpa: GUEST, hpa: HOST + 4 * MIB, size: 4 * MIB },
  { gpa: GUEST + 0x40_0000n, hpa: HOST, size: 4 * MIB },
];
const SHIFTED = [{ gpa: GUEST, hpa: HOST + 4096, size: 7 * MIB }];

/** Guest-physical addresses of tables: two roots, which share MIDDLE and LAST, and a LAST of the second's own. */
const [ROOT, ROOT2, MIDDLE, MIDDLE2, LAST, LAST2] = [0, 1, 2, 3, 4, 5].map(
  (i) => GUEST + 0x10_0000n + BigInt(4096 * i),
);
const PAGE = GUEST + 0x1000n;
const LEAF = R | W | X | A | D;

function world({ limit = 64, slots: places = SWAPPED } = {}) {
  const { ram } = createMachine({ ramBytes: 10 * MIB });
  const frames = new FrameAllocator(HOST + 8 * MIB, HOST + 10 * MIB);
  const slots = new MemorySlots(referenceParts.guestMemory);
  for (const slot of places) slots.add(slot);
  const memory = new GuestMemory(ram, slots);
  const counters = newCounters(memory.counts);
  const tables = new ShadowTables({ frames, ram, slots, limit }, counters);
  memory.onStore = (hpa, length) => tables.written(hpa, length);
  const space = new GuestSpace({ memory, tables, paging: shadowPaging, counters });

  /** As the guest's own store would write it: past the hypervisor. */
  const set = (table: bigint, index: number, to: bigint, bits: number): void =>
    ram.write(slots.toHost(table + BigInt(8 * index))!, 8, ((to >> 12n) << 10n) | BigInt(bits));
  const entry = (table: bigint, index: number): number => Number(memory.read(table + BigInt(8 * index), 8)! & 0xffn);
  /** What the hart finds, as U-mode, in the table that the shadow's root is. */
  const look = (gva: bigint, access: Access, view = S_VIEW): WalkResult => {
    const root = space.root(view);
    const request = { scheme: SCHEMES[root.level + 6]!, root: root.frame * 4096, page: pageNumber(gva), access };
    const asUser = { user: true, sum: false, mxr: false, accessedDirty: 'fault' } as const;
    return walk({ ...request, ...asUser }, { read: (at) => pteFrom(ram.read(at, 8)), writeLow: () => false });
  };
  const host = (gpa: bigint): number => slots.toHost(gpa)!;
  const enter = (root: bigint): void => space.switchTo((SV39 << 60n) | (root >> 12n));
  /** A guest's tables: page 0x5000 at PAGE, for both roots through the same tables, and MIDDLE2 with LAST2 at 1 GiB for the second. */
  const tree = (): void => {
    set(ROOT, 0, MIDDLE, V);
    set(ROOT2, 0, MIDDLE, V);
    set(ROOT2, 1, MIDDLE2, V);
    set(MIDDLE, 0, LAST, V);
    set(MIDDLE2, 0, LAST2, V);
    set(LAST, 5, PAGE, V | LEAF);
    set(LAST2, 5, PAGE, V | LEAF);
    enter(ROOT);
  };
  /** A store of the guest to its own table at this address, seen through untranslated memory: the fault, then the store. */
  const store = (table: bigint, index: number, to: bigint, bits: number): void => {
    const other = new GuestSpace({ memory, tables, paging: shadowPaging, counters });
    other.fill(S_VIEW, table, 'store');
    set(table, index, to, bits);
  };
  return { ram, frames, memory, counters, tables, space, set, entry, look, host, enter, tree, store };
}

describe('filling', () => {
  test.each([0x0n, 0x7f_ffff_f000n, 0x8020_0123n, 0xff_ffff_ffff_f000n])(
    'untranslated space leads to RAM where there is RAM, and nowhere else: %s',
    (gva) => {
      const { space, look, host } = world();
      space.fill(S_VIEW, gva, 'load');
      const found = look(gva, 'load');
      expect(found.ok).toBe(gva === 0x8020_0123n);
      if (found.ok) expect(found.address).toBe(host(gva) - 0x123);
    },
  );

  test('a page is found where the slots have what the guest table says, with the rights of its leaf', () => {
    const { set, tree, space, look, host } = world();
    tree();
    set(LAST, 6, PAGE, V | R | X | A | D);
    space.fill(S_VIEW, 0x6000n, 'load');
    expect(look(0x6000n, 'load')).toMatchObject({ ok: true, address: host(PAGE), span: 4096 });
    expect(look(0x6000n, 'fetch').ok).toBe(true);
    expect(look(0x6000n, 'store')).toEqual({ ok: false, fault: 'not-allowed' });
    expect(look(0x7000n, 'load').ok).toBe(false);
  });

  test('A and D are written back to the guest, D by the first store: "hardware sets them"', () => {
    const { set, entry, tree, space, look } = world();
    tree();
    set(LAST, 6, PAGE, V | R | W);
    space.fill(S_VIEW, 0x6000n, 'load');
    expect(entry(LAST, 6)).toBe(V | R | W | A);
    expect(look(0x6000n, 'store').ok).toBe(false);
    space.fill(S_VIEW, 0x6000n, 'store');
    expect(entry(LAST, 6)).toBe(V | R | W | A | D);
    expect(look(0x6000n, 'store').ok).toBe(true);
  });

  test("an access that the guest's table forbids fills nothing", () => {
    const { tree, space, look, counters } = world();
    tree();
    space.fill(U_VIEW, 0x5000n, 'load');
    space.fill(S_VIEW, 0x9000n, 'load');
    expect(look(0x5000n, 'load', U_VIEW).ok).toBe(false);
    expect(counters.shadowFills).toBe(0);
  });

  test('each view has a table of its own; SUM means nothing to user mode', () => {
    const { space, tree } = world();
    tree();
    const views: View[] = (['S', 'U'] as const).flatMap((mode) =>
      [false, true].flatMap((sum) => [false, true].map((mxr) => ({ mode, sum, mxr }))),
    );
    expect(new Set(views.map((view) => space.root(view))).size).toBe(6);
  });
});

describe('superpages', () => {
  const big = (where: ReturnType<typeof world>, gpa: bigint): void => {
    where.tree();
    where.set(MIDDLE, 3, gpa, V | LEAF);
  };

  test('2 MiB of the guest that are 2 MiB of the host stay one entry', () => {
    const made = world();
    big(made, GUEST + 0x40_0000n);
    made.space.fill(S_VIEW, 0x60_3000n, 'load');
    expect(made.look(0x60_3000n, 'store')).toMatchObject({ ok: true, span: 2 * MIB, address: HOST + 0x3000 });
  });

  test('2 MiB that the host has elsewhere in its own 2 MiB are split, page by page', () => {
    const made = world({ slots: SHIFTED });
    big(made, GUEST + 0x20_0000n);
    made.space.fill(S_VIEW, 0x60_3000n, 'load');
    expect(made.look(0x60_3000n, 'store')).toMatchObject({
      ok: true,
      span: 4096,
      address: made.host(GUEST + 0x20_3000n),
    });
    expect(made.look(0x60_4000n, 'load').ok).toBe(false);
  });

  test('2 MiB that hold a page table are split: all may be written but the table', () => {
    const made = world();
    big(made, GUEST);
    for (const gva of [0x60_1000n, 0x70_0000n]) made.space.fill(S_VIEW, gva, 'load');
    expect(made.look(0x60_1000n, 'store')).toMatchObject({ ok: true, span: 4096 });
    expect(made.look(0x70_0000n, 'load').ok).toBe(true);
    expect(made.look(0x70_0000n, 'store').ok).toBe(false);
  });

  test('one that was entered whole is split when a page in it becomes a table', () => {
    const made = world();
    big(made, GUEST + 0x40_0000n);
    made.space.fill(S_VIEW, 0x60_0000n, 'store');
    const table = GUEST + 0x40_7000n;
    made.set(MIDDLE, 1, table, V);
    made.set(table, 0, PAGE, V | LEAF);
    made.space.fill(S_VIEW, 0x20_0000n, 'load');
    made.space.fill(S_VIEW, 0x60_7000n, 'load');
    expect(made.look(0x60_7000n, 'load')).toMatchObject({ ok: true, span: 4096 });
    expect(made.look(0x60_7000n, 'store').ok).toBe(false);
  });
});

describe("the guest's tables are write-protected", () => {
  test('from the moment on at which they have a shadow, also where they could be written before', () => {
    const { space, tree, look } = world({ slots: SHIFTED });
    const untranslated = (): boolean => look(LAST, 'store').ok;
    space.fill(S_VIEW, LAST, 'store');
    expect(untranslated()).toBe(true);
    tree();
    space.fill(S_VIEW, 0x5000n, 'load');
    space.switchTo(0n);
    expect(untranslated()).toBe(false);
    expect(look(LAST, 'load').ok).toBe(true);
  });

  test('a store to one comes to us once; what it changed counts after the fence, and the rest stays filled', () => {
    const { space, tree, look, set, store, counters, host } = world();
    tree();
    set(LAST, 6, PAGE, V | LEAF);
    space.fill(S_VIEW, 0x5000n, 'load');
    space.fill(S_VIEW, 0x6000n, 'load');
    store(LAST, 5, GUEST + 0x2000n, V | LEAF);
    store(LAST, 7, GUEST + 0x2000n, V | LEAF);
    expect(counters.writeProtectFaults).toBe(1);
    expect(look(0x5000n, 'load')).toMatchObject({ address: host(PAGE) });
    space.fence();
    expect(look(0x5000n, 'load').ok).toBe(false);
    expect(look(0x6000n, 'load').ok).toBe(true);
    store(LAST, 5, PAGE, V | LEAF);
    expect(counters.writeProtectFaults).toBe(2);
  });

  test('a fence for one page drops that page if it has changed, and no other', () => {
    const { space, tree, look, set, store } = world();
    tree();
    set(LAST, 6, PAGE, V | LEAF);
    space.fill(S_VIEW, 0x5000n, 'load');
    space.fill(S_VIEW, 0x6000n, 'load');
    store(LAST, 5, 0n, 0);
    store(LAST, 6, 0n, 0);
    space.fence(0x5000n);
    expect([look(0x5000n, 'load').ok, look(0x6000n, 'load').ok]).toEqual([false, true]);
    space.fence(0x6123n);
    expect(look(0x6000n, 'load').ok).toBe(false);
  });

  test('a pointer that changed takes all below it away', () => {
    const { space, tree, look, store, frames } = world();
    tree();
    space.fill(S_VIEW, 0x5000n, 'load');
    const free = frames.available;
    store(MIDDLE, 0, 0n, 0);
    space.fence();
    expect(look(0x5000n, 'load').ok).toBe(false);
    expect(frames.available).toBeGreaterThan(free - 5);
  });

  test('a page that was a table and is one no more can be written freely again', () => {
    const { space, tree, store, counters } = world();
    tree();
    space.fill(S_VIEW, 0x5000n, 'load');
    store(LAST, 5, 0n, 0);
    store(MIDDLE, 0, 0n, 0);
    space.fence();
    const before = counters.writeProtectFaults;
    store(LAST, 5, 0x1234_5000n, 0xff);
    expect(counters.writeProtectFaults).toBe(before);
  });

  test('what a device writes into one counts after the next fence too', () => {
    const { space, tree, look, memory } = world();
    tree();
    space.fill(S_VIEW, 0x5000n, 'load');
    memory.copyIn(LAST + 40n, new Uint8Array(8));
    space.fence();
    expect(look(0x5000n, 'load').ok).toBe(false);
  });
});

describe('address spaces', () => {
  test('a switch back to a known root costs no fill, and roots share the shadows of tables that they share', () => {
    const { space, tree, enter, look, counters } = world();
    tree();
    space.fill(S_VIEW, 0x5000n, 'load');
    enter(ROOT2);
    space.fill(S_VIEW, 0x4000_5000n, 'load');
    // ROOT2 leads through MIDDLE as well: one pointer is missing, which a fill enters; the page itself is there.
    space.fill(S_VIEW, 0x5000n, 'load');
    const { shadowFills } = counters;
    for (const root of [ROOT, ROOT2, ROOT]) {
      enter(root);
      expect(look(0x5000n, 'load').ok).toBe(true);
    }
    expect(counters.shadowFills).toBe(shadowFills);
    expect(look(0x4000_5000n, 'load').ok).toBe(false);
  });

  test("a root's tables that change while another root is active are not forgotten", () => {
    const { space, tree, enter, look, store } = world();
    tree();
    enter(ROOT2);
    space.fill(S_VIEW, 0x4000_5000n, 'load');
    enter(ROOT);
    store(LAST2, 5, 0n, 0);
    enter(ROOT2);
    expect(look(0x4000_5000n, 'load').ok).toBe(false);
  });

  test('a root outside RAM is an empty one: every walk of it is an access fault', () => {
    const { space, enter, look } = world();
    enter(0x1000n);
    expect(space.walk(S_VIEW, 0x5000n, 'load', 'ignore')).toEqual({ ok: false, cause: 5 });
    space.fill(S_VIEW, 0x5000n, 'load');
    expect(look(0x5000n, 'load').ok).toBe(false);
  });
});

describe('what the TLB must forget', () => {
  test('nothing for a new entry, one page for a changed one, everything for a table', () => {
    const { space, tree, tables, set, store } = world();
    tree();
    set(LAST, 6, PAGE, V | R | W | A);
    for (const gva of [0x5000n, 0x6000n]) space.fill(S_VIEW, gva, 'load');
    const { generation } = tables.stale;
    expect(tables.stale.pages).toEqual([]);
    space.fill(S_VIEW, 0x6000n, 'store');
    expect(tables.stale).toMatchObject({ generation, pages: [6] });
    store(MIDDLE, 0, 0n, 0);
    space.fence();
    expect(tables.stale.generation).toBeGreaterThan(generation);
  });
});

describe('frames', () => {
  test('roots that were not in use for longest go first', () => {
    const { space, frames, enter, look, set } = world({ limit: 64 });
    const most = frames.available - 64;
    const roots = Array.from({ length: 40 }, (_, i) => GUEST + 0x20_0000n + BigInt(3 * 4096 * i));
    for (const root of roots) {
      set(root, 0, root + 4096n, V);
      set(root + 4096n, 0, root + 8192n, V);
      set(root + 8192n, 5, PAGE, V | LEAF);
    }
    enter(roots[0]);
    for (const root of roots.slice(1)) {
      space.fill(S_VIEW, 0x5000n, 'load');
      enter(root);
      space.fill(S_VIEW, 0x5000n, 'load');
      expect(frames.available).toBeGreaterThanOrEqual(most);
      expect(look(0x5000n, 'load').ok).toBe(true);
      enter(roots[0]);
      expect(look(0x5000n, 'load').ok).toBe(true);
    }
    enter(roots[1]);
    expect(look(0x5000n, 'load').ok).toBe(false);
  });

  test('pages all over one address space take no more than the limit either', () => {
    const { space, frames, enter, set, look } = world({ limit: 64 });
    const most = frames.available - 64;
    const middle = (i: number): bigint => GUEST + 0x20_0000n + BigInt(4096 * i);
    for (let i = 0; i < 200; i++) {
      set(ROOT, i, middle(2 * i), V);
      set(middle(2 * i), 0, middle(2 * i + 1), V);
      set(middle(2 * i + 1), 0, PAGE, V | LEAF);
    }
    enter(ROOT);
    for (let i = 0n; i < 200n; i++) {
      space.fill(S_VIEW, i << 30n, 'load');
      expect(look(i << 30n, 'load').ok).toBe(true);
      expect(frames.available).toBeGreaterThanOrEqual(most);
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
