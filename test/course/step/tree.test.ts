/** A page table as a tree: entries written by hand, bit by bit as the manual draws them, and the rows that must come of them. */
import { pteFrom, SCHEMES, GUEST_SCHEMES } from '#machine';
import { complete, pathTo, Sight, treeRows, type Stage } from '../../../src/course/step';
import { walkOf } from './walks';

const ROOT = 0x8000_0000;
const entry = (page: number, flags: number): bigint => (BigInt(page) << 10n) | BigInt(flags);
const [V, R, W, X, U, A, D] = [1, 2, 4, 8, 0x10, 0x40, 0x80];

function stageOf(kind: Stage['kind'], entries: Readonly<Record<number, bigint>>): Stage {
  const scheme = kind === 'g-stage' ? GUEST_SCHEMES[8] : SCHEMES[8];
  const read = (address: number) => pteFrom(entries[address] ?? 0n);
  return { kind, register: 'satp', atp: 0n, scheme, root: ROOT, read, leadsTo: 'guest-physical' };
}

/** Root -> [1] table -> [3] table -> [4], [5] pages that follow each other, [7] one that does not; root [2] a gigapage; root [511] nothing valid. */
const stage = stageOf('guest', {
  [ROOT + 8]: entry(0x80001, V),
  [ROOT + 16]: entry(0x80000, V | R | X | A),
  [ROOT + 511 * 8]: entry(0x12, R),
  [0x8000_1000 + 3 * 8]: entry(0x80002, V),
  [0x8000_2000 + 4 * 8]: entry(0x80200, V | R | W | U | A | D),
  [0x8000_2000 + 5 * 8]: entry(0x80201, V | R | W | U | A | D),
  [0x8000_2000 + 7 * 8]: entry(0x80203, V | R | W | U | A | D),
});

test('closed, only the entries of the root show: a table, a gigapage, and one without V, high addresses sign-extended', () => {
  const rows = treeRows(stage, new Set()).map(({ kind, from, to, target, rights, index }) => ({
    kind,
    from,
    to,
    target,
    rights,
    index,
  }));
  expect(rows).toEqual([
    { kind: 'table', index: 1, from: 0x4000_0000n, to: 0x7fff_ffffn, target: 0x8000_1000, rights: '-------' },
    { kind: 'leaf', index: 2, from: 0x8000_0000n, to: 0xbfff_ffffn, target: 0x8000_0000, rights: 'r-x--a-' },
    {
      kind: 'invalid',
      index: 511,
      from: 0xffff_ffff_c000_0000n,
      to: 0xffff_ffff_ffff_ffffn,
      target: 0x1_2000,
      rights: 'r------',
    },
  ]);
});

test('the tables on the way to an address can be opened; pages that follow each other are one row', () => {
  const open = new Set(pathTo(stage, 0x4060_5678n));
  const rows = treeRows(stage, open).filter(({ depth }) => depth > 0);
  expect(
    rows.map(({ depth, index, lastIndex, from, to, target, rights, span }) => ({
      depth,
      index,
      lastIndex,
      from,
      to,
      target,
      rights,
      span,
    })),
  ).toEqual([
    {
      depth: 1,
      index: 3,
      lastIndex: 3,
      from: 0x4060_0000n,
      to: 0x407f_ffffn,
      target: 0x8000_2000,
      rights: '-------',
      span: 0x20_0000n,
    },
    {
      depth: 2,
      index: 4,
      lastIndex: 5,
      from: 0x4060_4000n,
      to: 0x4060_5fffn,
      target: 0x8020_0000,
      rights: 'rw-u-ad',
      span: 0x1000n,
    },
    {
      depth: 2,
      index: 7,
      lastIndex: 7,
      from: 0x4060_7000n,
      to: 0x4060_7fffn,
      target: 0x8020_3000,
      rights: 'rw-u-ad',
      span: 0x1000n,
    },
  ]);
});

test('Sv39x4 has 2048 entries in its root, and its addresses are not sign-extended ("Two-Stage Address Translation")', () => {
  const [row] = treeRows(stageOf('g-stage', { [ROOT + 2047 * 8]: entry(0x80000, V | R) }), new Set());
  expect({ index: row.index, from: row.from }).toEqual({ index: 2047, from: 0x1ff_c000_0000n });
});

test.each(['trap-and-emulate', 'hardware'] as const)(
  "under %s, every page that a running guest's tree shows is where a walk of the same table leads",
  (technique) => {
    const walk = walkOf({ guest: 'user-programs', technique });
    complete(walk.goToInstruction(9_000));
    const sight = new Sight(walk.host);
    expect(sight.stages.map(({ kind }) => kind)).toEqual(['guest', technique === 'hardware' ? 'g-stage' : 'shadow']);
    for (const shown of sight.stages) {
      const open = new Set<string>();
      for (let size = -1; size < open.size;) {
        size = open.size;
        for (const { kind, key } of treeRows(shown, open)) if (kind === 'table') open.add(key);
      }
      const leaves = treeRows(shown, open).filter(({ kind }) => kind === 'leaf');
      expect(leaves.length).toBeGreaterThan(0);
      for (const { from, to, target, span, lastIndex, index } of leaves) {
        const last = BigInt(target) + span * BigInt(lastIndex - index + 1) - 0x1000n;
        for (const [address, physical] of [
          [from, BigInt(target)],
          [to, last],
        ] as const) {
          const results = (['load', 'store', 'fetch'] as const).map((access) => sight.walk(shown, address, access));
          const found = results.find((result) => result?.ok);
          // What only the other mode may use does not answer; where it answers, it is the same page.
          if (found?.ok) expect(BigInt(found.address)).toBe(physical);
        }
      }
    }
  },
);
