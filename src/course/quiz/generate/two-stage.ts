/** Lesson 08: one address through both stages, walked by the machine's own walk. Privileged, "Two-Stage Address Translation". */
import { GUEST_SCHEMES, pteFrom, SCHEMES, walk, type PteMemory, type Scheme } from '#machine';
import type { Random } from '../random';
import { realMistakes, type Draft } from './draft';

const PAGE = 4096;
const SV39 = SCHEMES[8]!;
const TABLE = 0x01n;
/** V R W X A D, and U for the second stage. */
const GUEST_LEAF = 0xcfn;
const HOST_LEAF = 0xdfn;

const GUEST_ROOT = 0x8030_0000;
const HOST_ROOT = 0x9000_0000;
/** Pages of tables lie behind the root, in the guest as in the host. */
const HOST_TABLES = HOST_ROOT + 4 * PAGE;

const hex = (value: number): string => `0x${value.toString(16)}`;
const bytesUnder = (level: number): number => PAGE * 512 ** level;
const indexAt = (address: number, level: number): number => Math.floor(address / bytesUnder(level)) % 512;

/** Entries by address; counts what is read. */
class Entries implements PteMemory {
  reads = 0;
  readonly #at = new Map<number, bigint>();

  set(at: number, address: number, bits: bigint): void {
    this.#at.set(at, (BigInt(address / PAGE) << 10n) | bits);
  }
  get(at: number): bigint | undefined {
    return this.#at.get(at);
  }
  read(at: number): ReturnType<PteMemory['read']> {
    this.reads++;
    return pteFrom(this.#at.get(at) ?? 0n);
  }
  writeLow(): boolean {
    return false;
  }
}

/** A page table under construction: from `root` on, new tables from `next` on. */
interface Tables {
  readonly root: number;
  next: number;
  readonly levels: number;
  readonly leaf: bigint;
  /** Where the entry at an address of this table's world lies in the machine. */
  readonly place: (address: number) => number;
}

/** Maps `from` to `to` (both multiples of the leaf's size) by a leaf at `leafLevel`; returns the tables on the way, the root first. */
function enter(entries: Entries, tables: Tables, from: number, to: number, leafLevel: number): number[] {
  const way = [tables.root];
  for (let level = tables.levels - 1; ; level--) {
    const at = tables.place(way[way.length - 1] + 8 * indexAt(from, level));
    if (level === leafLevel) {
      entries.set(at, to, tables.leaf);
      return way;
    }
    const there = entries.get(at);
    if (there === undefined) entries.set(at, (tables.next += PAGE), TABLE);
    way.push(there === undefined ? tables.next : Number(there >> 10n) * PAGE);
  }
}

/** The two stages, and the machine's walk through them. */
class TwoStages {
  readonly entries = new Entries();
  readonly guest: Tables;
  readonly host: Tables;
  readonly #scheme: Scheme;

  /** `shift` is what lies between guest- and host-physical addresses. */
  constructor(shift: number, mode: 8 | 9) {
    this.#scheme = GUEST_SCHEMES[mode]!;
    const place = (gpa: number): number => gpa + shift;
    this.guest = { root: GUEST_ROOT, next: GUEST_ROOT, levels: SV39.levels, leaf: GUEST_LEAF, place };
    const levels = this.#scheme.levels;
    this.host = { root: HOST_ROOT, next: HOST_TABLES, levels, leaf: HOST_LEAF, place: (at) => at };
  }

