/** A `gStage` that is right but for what is changed in it, so that each wrong solution shows its mistake and nothing else. */
import type { GStage, GuestPhysicalSpace, Slot } from '#vmm';

export const PAGE = 4096n;
export const V = 1n;
/** V R W X U A D. */
export const LEAF = 0xdfn;

/** Bytes under one entry of a level. */
export const span = (level: number): bigint => PAGE << BigInt(9 * level);

/** How a block lies to the slot: guest and host alike behind a multiple of its size; not before the slot; not beyond its end. */
export interface Fit {
  readonly aligned: boolean;
  readonly begins: boolean;
  readonly ends: boolean;
}

export interface Rules {
  /** hgatp.MODE for addresses that end at `end`. */
  mode(end: bigint): number;
  /** Levels of a mode. */
  levels(mode: number): number;
  /** Low ten bits of a leaf. */
  readonly leaf: bigint;
  /** An entry that points to an address, but for its low bits. */
  entry(address: bigint): bigint;
  /** Entries of a table. */
  entries(isRoot: boolean): bigint;
  /** Whether a block may be mapped by one leaf at a level above 0. */
  fits(fit: Fit, level: number, gpa: bigint, slot: Slot): boolean;
  /** Host address that the leaf shall have. */
  target(gpa: bigint, level: number, slot: Slot): bigint;
  /** Whether the leaf is written over what stands there. */
  writes(entry: bigint): boolean;
}

const RIGHT: Rules = {
  mode: (end) => (end <= 1n << 41n ? 8 : 9),
  levels: (mode) => (mode === 9 ? 4 : 3),
  leaf: LEAF,
  entry: (address) => (address / PAGE) << 10n,
  entries: (isRoot) => (isRoot ? 2048n : 512n),
  fits: ({ aligned, begins, ends }) => aligned && begins && ends,
  target: (gpa, level, slot) => gpa - (gpa % span(level)) + offsetOf(slot),
  writes: (entry) => (entry & V) === 0n,
};

/** From guest-physical to host-physical. */
export const offsetOf = (slot: Slot): bigint => BigInt(slot.hpa) - slot.gpa;

/** The right part with other rules. */
export function variant(changed: Partial<Rules>): GStage {
  const rules = { ...RIGHT, ...changed };
  return { mode: (end) => rules.mode(end), map: (gpa, space) => map(rules, gpa, space) };
}

function map(rules: Rules, gpa: bigint, space: GuestPhysicalSpace): ReturnType<GStage['map']> {
  const slot = space.slotAt(gpa);
  if (!slot) return 'not-ram';
  const levels = rules.levels(space.mode);
  const leafLevel = levelOf(rules, gpa, levels, slot);
  let table = space.root;
  for (let level = levels - 1; ; level--) {
    const at = table + Number((gpa / span(level)) % rules.entries(level === levels - 1)) * 8;
    const entry = space.read(at);
    if (level === leafLevel) {
      if (rules.writes(entry)) space.write(at, rules.entry(rules.target(gpa, level, slot)) | rules.leaf);
      return 'mapped';
    }
    if (entry & V) {
      table = Number((entry >> 10n) * PAGE);
      continue;
    }
    const next = space.allocateTable();
    if (next === undefined) return 'no-frame';
    space.write(at, rules.entry(BigInt(next)) | V);
    table = next;
  }
}

function levelOf(rules: Rules, gpa: bigint, levels: number, slot: Slot): number {
  for (let level = Math.min(2, levels - 1); level > 0; level--) {
    const from = gpa - (gpa % span(level));
    const fit = {
      aligned: offsetOf(slot) % span(level) === 0n,
      begins: from >= slot.gpa,
      ends: from + span(level) <= slot.gpa + BigInt(slot.size),
    };
    if (rules.fits(fit, level, gpa, slot)) return level;
  }
  return 0;
}

/** The space as a plain object, some of whose methods may be replaced. */
export const methodsOf = (space: GuestPhysicalSpace): GuestPhysicalSpace => ({
  mode: space.mode,
  root: space.root,
  slotAt: (gpa) => space.slotAt(gpa),
  allocateTable: () => space.allocateTable(),
  read: (at) => space.read(at),
  write: (at, entry) => space.write(at, entry),
});
