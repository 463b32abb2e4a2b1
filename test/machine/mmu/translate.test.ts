/** Translation as instructions meet it: whose rights count (MPRV, SUM, MXR), which exception comes, A and D, PMP on the way, and accesses across two pages. */
import { parseIsa } from '../../../src/machine/isa';
import { Exception } from '../../../src/machine/hart/cause';
import type { HartOptions } from '../../../src/machine/hart/ports';
import type { Mode } from '../../../src/machine/hart/privilege';
import { BASE, bench, openMemory, word, type Bench } from '../hart/bench-hart';

const ROOT = BASE + 0x1_0000n;
const MIDDLE = BASE + 0x1_1000n;
const LAST = BASE + 0x1_2000n;
const PAGES = BASE + 0x2_0000n; // physical page n is at PAGES + n * 0x1000
const VA = 0x40_0000n; // virtual page n is at VA + n * 0x1000
const CODE = VA + 0xf000n; // virtual page 15 holds code

const V = 1n, R = 2n, W = 4n, X = 8n, U = 0x10n, A = 0x40n, D = 0x80n; // prettier-ignore
const ppn = (address: bigint): bigint => (address >> 12n) << 10n;

/** Sv39, with virtual page n mapped to physical page n with flags[n]; page 15 is code for S, page 14 code for U. */
function mapped(flags: readonly bigint[], options: Partial<HartOptions> = {}): Bench {
  const machine = bench(options);
  const { hart, poke } = machine;
  openMemory(hart);
  poke(ROOT, ppn(MIDDLE) | V);
  poke(MIDDLE + 2n * 8n, ppn(LAST) | V);
  const all = [...flags];
  all[14] = V | X | U | A;
  all[15] = V | X | A;
  all.forEach((flag, n) => poke(LAST + BigInt(8 * n), ppn(PAGES + BigInt(n) * 0x1000n) | flag));
  hart.csr.write('satp', (8n << 60n) | (ROOT >> 12n));
  hart.csr.write('mtvec', BASE);
  return machine;
}
const entry = ({ peek }: Bench, n: number): bigint => peek(LAST + BigInt(8 * n)) & 0x3ffn;

/** Runs one instruction with x5 = address; gives the exception it raised, if any. */
function attempt(
  machine: Bench,
  mode: Mode,
  instruction: number,
  address: bigint,
): { cause: number; tval: bigint } | undefined {
  const { hart, code } = machine;
  code(PAGES + 0xf000n, instruction);
  code(PAGES + 0xe000n, instruction);
  code(BASE, instruction);
  hart.pc = mode === 'M' ? BASE : mode === 'S' ? CODE : CODE - 0x1000n;
  hart.mode = mode;
  hart.setX(5, address);
  const before = hart.trapped;
  hart.run(1);
  if (hart.trapped === before) return undefined;
  return { cause: Number(hart.csr.read('mcause')), tval: hart.csr.read('mtval') };
}
const load = word('ld', { rd: 6, rs1: 5, imm: 0 });
const store = word('sd', { rs2: 7, rs1: 5, imm: 0 });
const amo = word('amoadd.d', { rd: 6, rs1: 5, rs2: 7 });
const jump = word('jalr', { rd: 0, rs1: 5, imm: 0 });

const SUM = 1n << 18n, MXR = 1n << 19n, MPRV = 1n << 17n; // prettier-ignore

describe('the exception is that of the access', () => {
  test('page faults', () => {
    const machine = mapped([0n]);
    expect(attempt(machine, 'S', load, VA)).toEqual({ cause: Exception.loadPageFault, tval: VA });
    expect(attempt(machine, 'S', store, VA)).toEqual({ cause: Exception.storePageFault, tval: VA });
    expect(attempt(machine, 'S', amo, VA)).toEqual({ cause: Exception.storePageFault, tval: VA });
    attempt(machine, 'S', jump, VA);
    machine.hart.run(1);
    expect([machine.hart.csr.read('mcause'), machine.hart.csr.read('mtval')]).toEqual([12n, VA]);
  });

  test('a table outside memory is an access fault of the original type', () => {
    const machine = mapped([0n]);
    machine.poke(MIDDLE + 2n * 8n, ppn(0x1000n) | V);
    machine.poke(MIDDLE + 3n * 8n, ppn(LAST) | V); // code, one 2 MiB further
    const run = (instruction: number): unknown => {
      machine.code(PAGES + 0xf000n, instruction);
      machine.hart.pc = CODE + 0x20_0000n;
      machine.hart.mode = 'S';
      machine.hart.setX(5, VA);
      machine.hart.run(1);
      return machine.hart.csr.read('mcause');
    };
    expect([run(load), run(store), run(amo)]).toEqual([5n, 7n, 7n]);
  });
});