  /** Guest-physical to host-physical. */
  second(gpa: number): number {
    const offset = gpa % PAGE;
    const way = { root: HOST_ROOT, scheme: this.#scheme, page: (gpa - offset) / PAGE, user: true } as const;
    return addressOf(walk({ ...LOAD, ...way }, this.entries)) + offset;
  }

  /** Guest-virtual to guest-physical: each entry of the guest's is found through the second stage. */
  first(gva: number): number {
    const offset = gva % PAGE;
    const tables: PteMemory = { read: (gpa) => this.entries.read(this.second(gpa)), writeLow: () => false };
    const way = { root: GUEST_ROOT, scheme: SV39, page: (gva - offset) / PAGE, user: false } as const;
    return addressOf(walk({ ...LOAD, ...way }, tables)) + offset;
  }
}

const LOAD = { access: 'load', sum: false, mxr: false, accessedDirty: 'ignore' } as const;

function addressOf(result: ReturnType<typeof walk>): number {
  if (!result.ok) throw new Error(`a question about a walk that ends with ${result.fault}`);
  return result.address;
}

const NAMES = ['4 KiB', '2 MiB', '1 GiB'];

/** How many entries does the hart read? */
export function twoStageReferences(random: Random): Draft {
  const mode = random.pick([8, 8, 9] as const);
  const [guestLeaf, hostLeaf] = [random.int(0, 2), random.int(0, 2)];
  const stages = new TwoStages(0, mode); // addresses do not matter here: guest-physical and host-physical are the same
  const { entries, guest, host } = stages;
  const page = 0x8000_0000;
  const touched = [...enter(entries, guest, 0x4000_0000, page, guestLeaf), page];
  for (const each of touched) {
    const block = each - (each % bytesUnder(hostLeaf));
    enter(entries, host, block, block, hostLeaf);
  }
  stages.second(stages.first(0x4000_0000));
  const answer = entries.reads;
  const n = SV39.levels - guestLeaf;
  const m = host.levels - hostLeaf;
  const scheme = GUEST_SCHEMES[mode]!.name;
  return {
    kind: 'number',
    ask: `A guest loads through its own Sv39 table, whose leaf has ${NAMES[guestLeaf]}. All of its memory is mapped by leaves of ${NAMES[hostLeaf]} in a second stage of mode ${scheme}. The TLB is empty and nothing else is cached. How many page-table entries does the hart read before it can load?`,
    answer,
    within: 0,
    unit: 'references',
    hex: false,
    why: `The guest's walk reads n = ${n} of its own entries, the second stage's m = ${m}. Each of the guest's entries and the page itself have guest-physical addresses: (${n} + 1) x ${m} references of the second stage, and ${n} of the guest's: (${n} + 1)(${m} + 1) - 1 = ${answer}.`,
    mistakes: realMistakes(answer, [
      {
        answer: n + m,
        why: "The second stage is not walked once but for every address that the guest's walk comes to.",
      },
      {
        answer: n * m + n,
        why: 'The last one is missing: the page that the leaf names has a guest-physical address, too.',
      },
      { answer: (n + 1) * (m + 1), why: 'One too many: the load itself is not a reference to a page table.' },
      {
        answer: n * m,
        why: "These are the second stage's for the guest's tables. The guest's own entries and the page itself are missing.",
      },
      {
        answer: n,
        why: 'So many it would be on bare metal. The tables of this guest lie at guest-physical addresses.',
      },
      {
        answer: (SV39.levels + 1) * (host.levels + 1) - 1,
        why: 'So many it would be with leaves of 4 KiB in both stages. A large leaf ends a walk earlier.',
      },
    ]),
  };
}

/** Where does the hart arrive? */
export function twoStageAddress(random: Random): Draft {
  const [low, high] = [random.int(1, 60), random.int(1, 60)];
  // The first 2 MiB that the guest uses hold its tables, the second ones its pages; in the host they lie in any order.
  const tablesAt = 0x8020_0000;
  const pagesAt = 0x8040_0000;
  const shift = low * 0x20_0000 + 0x2000_0000;
  const pagesInHost = pagesAt + high * 0x20_0000 + 0x3000_0000;
  const stages = new TwoStages(shift, 8);
  const { entries, guest, host } = stages;
  enter(entries, host, tablesAt, tablesAt + shift, 1);
  enter(entries, host, pagesAt, pagesInHost, 1);
  const gva = 0x4000_0000 + random.int(1, 9) * bytesUnder(1) + random.int(1, 60) * PAGE + random.int(1, 0xfff);
  const page = pagesAt + random.int(1, 500) * PAGE;
  const other = page + PAGE;
  const offset = gva % PAGE;
  enter(entries, guest, gva - offset + PAGE, other, 0); // the next page leads elsewhere
  const way = enter(entries, guest, gva - offset, page, 0);
  const gpa = stages.first(gva);
  const answer = stages.second(gpa);
  return {
    kind: 'number',
    ask: `A guest loads from ${hex(gva)}. Walk it through both stages: which host-physical address does the hart load from?\n\`\`\`\n${[
      ...way.map((table, i) => guestTable(entries, guest, table, i, gva)),
      `second stage (Sv39x4), leaves of 2 MiB:`,
      `  guest-physical ${hex(tablesAt)} -> host-physical ${hex(tablesAt + shift)}`,
      `  guest-physical ${hex(pagesAt)} -> host-physical ${hex(pagesInHost)}`,
    ].join('\n')}\n\`\`\``,
    answer,
    within: 0,
    hex: true,
    why: `The indices are ${[2, 1, 0].map((level) => indexAt(gva, level)).join(', ')}: the guest's walk ends at the page ${hex(page)}, so the guest-physical address is ${hex(gpa)}. It lies ${hex(gpa - pagesAt)} behind ${hex(pagesAt)}, and so does the host's behind ${hex(pagesInHost)}.`,
    mistakes: realMistakes(answer, [
      {
        answer: gpa,
        why: 'That is the guest-physical address: what the guest takes for the end. The second stage is still to come.',
      },
      {
        answer: pagesInHost + offset,
        why: 'A leaf of 2 MiB keeps 21 bits of the address, not 12: the place within the block counts.',
      },
      {
        answer: stages.second(other + offset),
        why: 'You took the entry beside the right one: the last index is bits 20..12 of the address.',
      },
      {
        answer: gpa + shift,
        why: "That is the block in which the guest's tables lie. Its pages lie in the other one.",
      },
      { answer: page, why: "That is the guest's page: neither the offset nor the second stage is in it." },
    ]),
  };
}

/** One table of the guest's as text: the entry that the walk takes, and one beside it. */
function guestTable(entries: Entries, guest: Tables, table: number, i: number, gva: number): string {
  const level = guest.levels - 1 - i;
  const index = indexAt(gva, level);
  const line = (at: number): string => {
    const entry = entries.get(guest.place(table + 8 * at));
    const target =
      entry === undefined ? 'not valid' : `${level === 0 ? 'page' : 'table'} ${hex(Number(entry >> 10n) * PAGE)}`;
    return `  [${at}] ${target}`;
  };
  const name = i === 0 ? `guest's root ${hex(table)}` : `guest's table ${hex(table)}`;
  return [`${name}:`, line(index), line((index + 1) % 512)].join('\n');
}
