/** A VM's second stage as plain entries, which the machine's own walk reads: for asking the part about one address at a time. Privileged, "Guest Physical Address Translation". */
import { GUEST_SCHEMES, pteFrom, walk, type Access, type PteMemory, type WalkResult } from '#machine';
import { requires } from '../../../src/course/lab';
import type { GStage, GuestPhysicalSpace, Slot } from '#vmm';

const KIB = 2 ** 10;
export const MIB = 2 ** 20;
export const GIB = 2 ** 30;
export const PAGE = 4 * KIB;

const ROOT_BYTES = 16 * KIB;
/** Beyond 4 GiB, as host memory may be. */
const ROOT = 0x3_0000_4000;
const FIRST_TABLE = 0x3_0001_0000;

/** Guest-physical, host-physical, bytes. */
export const slot = (gpa: number | bigint, hpa: number, size: number): Slot => ({ gpa: BigInt(gpa), hpa, size });

/** What a look through the tables may need besides the place: whoever does not ask for it gets it. */
export interface Look {
  readonly access?: Access;
  /** As the manual has it; default: with the eyes of whichever mode gets through. */
  readonly asUser?: boolean;
  /** By a hart that leaves A and D to software (Svade). */
  readonly svade?: boolean;
}

export class SecondStage implements GuestPhysicalSpace {
  readonly root = ROOT;
  readonly mode: number;
  /** Since the space was made. */
  reads = 0;
  writes = 0;
  tables = 0;
  /** Frames that the host has left. */
  frames: number;
  readonly entries = new Map<number, bigint>();
  readonly #slots: readonly Slot[];

  constructor(slots: readonly Slot[], { mode = 8, frames = 1000 }: { mode?: number; frames?: number } = {}) {
    this.#slots = slots;
    this.mode = mode;
    this.frames = frames;
  }

  slotAt(gpa: bigint): Slot | undefined {
    return this.#slots.find((each) => gpa >= each.gpa && gpa < each.gpa + BigInt(each.size));
  }
  allocateTable(): number | undefined {
    if (this.frames === 0) return undefined;
    this.frames--;
    return FIRST_TABLE + PAGE * this.tables++;
  }
  read(at: number): bigint {
    this.#check(at);
    this.reads++;
    return this.entries.get(at) ?? 0n;
  }
  write(at: number, entry: bigint): void {
    this.#check(at);
    this.writes++;
    this.entries.set(at, BigInt.asUintN(64, entry));
  }

  /** Where the hart arrives with this guest-physical address, or why it does not. */
  look(gpa: bigint, look: Look = {}): WalkResult {
    const asUser = this.#walk(gpa, look, true);
    const isForbidden = !asUser.ok && asUser.fault === 'not-allowed';
    return isForbidden && !look.asUser ? this.#walk(gpa, look, false) : asUser;
  }

  #walk(gpa: bigint, { access = 'load', svade = false }: Look, user: boolean): WalkResult {
    const memory: PteMemory = {
      read: (at) => (this.#isInTable(at) ? pteFrom(this.entries.get(at) ?? 0n) : undefined),
      writeLow: () => true,
    };
    const page = Number(gpa / BigInt(PAGE));
    const accessedDirty = svade ? 'fault' : 'ignore';
    const scheme = GUEST_SCHEMES[this.mode]!;
    return walk({ scheme, root: this.root, page, access, user, sum: false, mxr: false, accessedDirty }, memory);
  }

  #isInTable(at: number): boolean {
    const isInRoot = at >= ROOT && at < ROOT + ROOT_BYTES;
    return isInRoot || (at >= FIRST_TABLE && at < FIRST_TABLE + PAGE * this.tables);
  }

  /** For a part, which may be wrong: a TypeError is blamed on it. */
  #check(at: number): void {
    if (!Number.isInteger(at) || at % 8 !== 0) throw new TypeError(`no entry lies at ${at}: entries have 8 bytes`);
    if (!this.#isInTable(at)) throw new TypeError(`0x${at.toString(16)} lies in no table of this second stage`);
  }
}

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

/** Maps the page and requires the answer. */
export function maps(part: GStage, gpa: bigint, space: SecondStage): void {
  const answer = part.map(gpa, space);
  requires(answer === 'mapped', `guest-physical ${hex(gpa)} is RAM, and \`map\` answered '${answer}'.`);
}

/** The hart, with `look`, arrives where the slot says. */
export function arrives(space: SecondStage, gpa: bigint, look: Look = {}, what = 'the hart'): void {
  const ram = space.slotAt(gpa)!;
  const right = ram.hpa + Number((gpa - ram.gpa) / BigInt(PAGE)) * PAGE;
  const found = space.look(gpa, look);
  const at = `guest-physical ${hex(gpa)}, which is the host's page ${hex(right)}`;
  requires(found.ok, `${what} comes to no page with ${at}: ${found.ok ? '' : WHY[found.fault]}.`);
  requires(found.address === right, `${what} comes to the host's page ${hex(found.address)} with ${at}.`);
}

const WHY: Readonly<Record<Extract<WalkResult, { ok: false }>['fault'], string>> = {
  'bad-address': 'the address is too wide for the scheme',
  'invalid-pte': 'the walk ends at an entry that is not valid',
  'not-allowed': 'the leaf does not allow it',
  'misaligned-superpage': 'the leaf is a superpage that is not aligned in the host',
  'needs-ad-update': 'A or D is clear in the leaf',
  'no-memory': 'an entry points to a table that is none',
};
