/** What the TLB banks hold, read back for who looks into a machine. */
import type { CachedTranslation } from '../hart/ports';
import {
  BANKS,
  bankAt,
  DATA_ENTRIES,
  FETCH_ENTRIES,
  FETCH_TABLE,
  RAM,
  RAM_BASE,
  READ_TABLE,
  TLB_ENTRY,
  WRITE_TABLE,
} from './layout';
import type { PhysicalMemory } from './memory';

/** A bank, and whose translations are in it. */
export interface NamedBank extends Pick<CachedTranslation, 'mode' | 'asid'> {
  readonly bank: number;
}

const TABLES = [
  { access: 'load', at: READ_TABLE, entries: DATA_ENTRIES },
  { access: 'store', at: WRITE_TABLE, entries: DATA_ENTRIES },
  { access: 'fetch', at: FETCH_TABLE, entries: FETCH_ENTRIES },
] as const;

/** The banks that every hart has, by mode. */
export const modeBanks = (hart: number): NamedBank[] =>
  Object.entries(BANKS).map(([name, bank]) => ({ bank: bankAt(hart, bank), mode: name.replace('_', ' with ') }));

/** Entries of the banks by bank, access and place in the table. `pageOf` gives the linear address of the page that a slot is of. */
export function contentsOf(
  { i32, u32 }: PhysicalMemory,
  banks: readonly NamedBank[],
  pageOf: (slot: number) => number,
): CachedTranslation[] {
  const found: CachedTranslation[] = [];
  for (const { bank, ...whose } of banks) {
    for (const { access, at, entries } of TABLES) {
      for (let i = 0; i < entries; i++) {
        const word = (bank + at + i * TLB_ENTRY) >> 2;
        if (i32[word + 1] === -1 && i32[word] === -1) continue;
        const page = (BigInt(u32[word + 1]) << 32n) | BigInt(u32[word]);
        const linear = access === 'fetch' ? pageOf(i32[word + 2]) : (i32[word] + i32[word + 2]) | 0;
        found.push({ ...whose, access, page, physical: linear - RAM + RAM_BASE });
      }
    }
  }
  return found;
}
