/** The page-table walk against a second one, written here with bigints straight from the manual's numbered steps. */
import type { Access } from '../../../src/machine/hart/cause';
import { pteFrom } from '../../../src/machine/mmu/pte';
import {
  pageNumber,
  SCHEMES,
  walk,
  type PteMemory,
  type WalkFault,
  type WalkRequest,
} from '../../../src/machine/mmu/walk';

type Table = Map<bigint, bigint>; // physical address -> entry

const memoryOf = (table: Table): PteMemory => ({
  read: (address) => {
    const entry = table.get(BigInt(address));
    return entry === undefined ? undefined : pteFrom(entry);
  },
  writeLow: (address, low) => {
    const entry = table.get(BigInt(address)) ?? 0n;
    table.set(BigInt(address), (entry & ~0xffff_ffffn) | BigInt(low));
    return true;
  },
});

interface Question {
  mode: 8 | 9 | 10;
  root: bigint;
  va: bigint;
  access: Access;
  user: boolean;
  sum: boolean;
  mxr: boolean;
  svade: boolean;
}

const bit = (pte: bigint, n: bigint): boolean => ((pte >> n) & 1n) === 1n;
const isPointerEntry = (pte: bigint): boolean => !bit(pte, 1n) && !bit(pte, 2n) && !bit(pte, 3n);

/** Step 3: V is clear, or something reserved is set (in a pointer U, A and D are). */
const isInvalid = (pte: bigint): boolean =>
  !bit(pte, 0n) ||
  (!bit(pte, 1n) && bit(pte, 2n)) ||
  pte >> 54n !== 0n ||
  (isPointerEntry(pte) && (bit(pte, 4n) || bit(pte, 6n) || bit(pte, 7n)));

/** Step 5: the permissions, with SUM and MXR. */
function isPermitted(pte: bigint, { access, user, sum, mxr }: Question): boolean {
  const [r, w, x, u] = [bit(pte, 1n), bit(pte, 2n), bit(pte, 3n), bit(pte, 4n)];
  const permitted = { fetch: x, store: w, load: r || (mxr && x) }[access];
  return permitted && (user ? u : !u || (access !== 'fetch' && sum));
}

/** Steps 1 to 10 of "Virtual Address Translation Process". Gives the physical address or the kind of fault. */
function byTheBook(table: Table, question: Question): bigint | 'page' | 'access' {
  const { mode, root, va, access, svade } = question;
  const levels = BigInt(mode - 5);
  const width = 12n + 9n * levels;
  if (BigInt.asUintN(64, BigInt.asIntN(Number(width), va)) !== va) return 'page'; // bits above must equal bit width - 1
  let a = root;
  for (let i = levels - 1n; i >= 0n; i--) {
    const at = a + ((va >> (12n + 9n * i)) & 511n) * 8n;
    const pte = table.get(at);
    if (pte === undefined) return 'access';
    if (isInvalid(pte)) return 'page';
    const ppn = (pte >> 10n) & ((1n << 44n) - 1n);
    a = ppn << 12n;
    if (isPointerEntry(pte)) continue;
    if (!isPermitted(pte, question) || ppn & ((1n << (9n * i)) - 1n)) return 'page';
    if (!bit(pte, 6n) || (access === 'store' && !bit(pte, 7n))) {
      if (svade) return 'page';
      table.set(at, pte | 0x40n | (access === 'store' ? 0x80n : 0n));
    }
    return a | (va & ((1n << (12n + 9n * i)) - 1n));
  }
  return 'page';
}

const kindOf = (fault: WalkFault): 'page' | 'access' => (fault === 'no-memory' ? 'access' : 'page');

function ours(table: Table, question: Question): bigint | 'page' | 'access' {
  const { mode, root, va, access, user, sum, mxr, svade } = question;
  const request: WalkRequest = {
    scheme: SCHEMES[mode]!,
    root: Number(root),
    page: pageNumber(va),
    access,
    user,
    sum,
    mxr,
    accessedDirty: svade ? 'fault' : 'set',
  };
  const result = walk(request, memoryOf(table));
  return result.ok ? BigInt(result.address) + (va & 0xfffn) : kindOf(result.fault);
}

/** Asks both on copies of the table; the tables must be equal afterwards too. */
function compare(table: Table, question: Question): bigint | 'page' | 'access' {
  const [mine, theirs] = [new Map(table), new Map(table)];
  const expected = byTheBook(theirs, question);
  const got = ours(mine, question);
  if (got !== expected)
    throw new Error(`${String(got)} instead of ${String(expected)} for ${describeQuestion(table, question)}`);
  for (const [at, entry] of theirs)
    if (mine.get(at) !== entry) throw new Error(`different A or D for ${describeQuestion(table, question)}`);
  return got;
}

const describeQuestion = (table: Table, question: Question): string =>
  JSON.stringify({ ...question, table: [...table] }, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString(16) : value,
  );

const MODES = [8, 9, 10] as const;
const ACCESSES: readonly Access[] = ['fetch', 'load', 'store'];
const FLAGS = [false, true];
const ROOT = 0x8000_1000n;
const pointer = (to: bigint): bigint => ((to >> 12n) << 10n) | 1n;

