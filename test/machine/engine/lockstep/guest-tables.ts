/** G-stage tables for random guests: the whole RAM at three guest physical addresses, by pages of all sizes and with all kinds of permissions. */
import { PteBit } from '../../../../src/machine/mmu/pte';
import { pte, schemes } from '../../mmu/entries';
import type { Chance } from './chance';
import type { Computer } from './computer';
import { BASE, DATA, DATA_PAGES, GUEST_TABLES, USED_BYTES } from './map';

const { V, R, W, X, U, A, D } = PteBit;
const PAGE = 0x1000;

/** Roots have 16 KiB; the first page of one serves as a table of the next scheme. */
const ROOT_39 = GUEST_TABLES;
const ROOT_48 = GUEST_TABLES + 4 * PAGE;
const ROOT_57 = GUEST_TABLES + 8 * PAGE;
const LEAF = GUEST_TABLES + 12 * PAGE;
const MIDDLE = GUEST_TABLES + 13 * PAGE;
const SUPERPAGES = GUEST_TABLES + 14 * PAGE;

const SCHEMES = schemes(ROOT_39, ROOT_48, ROOT_57);

const table = (offset: number): bigint => BASE + BigInt(offset);

/** Writes the tables and gives a value for hgatp. */
export function writeGuestTables(computer: Computer, chance: Chance): bigint {
  const entry = (at: number, index: number, physical: bigint, bits: number): void =>
    computer.writeWord(at + 8 * index, pte(physical, bits));
  for (let page = 0; page < USED_BYTES / PAGE; page++) entry(LEAF, page, ...pageOf(chance, page));
  entry(MIDDLE, 0, table(LEAF), V);
  entry(SUPERPAGES, 0, BASE, V | R | X | U | A | chance.pick([W | D, W | D, W, 0]));
  entry(ROOT_39, 0, 0n, V | R | W | A | D | U); // devices
  entry(ROOT_39, 1, table(MIDDLE), V);
  entry(ROOT_39, 2, table(MIDDLE), V);
  entry(ROOT_39, 3, table(SUPERPAGES), V);
  entry(ROOT_48, 0, table(ROOT_39), V);
  entry(ROOT_57, 0, table(ROOT_48), V);
  const { mode, root } = chance.pick(SCHEMES);
  return (mode << 60n) | (BigInt(chance.below(0x4000)) << 44n) | (table(root) >> 12n);
}

/** Where a guest's page lies, and what may be done with it: with data everything, with code and tables mostly what they need. */
function pageOf(chance: Chance, page: number): [physical: bigint, bits: number] {
  const isData = page >= DATA / PAGE && page < DATA / PAGE + DATA_PAGES;
  const place = isData && chance.oneIn(8) ? DATA / PAGE + chance.below(DATA_PAGES) : page;
  const all = R | W | X | A | D;
  const bits =
    isData || chance.oneIn(12)
      ? chance.pick([all, all, R | W | A | D, R | W | X, R | X | A, X | A, W | A | D, 0])
      : all;
  const user = chance.oneIn(16) ? 0 : U;
  return [table(PAGE * place), chance.oneIn(20) ? 0 : V | bits | user];
}

/** Changes a leaf as a hypervisor would: the entry, then a fence for all of the guest's translations. */
export function remapGuest(computer: Computer, chance: Chance): void {
  const page = chance.below(USED_BYTES / PAGE);
  computer.writeWord(LEAF + 8 * page, pte(...pageOf(chance, page)));
  computer.hart.executor.forgetTranslations('guest');
}
