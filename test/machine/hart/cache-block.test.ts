/** Operations on cache blocks: who may, what they do, how they fault. Unprivileged, "CMO"; the numbers of envcfg bits are from Privileged, "menvcfg". */
import { BASE, type Bench } from './bench-hart';
import { execute, freshGuestBench, outcome, set } from './hypervisor/guest-bench';

const ILLEGAL = 2;
const VIRTUAL = 22;
const ADDRESS = BASE + 0x8000n + 0x48n; // in the block from 0x40 on

const machine = (): Bench => {
  const made = freshGuestBench();
  made.hart.setX(10, ADDRESS);
  return made;
};

/** Which of menvcfg, henvcfg and senvcfg allow it, and what happens in M, S, U, VS and VU ("Control and Status Register State"). */
const PERMISSION = [
  ['none', [], ['ok', ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL]],
  ['menvcfg', ['menvcfg'], ['ok', 'ok', ILLEGAL, VIRTUAL, VIRTUAL]],
  ['menvcfg and senvcfg', ['menvcfg', 'senvcfg'], ['ok', 'ok', 'ok', VIRTUAL, VIRTUAL]],
  ['menvcfg and henvcfg', ['menvcfg', 'henvcfg'], ['ok', 'ok', ILLEGAL, 'ok', VIRTUAL]],
  ['all three', ['menvcfg', 'henvcfg', 'senvcfg'], ['ok', 'ok', 'ok', 'ok', 'ok']],
  ['all but menvcfg', ['henvcfg', 'senvcfg'], ['ok', ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL]],
] as const;

describe.each([
  ['cbo.zero (a0)', 1n << 7n],
  ['cbo.clean (a0)', 1n << 6n],
  ['cbo.flush (a0)', 1n << 6n],
  ['cbo.inval (a0)', 1n << 4n],
  ['cbo.inval (a0)', 3n << 4n],
])('%s with bits 0x%x', (text, bits) => {
  test.each(PERMISSION)('allowed by %s', (_, allowing, expected) => {
    const made = machine();
    for (const csr of ['menvcfg', 'henvcfg', 'senvcfg']) {
      set(made, { [csr]: allowing.some((name) => name === csr) ? bits : 0n });
    }
    const outcomes = (['M', 'S', 'U', 'VS', 'VU'] as const).map((mode) => outcome(made, mode, text));
    expect(outcomes).toEqual(expected);
  });
});

test('cbo.zero stores zeros to the whole block that holds the address, and to nothing else', () => {
  const made = machine();
  for (let at = 0n; at < 0xc0n; at += 8n) made.poke(BASE + 0x8000n + at, 0x1111_1111_1111_1111n);
  expect(outcome(made, 'S', 'cbo.zero (a0)')).toBe('ok');
  const words = Array.from({ length: 24 }, (_, i) => made.peek(BASE + 0x8000n + BigInt(8 * i)));
  expect(words.map((word) => word === 0n)).toEqual(Array.from({ length: 24 }, (_, i) => i >= 8 && i < 16));
});

test.each(['cbo.clean (a0)', 'cbo.flush (a0)', 'cbo.inval (a0)'])('%s changes no memory', (text) => {
  const made = machine();
  made.poke(ADDRESS, 0x2222n);
  expect(outcome(made, 'S', text)).toBe('ok');
  expect(made.peek(ADDRESS)).toBe(0x2222n);
});

/** Maps the page of ADDRESS with these bits, one to one, for S-mode (Sv39: a gigapage for all, a table for the one). */
function mapWith(made: Bench, bits: bigint): void {
  const root = BASE + 0x4000n;
  const middle = BASE + 0x5000n;
  const leaves = BASE + 0x6000n;
  const pointer = (to: bigint): bigint => ((to >> 12n) << 10n) | 1n;
  made.poke(root + 8n * 2n, pointer(middle));
  made.poke(middle, pointer(leaves));
  made.poke(leaves, ((BASE >> 12n) << 10n) | 0xcfn); // the code
  made.poke(leaves + 8n * 8n, (((BASE + 0x8000n) >> 12n) << 10n) | bits);
  set(made, { satp: (8n << 60n) | (root >> 12n) });
}

// "a store/AMO page fault", whichever permission is missing; xtval is the address in rs1, not that of the block.
test.each([
  ['cbo.zero (a0)', 0xc3n, 15], // readable, not writable
  ['cbo.clean (a0)', 0xc3n, 'ok'],
  ['cbo.flush (a0)', 0xc7n, 'ok'],
  ['cbo.inval (a0)', 0xc9n, 15], // executable only
  ['cbo.clean (a0)', 0x00n, 15],
] as const)('%s in a page with bits 0x%x', (text, bits, expected) => {
  const made = machine();
  mapWith(made, bits);
  const trap = execute(made, 'S', text);
  expect(trap?.cause ?? 'ok').toBe(expected);
  if (trap) expect(trap.tval).toBe(ADDRESS);
});

test('where there is no RAM, cbo.zero raises a store/AMO access fault', () => {
  const made = machine();
  made.hart.setX(10, 0x1000_0000n);
  expect(execute(made, 'S', 'cbo.zero (a0)')).toMatchObject({ cause: 7, tval: 0x1000_0000n });
});
