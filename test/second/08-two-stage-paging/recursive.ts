/** A second correct `gStage`: it goes down from the root recursively, with page numbers as plain numbers instead of addresses as bigints. */
import type { GuestPhysicalSpace, Parts } from '#vmm';

type Answer = ReturnType<Parts['gStage']['map']>;

/** In pages of 4 KiB. */
interface Stretch {
  readonly first: number;
  readonly host: number;
  readonly count: number;
}

const LARGEST_LEAF = 2;
const FLAGS = { pointer: 0b0000_0001n, leaf: 0b1101_1111n } as const;

const pagesUnder = (level: number): number => 512 ** level;
const entryFor = (page: number, flags: bigint): bigint => BigInt(page) * 1024n + flags;
const pageIn = (entry: bigint): number => Number(entry / 1024n);
const isValid = (entry: bigint): boolean => entry % 2n === 1n;

/** The block of this level around the page lies within the stretch, and one leaf may map it. */
function isOneBlock(page: number, level: number, { first, host, count }: Stretch): boolean {
  const pages = pagesUnder(level);
  const start = Math.floor(page / pages) * pages;
  return start >= first && start + pages <= first + count && (host - first) % pages === 0;
}

function descend(space: GuestPhysicalSpace, table: number, level: number, page: number, stretch: Stretch): Answer {
  const isRoot = table === space.root;
  const index = Math.floor(page / pagesUnder(level)) % (isRoot ? 2048 : 512);
  const at = table + 8 * index;
  const entry = space.read(at);
  if (level === 0 || (level <= LARGEST_LEAF && isOneBlock(page, level, stretch))) {
    const start = page - (page % pagesUnder(level));
    if (!isValid(entry)) space.write(at, entryFor(stretch.host + start - stretch.first, FLAGS.leaf));
    return 'mapped';
  }
  if (isValid(entry)) return descend(space, pageIn(entry) * 4096, level - 1, page, stretch);
  const next = space.allocateTable();
  if (next === undefined) return 'no-frame';
  space.write(at, entryFor(next / 4096, FLAGS.pointer));
  return descend(space, next, level - 1, page, stretch);
}

export const gStage: Parts['gStage'] = {
  mode: (end) => (end > 2n ** 41n ? 9 : 8),
  map(gpa, space) {
    const slot = space.slotAt(gpa);
    if (slot === undefined) return 'not-ram';
    const stretch = { first: Number(slot.gpa / 4096n), host: slot.hpa / 4096, count: slot.size / 4096 };
    return descend(space, space.root, space.mode === 8 ? 2 : 3, Number(gpa / 4096n), stretch);
  },
};
