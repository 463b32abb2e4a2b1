/** What decides in the G-stage: MXR, the tables' own place, PMP behind both stages (Privileged, "Two-Stage Address Translation"). */
import { Exception, type Access } from '../../../src/machine/hart/cause';
import type { Hart } from '../../../src/machine/hart/hart';
import { S } from '../../../src/machine/hart/privilege';
import { PteBit } from '../../../src/machine/mmu/pte';
import { BASE, bench, DEVICE, openMemory } from '../hart/bench-hart';
import { pte } from './entries';

const { V, R, W, X, U, A, D } = PteBit;
const ALL = V | R | W | X | U | A | D;

/** G-stage: three levels from a root of 16 KiB, the last of which maps BASE + n * 4 KiB to itself. */
const [GUEST_ROOT, GUEST_MIDDLE, GUEST_LAST] = [BASE + 0x1_0000n, BASE + 0x1_4000n, BASE + 0x1_5000n];
/** VS-stage: a root whose first entry maps the gigapage of BASE. */
const ROOT = BASE + 0x2_0000n;
const HOLE = 0x4000_0000n;

const MXR = 1n << 19n;

interface Guest {
  readonly hart: Hart;
  /** G-stage permissions of the page at BASE + n * 4 KiB. */
  map(page: number, bits: number): void;
  /** The physical address, or minus the cause. */
  find(address: bigint, access: Access, executable?: boolean): number;
}

function guest({ vsatp = false, root = GUEST_ROOT } = {}): Guest {
  const { hart, poke } = bench();
  openMemory(hart);
  const map = (page: number, bits: number): void =>
    poke(GUEST_LAST + BigInt(8 * page), pte(BASE + (BigInt(page) << 12n), bits));
  poke(GUEST_ROOT + 2n * 8n, pte(GUEST_MIDDLE, V));
  poke(GUEST_MIDDLE, pte(GUEST_LAST, V));
  for (let page = 0; page < 256; page++) map(page, ALL);
  poke(ROOT, pte(BASE, ALL & ~U));
  hart.csr.write('hgatp', (8n << 60n) | (root >> 12n));
  if (vsatp) hart.csr.write('vsatp', (8n << 60n) | (ROOT >> 12n));
  hart.mode = 'VS';
  const find: Guest['find'] = (address, access, executable) => {
    const [low, high] = [Number(address & 0xffff_ffffn), Number(address >> 32n)];
    return hart.mmu.find(low, high, 4, access, executable ? { privilege: S, guest: true, executable } : undefined);
  };
  return { hart, map, find };
}

const DATA = BASE + 0x3000n;

test('"sstatus.MXR, which overrides execute-only permissions for both stages": of mstatus in the G-stage, of vsstatus not', () => {
  const { hart, map, find } = guest();
  map(3, V | X | U | A);
  expect(find(DATA, 'load')).toBe(-Exception.loadGuestPageFault);
  hart.csr.write('vsstatus', MXR);
  expect(find(DATA, 'load')).toBe(-Exception.loadGuestPageFault);
  hart.csr.write('mstatus', MXR);
  expect(find(DATA, 'load')).toBe(Number(DATA));
  expect(find(DATA, 'store')).toBe(-Exception.storeGuestPageFault);
});

test('tables of the VS-stage need to be readable in the G-stage, and not executable, whatever the access is', () => {
  const { map, find } = guest({ vsatp: true });
  map(Number((ROOT - BASE) >> 12n), V | R | W | U | A | D);
  for (const access of ['fetch', 'load', 'store'] as const) expect(find(0x3000n, access)).toBe(Number(DATA));
  expect(find(0x3000n, 'load', true)).toBe(Number(DATA));
});

describe('"any exception is always reported for the original access type": an access fault where a G-stage table is no memory', () => {
  test.each([false, true])('with vsatp: %p', (vsatp) => {
    const { find } = guest({ vsatp, root: HOLE });
    const address = vsatp ? 0x3000n : DATA;
    expect((['fetch', 'load', 'store'] as const).map((access) => find(address, access))).toEqual([
      -Exception.instructionAccessFault,
      -Exception.loadAccessFault,
      -Exception.storeAccessFault,
    ]);
  });
});

describe('PMP behind the translation', () => {
  /** Entry 0 is the page of DATA. */
  const protect = ({ csr }: Hart, configuration: bigint): void => {
    csr.write('pmpaddr1', (1n << 54n) - 1n);
    csr.write('pmpaddr0', (DATA >> 2n) + 0x1ffn);
    csr.write('pmpcfg0', 0x1f00n | 0x18n | configuration);
  };

  test('a page that it makes readable is loaded from without being executable', () => {
    const { hart, find } = guest();
    protect(hart, 1n);
    expect([find(DATA, 'load'), find(DATA, 'fetch')]).toEqual([Number(DATA), -Exception.instructionAccessFault]);
  });

  test('hlvx: "reading memory that PMP designates as execute-only still results in an access-fault exception"', () => {
    const { hart, find } = guest();
    protect(hart, 4n);
    expect(find(DATA, 'load', true)).toBe(-Exception.loadAccessFault);
    protect(hart, 5n);
    expect(find(DATA, 'load', true)).toBe(Number(DATA));
  });

  test('a device that it closes is an access fault before anything is asked', () => {
    const { hart } = bench();
    hart.mode = 'S';
    expect(hart.mmu.find(DEVICE, 0, 8, 'load')).toBe(-Exception.loadAccessFault);
  });
});
