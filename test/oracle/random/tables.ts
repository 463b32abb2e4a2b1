/**
 * Page tables for random programs. Code, handler and cells are at their own addresses; the data is there, too, and in windows: pages of all
 * sizes with random entries, some of which are invalid.
 */
import { PteBit } from '../../../src/machine/mmu/pte';
import type { Chance } from '../../machine/engine/lockstep/chance';
import { CELLS, CODE, DATA, DATA_BYTES, GUEST_TABLES, POINTERS, SUPERVISOR_HANDLER, TABLES } from './map';

const { V, R, W, X, U, G, A, D } = PteBit;
const PAGE = 0x1000;
const MEGAPAGE = 2 ** 21;
const GIGAPAGE = 2 ** 30;
const RAM = 0x8000_0000;
/** Windows begin here; without translation nothing is there. */
const WINDOWS = 0xa000_0000;

export type Entry = readonly [address: number, value: bigint];
export type SchemeName = 'Sv39' | 'Sv48' | 'Sv57';

/** satp.MODE, and the offset of the root table. */
const SCHEMES: Readonly<Record<SchemeName, { mode: bigint; root: number }>> = {
  Sv39: { mode: 8n, root: 2 * PAGE },
  Sv48: { mode: 9n, root: 3 * PAGE },
  Sv57: { mode: 10n, root: 4 * PAGE },
};

const pte = (physical: number, bits: number, high = 0n): bigint =>
  (BigInt(physical / PAGE) << 10n) | BigInt(bits) | (high << 54n);

export interface Translation {
  /** For satp, vsatp or hgatp. */
  readonly register: bigint;
  readonly entries: readonly Entry[];
  /** Virtual addresses in windows, for the registers that point to memory. */
  readonly pointers: Readonly<Record<number, bigint>>;
}

const leafIndex = (address: number): number => (address / PAGE) & 511;

/** Where a page of data is: a physical address, or for guests sometimes one in a window of the G-stage. */
type Place = () => number;
const inData =
  (chance: Chance): Place =>
  () =>
    DATA + PAGE * chance.below(DATA_BYTES / PAGE);

/** Tables for satp or vsatp. `user`: the code is U-mode's. */
export function randomTables(
  chance: Chance,
  scheme: SchemeName,
  user: boolean,
  page: Place = inData(chance),
): Translation {
  const tables = TABLES;
  const at = (table: number, index: number): number => tables + table + 8 * index;
  const [leaf, middle, root39] = [0, PAGE, 2 * PAGE];
  const mode = user ? U : 0;
  const windows = Array.from({ length: 8 }, (_, i) => WINDOWS + (256 + i) * PAGE);
  const entries: Entry[] = [
    [at(leaf, leafIndex(SUPERVISOR_HANDLER)), pte(SUPERVISOR_HANDLER, V | R | X | A | G)],
    [at(leaf, leafIndex(CELLS)), pte(CELLS, V | R | W | A | D)],
    [at(leaf, leafIndex(CODE)), pte(CODE, V | R | X | A | mode)],
    ...[DATA, DATA + PAGE].map((address): Entry => [at(leaf, leafIndex(address)), randomLeaf(chance, address, mode)]),
    ...windows.map((address): Entry => [at(leaf, leafIndex(address)), randomLeaf(chance, page(), mode)]),
    [at(middle, 0), pte(tables + leaf, V)],
    // The same leaves again by a pointer with random bits, and 2 MiB pages, of which one is misaligned.
    [at(middle, 256), pte(tables + leaf, V)],
    [at(middle, 257), pte(tables + leaf, V | (chance.oneIn(2) ? chance.pick([U, A, D, G, 0x100]) : 0))],
    [at(middle, 258), randomLeaf(chance, RAM, mode)],
    [at(middle, 259), randomLeaf(chance, RAM + (chance.oneIn(2) ? PAGE * (1 + chance.below(511)) : 0), mode)],
    [at(root39, 2), pte(tables + middle, V)],
    [at(root39, 3), randomLeaf(chance, RAM + (chance.oneIn(3) ? MEGAPAGE : 0), mode)],
    [at(root39, 510), randomLeaf(chance, RAM, mode)],
    [at(3 * PAGE, 0), pte(tables + root39, V)],
    [at(3 * PAGE, 511), pte(tables + root39, V)],
    [at(4 * PAGE, 0), pte(tables + 3 * PAGE, V)],
    [at(4 * PAGE, 511), pte(tables + 3 * PAGE, V)],
  ];
  const { mode: number, root } = SCHEMES[scheme];
  return {
    register: (number << 60n) | BigInt((tables + root) / PAGE),
    entries,
    pointers: pointers(chance, windows),
  };
}

