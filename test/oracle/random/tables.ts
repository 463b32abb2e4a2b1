/**
 * Page tables for random programs. Code, handler and cells are at their own addresses; the data is there, too, and in windows: pages of all
 * sizes with random entries, some of which are invalid.
 */
import { PteBit } from '../../../src/machine/mmu/pte';
import type { Chance } from '../../machine/engine/lockstep/chance';
import { CELLS, CODE, DATA, DATA_BYTES, POINTERS, SUPERVISOR_HANDLER, TABLES } from './map';

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

/** Tables from address `tables` on. `user`: the code is U-mode's. */
export function randomTables(chance: Chance, scheme: SchemeName, user: boolean, tables = TABLES): Translation {
  const at = (table: number, index: number): number => tables + table + 8 * index;
  const leafIndex = (address: number): number => (address / PAGE) & 511;
  const [leaf, middle, root39] = [0, PAGE, 2 * PAGE];
  const mode = user ? U : 0;
  const windows = Array.from({ length: 8 }, (_, i) => WINDOWS + (256 + i) * PAGE);
  const page = (): number => DATA + PAGE * chance.below(DATA_BYTES / PAGE);
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

/** An entry that maps `physical`: mostly valid, with any permissions and sometimes reserved bits. */
function randomLeaf(chance: Chance, physical: number, mode: number): bigint {
  const permissions = chance.pick([R | W | X, R | W, R | X, R, X, W, W | X, chance.below(8) << 1]);
  const status = chance.pick([A | D, A | D, A, D, 0]) | (chance.oneIn(4) ? G : 0) | (chance.below(4) << 8);
  const bits = permissions | status | (chance.oneIn(4) ? mode ^ U : mode) | (chance.oneIn(12) ? 0 : V);
  const high = chance.oneIn(16) ? BigInt(chance.below(1024)) : 0n;
  return pte(physical, bits, high);
}

/** One virtual address for each pointer, some beyond what the scheme can translate. */
function pointers(chance: Chance, windows: readonly number[]): Record<number, bigint> {
  const inData = DATA - RAM;
  const places = [
    ...windows,
    ...windows,
    ...windows.map((address) => address + MEGAPAGE),
    DATA + PAGE, // so that nothing reaches the code: see MPRV in qemu-differences.ts
    WINDOWS + 2 * MEGAPAGE + inData,
    WINDOWS + 3 * MEGAPAGE + inData,
    RAM + GIGAPAGE + inData,
    2 ** 64 - 2 * GIGAPAGE,
    2 ** 39,
    2 ** 38,
  ];
  const offsets = [0, 8, 0x7f8, 0x800, 0xff0, 0xffd];
  const address = (): bigint => {
    const place = chance.pick(places);
    const base = place === 2 ** 64 - 2 * GIGAPAGE ? BigInt(place) + BigInt(inData) : BigInt(place);
    return base + BigInt(chance.pick(offsets));
  };
  return Object.fromEntries(POINTERS.map((register) => [register, address()]));
}
