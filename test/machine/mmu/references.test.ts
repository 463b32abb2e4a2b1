/** How many page-table entries one translation reads: (n + 1)(m + 1) - 1 with n levels of the guest's and m of the G-stage's (Bhargava et al., ASPLOS 2008, "Nested paging"). */
import { S } from '../../../src/machine/hart/privilege';
import { bench, BASE, type Bench } from '../hart/bench-hart';

const LEAF = 0xdfn; // V R W X U A D
const TABLE = 1n;
/** A multiple of 1 GiB, so that it begins a superpage of any size. */
const ADDRESS = BASE;

/** Maps ADDRESS to itself; `leaf` is the level that has the leaf. Tables lie in consecutive pages from `root` on. */
function map({ poke }: Bench, root: bigint, levels: number, leaf: number, rootPages: bigint, bits: bigint): void {
  let table = root;
  let free = root + rootPages * 0x1000n;
  for (let level = levels - 1; level >= leaf; level--) {
    const mask = level === levels - 1 && rootPages === 4n ? 0x7ffn : 0x1ffn;
    const at = table + ((ADDRESS >> BigInt(12 + 9 * level)) & mask) * 8n;
    const size = 1n << BigInt(12 + 9 * level);
    const [target, flags] = level === leaf ? [ADDRESS - (ADDRESS % size), bits] : [free, TABLE];
    poke(at, (target >> 2n) | flags);
    table = free;
    free += 0x1000n;
  }
}

interface Stage {
  readonly mode: bigint;
  readonly levels: number;
  /** Level of the leaf: 0 for 4 KiB, 1 for 2 MiB, 2 for 1 GiB. */
  readonly leaf: number;
}
const NONE: Stage = { mode: 0n, levels: 0, leaf: 0 };
const sv = (bits: 39 | 48 | 57, leaf = 0): Stage => ({
  mode: { 39: 8n, 48: 9n, 57: 10n }[bits],
  levels: { 39: 3, 48: 4, 57: 5 }[bits],
  leaf,
});

/** Entries that a load through both stages reads. All of RAM is one page to the G-stage if its leaf is 2 MiB or more. */
function references(vs: Stage, g: Stage): number {
  const machine = bench();
  const { csr, mmu } = machine.hart;
  const [guestRoot, root] = [BASE + 0x1_0000n, BASE + 0x4_0000n];
  if (vs.levels) map(machine, guestRoot, vs.levels, vs.leaf, 1n, LEAF & ~0x10n);
  if (g.levels) {
    // Every page that the walk touches: with 4 KiB leaves, a last table that maps all of the first 2 MiB.
    map(machine, root, g.levels, g.leaf, 4n, LEAF);
    const last = root + BigInt(4 + g.levels - 2) * 0x1000n;
    if (g.leaf === 0) for (let i = 0n; i < 256n; i++) machine.poke(last + 8n * i, ((BASE + 0x1000n * i) >> 2n) | LEAF);
  }
  csr.write('pmpaddr0', 2n ** 54n - 1n);
  csr.write('pmpcfg0', 0x1fn); // all memory is S-mode's too
  csr.write('vsatp', (vs.mode << 60n) | (guestRoot >> 12n));
  csr.write('hgatp', (g.mode << 60n) | (root >> 12n));
  const before = mmu.references;
  expect(mmu.find(Number(ADDRESS & 0xffff_ffffn), 0, 8, 'load', { privilege: S, guest: true })).toBe(Number(ADDRESS));
  return mmu.references - before;
}

describe('entries read for one load of a guest', () => {
  test.each([
    ['Sv39 alone', sv(39), NONE, 3],
    ['Sv48 alone', sv(48), NONE, 4],
    ['Sv57 alone', sv(57), NONE, 5],
    ['no table of its own, Sv39x4', NONE, sv(39), 3],
    ['Sv39 on Sv39x4', sv(39), sv(39), 15],
    ['Sv39 on Sv48x4', sv(39), sv(48), 19],
    ['Sv48 on Sv48x4', sv(48), sv(48), 24],
    ['Sv57 on Sv57x4', sv(57), sv(57), 35],
    ['Sv39 on Sv39x4 with 2 MiB pages', sv(39), sv(39, 1), 11],
    ['Sv39 with a 2 MiB page on Sv39x4', sv(39, 1), sv(39), 11],
    ['2 MiB pages in both', sv(39, 1), sv(39, 1), 8],
    ['1 GiB pages in both', sv(39, 2), sv(39, 2), 3],
  ])('%s', (_, vs, g, expected) => {
    expect(references(vs, g)).toBe(expected);
  });
});
