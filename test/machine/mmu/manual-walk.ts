/**
 * Translation by the manual alone, to compare ours with: the steps of "Virtual Address Translation Process" of the supervisor
 * chapter, with the exceptions of "Guest Physical Address Translation", Svnapot, Svpbmt and Svadu. Everything is a bigint.
 */
type Access = 'fetch' | 'load' | 'store';

/** Physical memory: an entry, or undefined where there is none. */
export interface Memory {
  read(address: bigint): bigint | undefined;
  write(address: bigint, entry: bigint): void;
}

/** One stage: a MODE (0, 8, 9, 10), its root's address, and what the environment allows. */
export interface Stage {
  mode: number;
  root: bigint;
  /** 2 for a G-stage: 2 more address bits. */
  extra: 0 | 2;
  adue: boolean;
  pbmte: boolean;
}

export interface Question {
  access: Access;
  user: boolean;
  sum: boolean;
  mxr: boolean;
  hlvx: boolean;
}

export type Answer = bigint | 'page' | 'access';

const bit = (entry: bigint, n: number): boolean => ((entry >> BigInt(n)) & 1n) === 1n;
const bits = (entry: bigint, high: number, low: number): bigint =>
  (entry >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);

/** Step 3: V clear, W without R, or something reserved; of a pointer, more is reserved. */
function isInvalid(pte: bigint, pbmte: boolean): boolean {
  const [v, r, w, x, u, , a, d] = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => bit(pte, n));
  const pbmt = bits(pte, 62, 61);
  if (!v || (!r && w) || bits(pte, 60, 54) !== 0n || pbmt === 3n || (pbmt !== 0n && !pbmte)) return true;
  return !r && !x && (a || d || u || bit(pte, 63) || pbmt !== 0n);
}

/** Steps 5 and 6: U, SUM, MXR, and R, W or X. */
function isForbidden(pte: bigint, { access, user, sum, mxr, hlvx }: Question): boolean {
  const [, r, w, x, u] = [0, 1, 2, 3, 4].map((n) => bit(pte, n));
  if (user ? !u : u && (access === 'fetch' || !sum)) return true;
  if (access === 'load') return !(hlvx ? x : r || (mxr && x));
  return access === 'fetch' ? !x : !w;
}

export function translate(address: bigint, stage: Stage, ask: Question, memory: Memory): Answer {
  const { mode, root, extra, adue, pbmte } = stage;
  if (mode === 0) return address;
  const levels = mode - 5;
  const width = 12 + 9 * levels;
  const upper = extra ? address >> BigInt(width + 2) : BigInt.asUintN(64, BigInt.asIntN(width, address)) ^ address;
  if (upper !== 0n) return 'page';
  let a = root;
  for (let i = levels - 1; i >= 0; i--) {
    const vpn = bits(address, 12 + 9 * i + 8 + (i === levels - 1 ? extra : 0), 12 + 9 * i);
    const at = a + vpn * 8n;
    const pte = memory.read(at);
    if (pte === undefined) return 'access';
    if (isInvalid(pte, pbmte)) return 'page';
    const ppn = bits(pte, 53, 10);
    if (!bit(pte, 1) && !bit(pte, 3)) {
      a = ppn << 12n;
      continue;
    }
    const napot = bit(pte, 63);
    if (isForbidden(pte, ask) || (napot && (i !== 0 || bits(ppn, 3, 0) !== 8n))) return 'page'; // Svnapot defines 64 KiB only
    const low = BigInt(napot ? 16 : 12 + 9 * i); // bits of the address that the leaf leaves alone
    const base = (napot ? ppn & ~15n : ppn) << 12n;
    if (base & ((1n << low) - 1n)) return 'page';
    const marks = 0x40n | (ask.access === 'store' ? 0x80n : 0n); // A and D
    if ((pte & marks) !== marks) {
      if (!adue) return 'page';
      memory.write(at, pte | marks);
    }
    return base | (address & ((1n << low) - 1n));
  }
  return 'page';
}

/** What a guest's access comes to: an address, or a cause with what htval and, for implicit accesses, htinst get. */
export type GuestAnswer = bigint | { cause: number; htval: bigint; pseudo: bigint };

const CAUSE = {
  page: { fetch: 12, load: 13, store: 15 },
  guest: { fetch: 20, load: 21, store: 23 },
  access: { fetch: 1, load: 5, store: 7 },
};

export function translateForGuest(
  va: bigint,
  vs: Stage,
  g: Stage,
  ask: Question & { hsMxr: boolean },
  memory: Memory,
): GuestAnswer {
  const { access } = ask;
  const no = (cause: number, htval = 0n, pseudo = 0n): GuestAnswer => ({ cause, htval, pseudo });
  let implicit: GuestAnswer | undefined;
  const byGuest = (gpa: bigint, how: 'load' | 'store'): bigint | undefined => {
    const ordinary = { access: how, user: true, sum: false, mxr: false, hlvx: false } as const;
    const found = translate(gpa, g, ordinary, memory);
    if (typeof found === 'bigint') return found;
    implicit =
      found === 'access'
        ? no(CAUSE.access[access])
        : no(CAUSE.guest[access], gpa >> 2n, how === 'load' ? 0x3000n : 0x3020n);
    return undefined;
  };
  const throughGuest: Memory = {
    read: (gpa) => {
      const at = byGuest(gpa, 'load');
      return at === undefined ? undefined : memory.read(at);
    },
    write: (gpa, entry) => {
      const at = byGuest(gpa, 'store');
      if (at !== undefined) memory.write(at, entry);
    },
  };
  const gpa = translate(va, vs, { ...ask, mxr: ask.mxr || ask.hsMxr }, throughGuest);
  if (implicit) return implicit;
  if (typeof gpa === 'string') return no(CAUSE[gpa][access]);
  const pa = translate(gpa, g, { ...ask, user: true, sum: false, mxr: ask.hsMxr }, memory);
  if (typeof pa === 'bigint') return pa;
  return pa === 'access' ? no(CAUSE.access[access]) : no(CAUSE.guest[access], gpa >> 2n);
}