/** What the G-stage adds to a program: tables for hgatp, and where the VS-stage's pages of data may be. */
export interface GuestTranslation extends Omit<Translation, 'pointers'> {
  readonly page: Place;
}

/**
 * Tables for hgatp. What the harness needs and the VS-stage's tables are at their own addresses; data is there, too, and
 * in windows, with random entries.
 */
export function randomGuestTables(chance: Chance, scheme: SchemeName): GuestTranslation {
  const [root, leaf, middle, root39, root48] = [0, 4, 5, 6, 7].map((page) => GUEST_TABLES + page * PAGE);
  const identity = (address: number, bits: number): Entry => [
    leaf + 8 * leafIndex(address),
    pte(address, V | U | bits),
  ];
  const windows = Array.from({ length: 4 }, (_, i) => WINDOWS + (256 + i) * PAGE);
  const place = inData(chance);
  const entries: Entry[] = [
    identity(SUPERVISOR_HANDLER, R | X | A),
    identity(CELLS, R | W | A | D),
    identity(CODE, R | X | A),
    ...[0, 1, 2, 3, 4].map((i) => identity(TABLES + i * PAGE, R | W | A | D)),
    ...[DATA, DATA + PAGE].map((address): Entry => [leaf + 8 * leafIndex(address), randomLeaf(chance, address, U)]),
    ...windows.map((address): Entry => [leaf + 8 * leafIndex(address), randomLeaf(chance, place(), U)]),
    [middle, pte(leaf, V)],
    [middle + 8 * 256, pte(leaf, V)],
    // The root that the scheme has is one of these; the others are on the way.
    ...(
      [
        [root39, 2, middle],
        [root48, 0, root39],
      ] as const
    ).map(([table, index, next]): Entry => [table + 8 * index, pte(next, V)]),
    [root + (scheme === 'Sv39' ? 8 * 2 : 0), pte({ Sv39: middle, Sv48: root39, Sv57: root48 }[scheme], V)],
  ];
  return {
    register: (SCHEMES[scheme].mode << 60n) | BigInt(root / PAGE),
    entries,
    page: () => (chance.oneIn(3) ? chance.pick(windows) : place()),
  };
}

/** An entry that maps `physical`: mostly valid, with any permissions and sometimes reserved bits. */
function randomLeaf(chance: Chance, physical: number, mode: number): bigint {
  const permissions = chance.pick([R | W | X, R | W, R | X, R, X, W, W | X, (1 + chance.below(7)) << 1]);
  const status = chance.pick([A | D, A | D, A, D, 0]) | (chance.oneIn(4) ? G : 0) | (chance.below(4) << 8);
  const bits = permissions | status | (chance.oneIn(4) ? mode ^ U : mode) | (chance.oneIn(12) ? 0 : V);
  const high = chance.oneIn(16) ? BigInt(chance.below(1024)) : 0n;
  return pte(physical, bits, high);
}

/** One virtual address for each pointer, some beyond what the scheme can translate. */
function pointers(chance: Chance, windows: readonly number[]): Record<number, bigint> {
  const dataOffset = DATA - RAM;
  const places = [
    ...windows,
    ...windows,
    ...windows.map((address) => address + MEGAPAGE),
    DATA + PAGE, // so that nothing reaches the code: see MPRV in qemu-differences.ts
    WINDOWS + 2 * MEGAPAGE + dataOffset,
    WINDOWS + 3 * MEGAPAGE + dataOffset,
    RAM + GIGAPAGE + dataOffset,
    2 ** 64 - 2 * GIGAPAGE,
    2 ** 39,
    2 ** 38,
  ];
  const offsets = [0, 8, 0x7f8, 0x800, 0xff0, 0xffd];
  const address = (): bigint => {
    const place = chance.pick(places);
    const base = place === 2 ** 64 - 2 * GIGAPAGE ? BigInt(place) + BigInt(dataOffset) : BigInt(place);
    return base + BigInt(chance.pick(offsets));
  };
  return Object.fromEntries(POINTERS.map((register) => [register, address()]));
}