describe('whose rights count', () => {
  const userPage = [V | R | W | U | A | D];

  test('S-mode needs SUM for pages of U-mode, and never executes them', () => {
    const machine = mapped(userPage);
    expect(attempt(machine, 'S', load, VA)?.cause).toBe(Exception.loadPageFault);
    machine.hart.csr.write('mstatus', SUM);
    expect(attempt(machine, 'S', load, VA)).toBeUndefined();
    attempt(machine, 'S', jump, CODE - 0x1000n);
    machine.hart.run(1);
    expect(machine.hart.csr.read('mcause')).toBe(12n);
  });

  test('U-mode may not touch pages of S-mode', () => {
    const machine = mapped([V | R | W | A | D]);
    expect(attempt(machine, 'U', load, VA)?.cause).toBe(Exception.loadPageFault);
    expect(attempt(mapped(userPage), 'U', load, VA)).toBeUndefined();
  });

  test('MXR lets loads read executable pages', () => {
    const machine = mapped([V | X | A]);
    expect(attempt(machine, 'S', load, VA)?.cause).toBe(Exception.loadPageFault);
    machine.hart.csr.write('mstatus', MXR);
    expect(attempt(machine, 'S', load, VA)).toBeUndefined();
    expect(attempt(machine, 'S', store, VA)?.cause).toBe(Exception.storePageFault);
  });

  test('with MPRV loads and stores of M-mode have the rights of MPP, fetches not', () => {
    const machine = mapped(userPage);
    machine.poke(PAGES, 0x1234n);
    machine.hart.csr.write('mstatus', MPRV); // MPP = U
    expect(attempt(machine, 'M', load, VA)).toBeUndefined(); // the fetch was at a physical address
    expect(machine.hart.x[6]).toBe(0x1234n);
    machine.hart.csr.write('mstatus', MPRV | (1n << 11n)); // MPP = S
    expect(attempt(machine, 'M', load, VA)?.cause).toBe(Exception.loadPageFault);
    machine.hart.csr.write('mstatus', MPRV | (3n << 11n)); // MPP = M
    expect(attempt(machine, 'M', load, PAGES)).toBeUndefined();
  });

  test('MPRV does nothing outside M-mode', () => {
    const machine = mapped([V | R | A]);
    machine.hart.csr.write('mstatus', MPRV | (3n << 11n));
    expect(attempt(machine, 'S', load, VA)).toBeUndefined();
  });
});

describe('A and D', () => {
  test('are set by hardware: A by any access, D by a store', () => {
    const machine = mapped([V | R | W, V | R | W]);
    attempt(machine, 'S', load, VA);
    expect(entry(machine, 0)).toBe(V | R | W | A);
    attempt(machine, 'S', store, VA + 0x1000n);
    expect(entry(machine, 1)).toBe(V | R | W | A | D);
  });

  test('are page faults with svade', () => {
    const machine = mapped([V | R | W, V | R | W | A], { isa: parseIsa('rv64imac_svade') });
    expect(attempt(machine, 'S', load, VA)?.cause).toBe(Exception.loadPageFault);
    expect(attempt(machine, 'S', load, VA + 0x1000n)).toBeUndefined();
    expect(attempt(machine, 'S', store, VA + 0x1000n)?.cause).toBe(Exception.storePageFault);
    expect([entry(machine, 0), entry(machine, 1)]).toEqual([V | R | W, V | R | W | A]);
  });

  test('are not set by an access that is not allowed', () => {
    const machine = mapped([V | R]);
    attempt(machine, 'S', store, VA);
    expect(entry(machine, 0)).toBe(V | R);
  });
});

