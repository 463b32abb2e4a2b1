// 12 · The guest's kernel writes the page tables that the hart really walks: make that safe.
//
// Each frame of the VM has a type and counts who refers to it as such (`TypedFrames`). `refer` counts one more: the type of a frame
// changes only while nobody refers to it, and a frame that becomes a table is read first, entry by entry, because each entry is a
// reference to the next frame. `release` is the way back. `update` stores one entry; `pin` and `unpin` keep a table without
// any reference. Whatever you refuse must leave all counts as they were.
// #region solution: import { todo, type Parts } from '#vmm';
import { PteBit } from '#machine';
import type { FrameType, PageTableAnswer, Parts, TableType, TypedFrames } from '#vmm';

const ENTRIES = 512;
/** What the table of frames can count. One more would be 0: a frame that is in use would look free. */
const MOST_REFERENCES = 0xffff;

const TABLES: readonly TableType[] = ['table0', 'table1', 'table2'];
const levelOf = (type: FrameType): number => TABLES.indexOf(type as TableType); // -1: not a table

/** The frame that an entry refers to, and what it makes of it. */
interface Reference {
  readonly frame: number;
  readonly type: FrameType;
}

/** What an entry of a table of this level refers to; undefined for an invalid one, in which the guest may keep what it likes. */
function referenceOf(entry: bigint, level: number): Reference | 'malformed' | undefined {
  const bits = Number(entry & 0xffn);
  if (!(bits & PteBit.V)) return undefined;
  const frame = Number((entry >> 10n) & ((1n << 44n) - 1n));
  // Above the frame: reserved, or of extensions that this hart does not have. G would outlive the change of root that takes the
  // kernel's pages away from user programs, and ours that takes them away from other VMs.
  if (entry >> 54n !== 0n || bits & PteBit.G) return 'malformed';
  if (!(bits & (PteBit.R | PteBit.W | PteBit.X))) {
    if (level === 0 || bits & (PteBit.U | PteBit.A | PteBit.D)) return 'malformed';
    return { frame, type: TABLES[level - 1] };
  }
  // A leaf above the last level is 512 frames or more at once, and one of them could be a table.
  if (level > 0) return 'malformed';
  // The kernel runs in U-mode too: without U the page is nobody's. W without R is reserved.
  if (!(bits & PteBit.U) || (bits & PteBit.W && !(bits & PteBit.R))) return 'malformed';
  return { frame, type: bits & PteBit.W ? 'writable' : 'none' };
}

/** An entry of a table of this level comes into force, or goes. */
function enter(entry: bigint, level: number, frames: TypedFrames): PageTableAnswer {
  const reference = referenceOf(entry, level);
  if (reference === undefined) return 'done';
  return reference === 'malformed' ? 'malformed' : refer(reference.frame, reference.type, frames);
}
function leave(entry: bigint, level: number, frames: TypedFrames): void {
  const reference = referenceOf(entry, level);
  if (typeof reference === 'object' && reference.type !== 'none') release(reference.frame, frames);
}

function refer(frame: number, type: FrameType, frames: TypedFrames): PageTableAnswer {
  if (!frames.owns(frame)) return 'foreign';
  if (type === 'none') return 'done'; // to read is harmless, even a table
  const use = frames.use(frame);
  if (use.references > 0) {
    if (use.type !== type || use.references === MOST_REFERENCES) return 'conflict';
    frames.setUse(frame, { ...use, references: use.references + 1 });
    return 'done';
  }
  const level = levelOf(type);
  if (level >= 0 && !frames.moreTables()) return 'conflict';
  // First the type, then the look at the entries: if one of them leads back to this very frame, it must not find it free.
  frames.setUse(frame, { type, references: 1, pinned: false });
  const answer = level < 0 ? 'done' : validate(frame, level, frames);
  if (answer !== 'done') frames.setUse(frame, { type: 'none', references: 0, pinned: false });
  return answer;
}

/** Enters all entries of a frame that is to be a table; if one is refused, those before it leave again. */
function validate(frame: number, level: number, frames: TypedFrames): PageTableAnswer {
  for (let i = 0; i < ENTRIES; i++) {
    const answer = enter(frames.read(frame, i), level, frames);
    if (answer === 'done') continue;
    leaveAll(frame, level, i, frames);
    return answer;
  }
  return 'done';
}

function leaveAll(frame: number, level: number, count: number, frames: TypedFrames): void {
  for (let i = 0; i < count; i++) leave(frames.read(frame, i), level, frames);
}

function release(frame: number, frames: TypedFrames): void {
  const { type, references, pinned } = frames.use(frame);
  if (references > 1) return frames.setUse(frame, { type, references: references - 1, pinned });
  frames.setUse(frame, { type: 'none', references: 0, pinned: false });
  if (levelOf(type) >= 0) leaveAll(frame, levelOf(type), ENTRIES, frames);
}

function update(frame: number, index: number, entry: bigint, frames: TypedFrames): PageTableAnswer {
  if (!frames.owns(frame)) return 'foreign';
  const level = levelOf(frames.use(frame).type);
  if (level < 0) return storeAsData(frame, index, entry, frames);
  // The new one enters before the old one leaves: a table that both name must not be taken apart between the two.
  const answer = enter(entry, level, frames);
  if (answer !== 'done') return answer;
  const old = frames.read(frame, index);
  frames.write(frame, index, entry);
  leave(old, level, frames);
  return 'done';
}

/** What is no table the guest may store to, by itself or through us. */
function storeAsData(frame: number, index: number, entry: bigint, frames: TypedFrames): PageTableAnswer {
  const answer = refer(frame, 'writable', frames);
  if (answer !== 'done') return answer;
  frames.write(frame, index, entry);
  release(frame, frames);
  return 'done';
}

function pin(frame: number, level: number, frames: TypedFrames): PageTableAnswer {
  const type = TABLES[level] as TableType | undefined;
  if (!type) return 'malformed';
  if (frames.owns(frame) && frames.use(frame).pinned) return 'conflict'; // one pin a frame, or one `unpin` would not be enough
  const answer = refer(frame, type, frames);
  if (answer === 'done') frames.setUse(frame, { ...frames.use(frame), pinned: true });
  return answer;
}

function unpin(frame: number, frames: TypedFrames): PageTableAnswer {
  if (!frames.owns(frame)) return 'foreign';
  const use = frames.use(frame);
  if (!use.pinned) return 'conflict'; // or the guest would give back a reference that is an entry's
  frames.setUse(frame, { ...use, pinned: false });
  release(frame, frames);
  return 'done';
}
// #endregion

// #region solution: export const paravirtualCpu: Parts['paravirtualCpu'] = { refer: () => todo('count a reference, and validate a table'), release: () => todo('count one less'), update: () => todo('store an entry'), pin: () => todo('pin a table'), unpin: () => todo('take a pin out') };
export const paravirtualCpu: Parts['paravirtualCpu'] = { refer, release, update, pin, unpin };
// #endregion
