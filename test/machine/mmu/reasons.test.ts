/** Each reason for which a walk fails, by name, and what a walk that succeeds says of its leaf (Privileged, "Virtual Address Translation Process"). */
import { pteFrom, PteBit } from '../../../src/machine/mmu/pte';
import { GUEST_SCHEMES, SCHEMES, walk, type PteMemory, type WalkRequest } from '../../../src/machine/mmu/walk';
import { pte } from './entries';

const { V, R, W, X, U, A, D } = PteBit;
const LAST = 0x3000n;
const PAGE = 0x8000_0000n;
const PBMT = (value: bigint): bigint => value << 61n;
const N = 1n << 63n;

/** Tables of three levels; virtual page 5 has the entry `leaf`, in the last table or in the one above. */
function tables(leaf: bigint, level = 0): Map<bigint, bigint> {
  const all = new Map([[0x1000n, pte(0x2000n, V)], [0x2000n, pte(LAST, V)]]); // prettier-ignore
  return all.set(level === 0 ? LAST + 5n * 8n : 0x2000n, leaf);
}

function look(memory: Map<bigint, bigint>, changes: Partial<WalkRequest> = {}): ReturnType<typeof walk> {
  const reader: PteMemory = {
    read: (at) => (memory.has(BigInt(at)) ? pteFrom(memory.get(BigInt(at))!) : undefined),
    writeLow: (at, low) => (memory.set(BigInt(at), (memory.get(BigInt(at))! & ~0xffff_ffffn) | BigInt(low)), true),
  };
  const request: WalkRequest = {
    scheme: SCHEMES[8]!,
    root: 0x1000,
    page: 5,
    access: 'load',
    user: false,
    sum: false,
    mxr: false,
    accessedDirty: 'set',
    ...changes,
  };
  return walk(request, reader);
}

const GOOD = pte(PAGE, V | R | W | A | D);

describe('why it fails', () => {
  test.each<[string, ReturnType<typeof walk>]>([
    ['bad-address', look(tables(GOOD), { page: 2 ** 27 })], // bits 63:39 are not all equal to bit 38
    ['no-memory', look(new Map())],
    ['invalid-pte', look(tables(0n))],
    ['invalid-pte', look(tables(pte(PAGE, V | W)))], // "If pte.v=0, or if pte.r=0 and pte.w=1"
    ['invalid-pte', look(tables(pte(PAGE, V)))], // a pointer at the last level
    ['not-allowed', look(tables(GOOD), { access: 'fetch' })],
    ['misaligned-superpage', look(tables(pte(PAGE + 0x1000n, V | R | A), 1))],
    ['needs-ad-update', look(tables(pte(PAGE, V | R)), { accessedDirty: 'fault' })],
    ['needs-ad-update', look(tables(pte(PAGE, V | R | W | A)), { access: 'store', accessedDirty: 'fault' })],
  ])('%s', (fault, result) => expect(result).toEqual({ ok: false, fault }));
});

test('a walk gives the page, how much its leaf maps, and the leaf as it is now', () => {
  const memory = tables(pte(PAGE, V | R | W));
  const leaf = pteFrom(pte(PAGE, V | R | W | A | D));
  expect(look(memory, { access: 'store' })).toEqual({
    ok: true,
    address: Number(PAGE),
    span: 4096,
    leaf,
    leafAddress: Number(LAST + 40n),
  });
  expect(memory.get(LAST + 40n)).toBe(pte(PAGE, V | R | W | A | D));
});

describe('guest physical addresses of Sv39x4: "address bits 63:41 must all be zeros, or else a guest-page-fault exception occurs"', () => {
  const scheme = GUEST_SCHEMES[8]!;
  /** The root has 2048 entries of 1 GiB each; the same leaf in the first and in the last. */
  const memory = new Map([0n, 2047n].map((index) => [0x4000n + 8n * index, pte(0n, V | R | U | A)]));

  test.each([
    [2 ** 29 - 1, true],
    [2 ** 29, false],
    [2 ** 29 + 5, false],
    [2 ** 52 - 1, false],
  ])('page %i is translated: %p', (page, ok) => {
    expect(look(memory, { scheme, root: 0x4000, page, user: true }).ok).toBe(ok);
  });
});

describe('Svpbmt: "the value 3 is reserved", the others change nothing here', () => {
  test.each([
    [0n, true],
    [1n, true],
    [2n, true],
    [3n, false],
  ])('PBMT = %i', (value, ok) => {
    expect(look(tables(GOOD | PBMT(value)), { svpbmt: true }).ok).toBe(ok);
    expect(look(tables(GOOD | PBMT(value))).ok).toBe(value === 0n); // "must be zeroed by software [...] or else a page-fault exception is raised"
  });
});

describe('Svnapot, table "Page table entry encodings when pte.N=1": only 64 KiB at level 0, with PPN bits 3:0 = 1000', () => {
  const napot = (low: bigint): bigint => pte(PAGE + (low << 12n), V | R | A) | N;

  test.each(Array.from({ length: 16 }, (_, low) => BigInt(low)))('level 0, PPN bits 3:0 = %i', (low) => {
    const result = look(tables(napot(low)), { svnapot: true });
    if (low === 8n) expect(result).toMatchObject({ ok: true, address: Number(PAGE) + 5 * 4096, span: 65536 });
    else expect(result).toEqual({ ok: false, fault: 'misaligned-superpage' });
  });

  test.each([0n, 8n])('level 1 is reserved, with PPN bits 3:0 = %i too', (low) => {
    expect(look(tables(napot(low), 1), { svnapot: true }).ok).toBe(false);
  });

  test('without Svnapot the bit is reserved', () => {
    expect(look(tables(napot(8n)))).toEqual({ ok: false, fault: 'invalid-pte' });
  });
});

test('executable: a load needs X instead of R', () => {
  const at = (bits: number): boolean => look(tables(pte(PAGE, V | A | bits)), { executable: true }).ok;
  expect([at(X), at(R), at(R | X)]).toEqual([true, false, true]);
});