describe('PMP on the way', () => {
  /** Entry 0 covers one 4 KiB page without rights for S, entry 1 the rest. */
  function without(page: bigint, rights: bigint, flags: bigint): Bench {
    const machine = mapped([flags]);
    machine.hart.csr.write('pmpaddr0', (page >> 2n) | 0x1ffn);
    machine.hart.csr.write('pmpaddr1', (1n << 54n) - 1n);
    machine.hart.csr.write('pmpcfg0', 0x1f00n | 0x18n | rights);
    return machine;
  }

  test('guards the page itself', () => {
    expect(attempt(without(PAGES, 0n, V | R | W | A | D), 'S', load, VA)).toEqual({ cause: 5, tval: VA });
    expect(attempt(without(PAGES, 1n, V | R | W | A | D), 'S', store, VA)).toEqual({ cause: 7, tval: VA });
  });

  test('guards reading the table', () => {
    const machine = without(LAST, 0n, V | R | W | A | D);
    machine.hart.mode = 'S';
    machine.hart.pc = CODE;
    machine.hart.run(1);
    expect([machine.hart.csr.read('mcause'), machine.hart.csr.read('mtval')]).toEqual([1n, CODE]);
  });

  test('guards setting A and D', () => {
    const machine = without(LAST, 1n, V | R | W | A); // the table may be read
    expect(attempt(machine, 'S', load, VA)).toBeUndefined();
    expect(attempt(machine, 'S', store, VA)).toEqual({ cause: 7, tval: VA });
  });
});

describe('accesses across two pages', () => {
  const both = [V | R | W | A | D, V | R | W | A | D];

  test('reach both pages, wherever these are', () => {
    const machine = mapped(both);
    const { poke, peek, hart } = machine;
    poke(LAST, ppn(PAGES + 0x5000n) | both[0]); // virtual 0 -> physical 5, virtual 1 -> physical 1
    poke(PAGES + 0x5ff8n, 0x1122_3344_0000_0000n);
    poke(PAGES + 0x1000n, 0x0000_0000_5566_7788n);
    expect(attempt(machine, 'S', load, VA + 0xffcn)).toBeUndefined();
    expect(hart.x[6]).toBe(0x5566_7788_1122_3344n);
    hart.setX(7, 0x0102_0304_0506_0708n);
    expect(attempt(machine, 'S', store, VA + 0xffdn)).toBeUndefined();
    expect([peek(PAGES + 0x5ff8n), peek(PAGES + 0x1000n)]).toEqual([0x0607_0844_0000_0000n, 0x0000_0001_0203_0405n]);
  });

  test('report the page that faults, and store nothing then', () => {
    const machine = mapped([both[0], 0n]);
    machine.hart.setX(7, 0xffff_ffff_ffff_ffffn);
    expect(attempt(machine, 'S', load, VA + 0xffcn)).toEqual({ cause: 13, tval: VA + 0x1000n });
    expect(attempt(machine, 'S', store, VA + 0xffcn)).toEqual({ cause: 15, tval: VA + 0x1000n });
    expect(machine.peek(PAGES + 0xff8n)).toBe(0n);
    expect(attempt(mapped([0n, both[0]]), 'S', store, VA + 0xffcn)).toEqual({ cause: 15, tval: VA + 0xffcn });
  });

  test('an instruction across two pages faults at its second half', () => {
    const machine = mapped([V | X | A, 0n]);
    machine.poke(PAGES + 0xffen, 0x0003n, 2);
    machine.hart.mode = 'S';
    machine.hart.pc = VA + 0xffen;
    machine.hart.run(1);
    const { csr } = machine.hart;
    expect([csr.read('mcause'), csr.read('mtval'), csr.read('mepc')]).toEqual([12n, VA + 0x1000n, VA + 0xffen]);
  });
});

test('Sv48 and Sv57 translate, and unmapped bits must be a sign extension', () => {
  for (const [mode, levels] of [
    [9n, 4],
    [10n, 5],
  ] as const) {
    const machine = bench();
    openMemory(machine.hart);
    for (let level = 0; level < levels - 1; level++)
      machine.poke(ROOT + BigInt(level) * 0x1000n, ppn(ROOT + BigInt(level + 1) * 0x1000n) | V);
    machine.poke(ROOT + BigInt(levels - 1) * 0x1000n, ppn(PAGES) | V | R | A);
    machine.poke(PAGES + 8n, 0xabcdn);
    machine.hart.csr.write('satp', (mode << 60n) | (ROOT >> 12n));
    machine.hart.mode = 'S';
    expect(machine.hart.load(8n, 8)).toBe(0xabcdn);
    expect(() => machine.hart.load(1n << 60n, 8)).toThrow(expect.objectContaining({ cause: 13, tval: 1n << 60n }));
  }
});
