/** Physical memory protection: matching, straddling, priority, locks and M-mode, each from a sentence of the manual. */
import type { Access } from '../../../src/machine/hart/cause';
import type { Hart } from '../../../src/machine/hart/hart';
import { M, S, U, type Privilege } from '../../../src/machine/hart/privilege';
import { Pmp } from '../../../src/machine/mmu/pmp';
import { bench } from '../hart/bench-hart';

const R = 1, W = 2, X = 4, TOR = 1 << 3, NA4 = 2 << 3, NAPOT = 3 << 3, L = 0x80; // prettier-ignore
const ACCESSES: readonly Access[] = ['load', 'store', 'fetch'];

const { hart } = bench();

/** Entries as [configuration byte, pmpaddr], from 0 on. */
function pmp(...entries: [number, number | bigint][]): { hart: Hart; allows: Pmp['allows'] } {
  hart.reset();
  entries.forEach(([, address], i) => hart.csr.write(`pmpaddr${i}`, BigInt(address)));
  configure(entries.map(([configuration]) => configuration));
  const unit = new Pmp();
  unit.update(hart);
  return { hart, allows: (...question) => unit.allows(...question) };
}

function configure(bytes: number[]): void {
  const packed = (from: number): bigint =>
    bytes.slice(from, from + 8).reduce((all, byte, i) => all | (BigInt(byte) << BigInt(8 * i)), 0n);
  hart.csr.write('pmpcfg0', packed(0));
  hart.csr.write('pmpcfg2', packed(8));
}

const napot = (base: number, size: number): number => base / 4 + size / 8 - 1;

test('no entry matches: M may do all, S and U nothing', () => {
  for (const { allows } of [pmp(), pmp([NAPOT | R | W | X, napot(0x4000, 0x1000)])])
    for (const access of ACCESSES) {
      expect(allows(0x8000, 4, access, M)).toBe(true);
      expect(allows(0x8000, 4, access, S)).toBe(false);
      expect(allows(0x8000, 4, access, U)).toBe(false);
    }
});

test('R, W and X each allow their access to S and U; M passes unless the entry is locked', () => {
  for (const lock of [0, L])
    for (const permissions of [0, R, X, R | W, R | X, R | W | X]) {
      const { allows } = pmp([NAPOT | permissions | lock, napot(0x4000, 0x1000)]);
      ACCESSES.forEach((access, i) => {
        const permitted = (permissions & [R, W, X][i]) !== 0;
        expect(allows(0x4000, 8, access, U)).toBe(permitted);
        expect(allows(0x4000, 8, access, S)).toBe(permitted);
        expect(allows(0x4000, 8, access, M)).toBe(permitted || !lock);
      });
    }
});

describe('address matching: first and last byte of each kind of region', () => {
  const region = (first: number, last: number, ...entries: [number, number | bigint][]): void => {
    const { allows } = pmp(...entries);
    const at = (address: number): boolean => allows(address, 1, 'load', S);
    expect([at(first - 1), at(first), at(last), at(last + 1)]).toEqual([false, true, true, false]);
  };
  test('NA4', () => region(0x4004, 0x4007, [NA4 | R, 0x4004 / 4]));
  test.each([8, 16, 64, 0x1000, 0x4000_0000])('NAPOT of %i bytes', (size) =>
    region(0x8000_0000, 0x8000_0000 + size - 1, [NAPOT | R, napot(0x8000_0000, size)]),
  );
  test('TOR, from the previous address', () => region(0x4000, 0x5fff, [0, 0x4000 / 4], [TOR | R, 0x6000 / 4]));
  test('TOR of entry 0 starts at 0', () => {
    const { allows } = pmp([TOR | R, 0x1000 / 4]);
    expect([allows(0, 1, 'load', S), allows(0xfff, 1, 'load', S), allows(0x1000, 1, 'load', S)]).toEqual([
      true,
      true,
      false,
    ]);
  });
  test('an empty TOR matches nothing', () => {
    const { allows } = pmp([0, 0x6000 / 4], [TOR | L, 0x6000 / 4], [TOR | R, 0x7000 / 4]);
    expect(allows(0x6000, 4, 'load', S)).toBe(true);
  });
  test('an empty TOR does not even match an access across its end: "no address matches"', () => {
    const { allows } = pmp([0, 0x6000 / 4], [TOR | L, 0x6000 / 4], [0, 0x5000 / 4], [TOR | R, 0x7000 / 4]);
    expect(allows(0x5ffc, 8, 'load', S)).toBe(true);
  });
  test('all ones is everything', () => {
    const { allows } = pmp([NAPOT | R, (1n << 54n) - 1n]);
    expect([allows(0, 8, 'load', U), allows(2 ** 52, 8, 'load', U)]).toEqual([true, true]);
  });
});