/** A chain of pointers down to `level`, whose entry is `leaf`; all for virtual address `va`. */
function chain(mode: (typeof MODES)[number], va: bigint, level: number, leaf: bigint): Table {
  const table: Table = new Map();
  let a = ROOT;
  for (let i = mode - 6; i >= level; i--) {
    const at = a + ((va >> BigInt(12 + 9 * i)) & 511n) * 8n;
    a += 0x1000n;
    table.set(at, i === level ? leaf : pointer(a));
  }
  return table;
}

const base = (mode: (typeof MODES)[number], va: bigint, access: Access = 'load'): Question => ({
  mode,
  root: ROOT,
  va,
  access,
  user: false,
  sum: false,
  mxr: false,
  svade: false,
});

test('every pattern of the ten low bits of a leaf, for every access and status', () => {
  const va = 0x12_3456_7abcn;
  let walks = 0;
  for (let flags = 0n; flags < 256n; flags++) {
    const table = chain(8, va, 0, (0x8765_4n << 10n) | flags);
    for (const access of ACCESSES)
      for (const user of FLAGS)
        for (const sum of FLAGS)
          for (const mxr of FLAGS)
            for (const svade of FLAGS) {
              compare(table, { ...base(8, va, access), user, sum, mxr, svade });
              walks++;
            }
  }
  expect(walks).toBe(256 * 48);
});

test.each(MODES)('mode %i: each bit of the entry above the flags, at each level', (mode) => {
  const va = 0x3f_1234_5678n;
  for (let level = 0; level <= mode - 6; level++)
    for (let bit = 8n; bit < 64n; bit++) {
      compare(chain(mode, va, level, 0xcfn | (1n << bit)), base(mode, va));
      compare(chain(mode, va, level, 0x1n | (1n << bit)), base(mode, va)); // a pointer, at last one too many
    }
});

test.each(MODES)('mode %i: a leaf at level n maps 4 KiB x 512^n', (mode) => {
  const va = 0x2a_bbcc_dd28n;
  for (let level = 0; level <= mode - 6; level++) {
    const span = 1n << BigInt(12 + 9 * level);
    const physical = 0x40_0000_0000_0000n; // aligned for every level
    const found = compare(chain(mode, va, level, ((physical >> 12n) << 10n) | 0xcfn), base(mode, va));
    expect(found).toBe(physical + (va & (span - 1n)));
  }
});

test.each(MODES)('mode %i: addresses must be sign-extended', (mode) => {
  const top = 1n << BigInt(12 + 9 * (mode - 5) - 1);
  for (const va of [top - 1n, top, 2n * top, 2n ** 64n - top, 2n ** 64n - top - 1n, 2n ** 64n - 1n, 1n << 63n]) {
    const table = chain(mode, va, mode - 6, 0xcfn);
    const isCanonical = va < top || va >= 2n ** 64n - top;
    expect(compare(table, base(mode, va)) !== 'page').toBe(isCanonical);
  }
});

test('a table where no memory is becomes an access fault', () => {
  expect(compare(new Map(), base(8, 0x1000n))).toBe('access');
});

test('random tables', () => {
  let state = 1;
  const random = (bound: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  const results = new Map<string, number>();
  for (let round = 0; round < 20_000; round++) {
    const mode = MODES[random(3)];
    const va = BigInt.asUintN(
      64,
      BigInt.asIntN(12 + 9 * (mode - 5), (BigInt(random(2 ** 30)) << 30n) | BigInt(random(2 ** 30))),
    );
    const level = random(mode - 5);
    const flags = random(4) ? BigInt(random(256)) | 0x43n : BigInt(random(1024));
    const table = chain(mode, va, level, (BigInt(random(2 ** 26)) << BigInt(10 + 9 * random(level + 1))) | flags);
    const [user, sum, mxr, svade] = [random(2), random(2), random(2), random(4) - 2].map((n) => n > 0);
    const found = compare(table, { ...base(mode, va, ACCESSES[random(3)]), user, sum, mxr, svade });
    const kind = typeof found === 'bigint' ? 'found' : found;
    results.set(kind, (results.get(kind) ?? 0) + 1);
  }
  expect(results.get('found')).toBeGreaterThan(1000);
  expect(results.get('page')).toBeGreaterThan(1000);
});

/** S-mode looks at virtual page 1 under Sv39. */
const request = (access: WalkRequest['access'], accessedDirty: WalkRequest['accessedDirty']): WalkRequest => ({
  scheme: SCHEMES[8]!,
  root: Number(ROOT),
  page: 1,
  access,
  user: false,
  sum: false,
  mxr: false,
  accessedDirty,
});

test('a look without effect leaves A and D alone and does not fault', () => {
  const table = chain(8, 0x1000n, 0, 0x0fn);
  const memory: PteMemory = { ...memoryOf(table), writeLow: () => { throw new Error('written'); } }; // prettier-ignore
  expect(walk(request('store', 'ignore'), memory)).toMatchObject({ ok: true, span: 4096 });
});

test('an entry that may not be written when A must be set is an access fault', () => {
  const memory: PteMemory = { ...memoryOf(chain(8, 0x1000n, 0, 0x0fn)), writeLow: () => false };
  expect(walk(request('load', 'set'), memory)).toEqual({ ok: false, fault: 'no-memory' });
});
