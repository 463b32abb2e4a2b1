/** Page tables for random programs: the whole RAM at several addresses, by pages of all sizes and with all kinds of permissions. */
import { PteBit } from '../../../../src/machine/mmu/pte';
import { pte, schemes } from '../../mmu/entries';
import type { Chance } from './chance';
import type { Computer } from './computer';
import { ALIAS, BASE, CODE, CODE_BYTES, DATA, DATA_PAGES, SUPERPAGE, TABLES } from './map';

const { V, R, W, X, U, A, D } = PteBit;
const PAGE = 0x1000;

/** Tables by what they are; each scheme's root points to the next smaller one. */
const LEAF = TABLES;
const MIDDLE = TABLES + PAGE;
const SUPERPAGES = TABLES + 2 * PAGE;
const ROOT_39 = TABLES + 3 * PAGE;
const ROOT_48 = TABLES + 4 * PAGE;
const ROOT_57 = TABLES + 5 * PAGE;

/** satp.MODE and root of a scheme. */
const SCHEMES = schemes(ROOT_39, ROOT_48, ROOT_57);

/** Writes the tables and gives a value for satp. `user`: the program runs in U-mode. */
export function writePageTables(computer: Computer, chance: Chance, user: boolean): bigint {
  const entry = (table: number, index: number, physical: bigint, bits: number): void =>
    computer.writeWord(table + 8 * index, pte(physical, bits));
  const table = (offset: number): bigint => BASE + BigInt(offset);
  const mode = userBit(user);

  entry(LEAF, 0, BASE, V | X | R | A); // the handlers are S-mode's
  for (let offset = CODE; offset < CODE + CODE_BYTES; offset += PAGE) {
    const bits = chance.pick([V | R | X, V | R | X, V | R | X, V | X, V | R | W | X]);
    entry(LEAF, offset / PAGE, table(offset), bits | mode | A | D);
  }
  for (let page = 0; page < DATA_PAGES; page++) entry(LEAF, DATA / PAGE + page, ...dataPage(chance, page, mode));
  entry(MIDDLE, 0, table(LEAF), V);
  entry(SUPERPAGES, 0, BASE, superpageBits(chance, mode));
  entry(SUPERPAGES, 1, BASE + 0x1000n, V | R | W | A | D); // misaligned
  entry(ROOT_39, 0, 0n, V | R | W | A | D | (chance.oneIn(2) ? U : 0)); // devices
  entry(ROOT_39, 1, table(MIDDLE), V);
  entry(ROOT_39, 2, table(MIDDLE), V);
  entry(ROOT_39, 3, table(SUPERPAGES), V);
  entry(ROOT_39, 510, BASE, V | R | W | X | A | D | mode);
  for (const [root, next] of [
    [ROOT_48, ROOT_39],
    [ROOT_57, ROOT_48],
  ]) {
    entry(root, 0, table(next), V);
    entry(root, 511, table(next), V);
  }
  const scheme = chance.pick(SCHEMES);
  return (scheme.mode << 60n) | (table(scheme.root) >> 12n);
}

/** Where a page of data lies, sometimes on another's memory, and what may be done with it. */
function dataPage(chance: Chance, page: number, mode: number): [physical: bigint, bits: number] {
  const place = chance.oneIn(8) ? chance.below(DATA_PAGES) : page;
  const all = R | W | X | A | D;
  const data = chance.pick([all, all, R | W | A | D, R | W | X, R | A, R | W | A, X | A, W | A | D, 0]);
  const bits = chance.oneIn(12) ? 0 : V | data | (chance.oneIn(4) ? mode ^ U : mode);
  return [BASE + BigInt(DATA + PAGE * place), bits];
}

const superpageBits = (chance: Chance, mode: number): number =>
  V | R | X | A | mode | chance.pick([W | D, W | D, W, 0]);

const userBit = (user: boolean): number => (user ? U : 0);

/** Changes a leaf as an operating system would: the entry, then a fence for the addresses that it maps. */
export function remap(computer: Computer, chance: Chance, user: boolean): void {
  const fence = (address: bigint): void =>
    computer.hart.executor.forgetTranslations(
      'all',
      Number(address & 0xffff_ffffn),
      Number(BigInt.asIntN(32, address >> 32n)),
    );
  if (chance.oneIn(3)) {
    computer.writeWord(SUPERPAGES, pte(BASE, superpageBits(chance, userBit(user))));
    fence(SUPERPAGE + BigInt(chance.below(0x20_0000)));
    return;
  }
  const page = chance.below(DATA_PAGES);
  const offset = DATA + PAGE * page;
  computer.writeWord(LEAF + (8 * offset) / PAGE, pte(...dataPage(chance, page, userBit(user))));
  for (const image of [BASE, ALIAS]) fence(image + BigInt(offset + chance.below(PAGE)));
}