test('the lowest-numbered match decides', () => {
  const inner: [number, number] = [NAPOT, napot(0x4000, 0x1000)];
  const outer: [number, number] = [NAPOT | R | W, napot(0x0, 0x10000)];
  expect(pmp(inner, outer).allows(0x4000, 4, 'load', S)).toBe(false);
  expect(pmp(outer, inner).allows(0x4000, 4, 'load', S)).toBe(true);
});

test('an access that only partly matches fails, whatever the entry allows and whoever makes it', () => {
  const { allows } = pmp([NA4 | R | W | X, 0x4004 / 4], [NAPOT | R | W | X, napot(0, 0x10000)]);
  for (const privilege of [U, S, M] as Privilege[]) {
    expect(allows(0x4000, 8, 'load', privilege)).toBe(false);
    expect(allows(0x4006, 4, 'store', privilege)).toBe(false);
    expect(allows(0x4004, 4, 'load', privilege)).toBe(true);
    expect(allows(0x4008, 8, 'load', privilege)).toBe(true);
  }
});

test('a whole page is allowed only if every part of it is', () => {
  const { allows } = pmp([NA4, 0x4004 / 4], [NAPOT | R | W | X, napot(0, 0x10000)]);
  expect([allows(0x4000, 4096, 'load', S), allows(0x5000, 4096, 'load', S)]).toEqual([false, true]);
});

describe('registers', () => {
  test('a locked entry keeps its configuration and address until reset', () => {
    pmp([NAPOT | R | L, napot(0x4000, 0x1000)]);
    configure([0]);
    hart.csr.write('pmpaddr0', 0n);
    expect(hart.csr.read('pmpcfg0')).toBe(BigInt(NAPOT | R | L));
    expect(hart.csr.read('pmpaddr0')).toBe(BigInt(napot(0x4000, 0x1000)));
    hart.reset();
    expect([hart.csr.read('pmpcfg0'), hart.csr.read('pmpaddr0')]).toEqual([0n, 0n]);
  });
  test('a locked TOR entry also locks the address below it', () => {
    pmp([0, 0x1000], [TOR | L, 0x2000]);
    hart.csr.write('pmpaddr0', 0x1800n);
    expect(hart.csr.read('pmpaddr0')).toBe(0x1000n);
    pmp([0, 0x1000], [NAPOT | L, 0x2000]);
    hart.csr.write('pmpaddr0', 0x1800n);
    expect(hart.csr.read('pmpaddr0')).toBe(0x1800n);
  });
  test('a locked entry of pmpcfg2 keeps its own byte; its neighbours are written', () => {
    const bytes = Array.from({ length: 16 }, (_, i) => (i === 9 ? L | R : 0));
    const { hart } = pmp(...bytes.map((byte): [number, number] => [byte, 0]));
    hart.csr.write('pmpcfg2', 0x0707_0707_0707_0707n);
    expect(hart.csr.read('pmpcfg2')).toBe(0x0707_0707_0707_8107n);
  });
  test('entries 8 to 15 are in pmpcfg2', () => {
    const entries = Array.from({ length: 16 }, (_, i): [number, number] => [
      i === 15 ? NAPOT | R : 0,
      napot(0x4000, 0x1000),
    ]);
    expect(pmp(...entries).allows(0x4000, 4, 'load', U)).toBe(true);
    expect(hart.csr.read('pmpcfg2')).toBe(BigInt(NAPOT | R) << 56n);
  });
});
