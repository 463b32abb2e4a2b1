/** Address spaces with ASIDs keep U-mode's translations while others run (Privileged, "Supervisor Address Translation and Protection Register"); what fences and stores do to them. */
import { createMachine, encode, PteBit, rowByName, enterSupervisor } from '#machine';

const BASE = 0x8000_0000;
const { V, R, W, X, U, A, D } = PteBit;
const LEAF = V | R | W | X | U | A | D;
/** Virtual: the program, and a page that each address space has elsewhere. */
const [CODE_AT, DATA_AT] = [0x1000n, 0x2000n];
const CODE = BASE + 0x1000;
const ECALL = 0x73;
const load = encode(rowByName('ld'), { rd: 10, rs1: 11, imm: 0 });
const store = encode(rowByName('sd'), { rs1: 11, rs2: 12, imm: 0 });
const li = (value: number): number => encode(rowByName('addi'), { rd: 10, rs1: 0, imm: value });
const jump = encode(rowByName('jalr'), { rd: 0, rs1: 13, imm: 0 });

/** The program in U-mode, in address spaces that are named by number, from 0 on; `data` is the physical page of each. */
function world(engine: 'interpret' | 'compile', ...words: readonly number[]) {
  const machine = createMachine({ ramBytes: 2 ** 20, nativeMode: 'S', engine });
  const { ram } = machine;
  const [hart] = machine.harts;
  enterSupervisor(hart);
  [...words, ECALL].forEach((word, i) => ram.write(CODE + 4 * i, 4, BigInt(word)));
  const root = (space: number): number => BASE + 0x10000 + 0x4000 * space;
  const set = (at: number, to: number, bits: number): void => ram.write(at, 8, (BigInt(to) >> 2n) | BigInt(bits));
  const data = (space: number): number => root(space) + 0x3000;
  const build = (space: number): void => {
    set(root(space), root(space) + 0x1000, V);
    set(root(space) + 0x1000, root(space) + 0x2000, V);
    set(root(space) + 0x2008, CODE, LEAF);
    set(root(space) + 0x2010, data(space), LEAF);
    ram.write(data(space), 8, BigInt(100 + space));
  };
  for (let space = 0; space < 12; space++) build(space);
  hart.setX(11, DATA_AT);

  /** Runs the program in a space and gives a0, and the page-table entries that the hart read for it. */
  const run = (space: number, asid = space + 1): { a0: bigint; references: number } => {
    hart.csr.write('satp', (8n << 60n) | (BigInt(asid) << 44n) | BigInt(root(space) / 4096));
    hart.mode = 'U';
    hart.pc = CODE_AT;
    const before = hart.mmu.references;
    expect(hart.run(100)).toEqual({ why: 'trap', to: 'S' });
    expect(hart.csr.read('scause')).toBe(8n);
    return { a0: hart.x[10], references: hart.mmu.references - before };
  };
  const map = (space: number, page: number): void => set(root(space) + 0x2010, page, LEAF);
  return { hart, ram, run, map, data };
}

describe.each(['interpret', 'compile'] as const)('ASIDs (%s)', (engine) => {
  test('what an address space has translated is there when it comes back, and is its own', () => {
    const { run } = world(engine, load);
    expect(run(0)).toEqual({ a0: 100n, references: 6 });
    expect(run(1)).toEqual({ a0: 101n, references: 6 });
    expect(run(0)).toEqual({ a0: 100n, references: 0 });
    expect(run(1)).toEqual({ a0: 101n, references: 0 });
  });

  test('whoever looks sees what is cached: for whom, which access, and which page lies behind', () => {
    const { hart, run, data } = world(engine, load, store);
    run(0);
    run(1);
    const space = (asid: number) =>
      (['load', 'store', 'fetch'] as const).map((access) => ({
        mode: 'U',
        asid,
        access,
        page: access === 'fetch' ? CODE_AT : DATA_AT,
        physical: access === 'fetch' ? CODE : data(asid - 1),
      }));
    expect(hart.executor.translations()).toEqual([...space(1), ...space(2)]);
  });

  test('the same table under another ASID is another address space', () => {
    const { run } = world(engine, load);
    run(0, 1);
    expect(run(0, 2)).toEqual({ a0: 100n, references: 6 });
  });

  test('another table under the same ASID is another address space too: no software has to know that', () => {
    const { run } = world(engine, load);
    run(0, 1);
    expect(run(1, 1).a0).toBe(101n);
  });

  test('with ASID 0, a write of satp drops all: software without ASIDs may do without a fence', () => {
    const { run, map, data } = world(engine, load);
    run(0, 0);
    map(0, data(5));
    expect(run(0, 0)).toEqual({ a0: 105n, references: 6 });
  });

  test.each([
    ['for everything', undefined],
    ['for the page', DATA_AT],
  ])('a fence %s reaches address spaces that are not in satp', (_, page) => {
    const { hart, run, map, data } = world(engine, load);
    run(0);
    run(1);
    map(0, data(5));
    if (page === undefined) hart.executor.forgetTranslations('host');
    else hart.executor.forgetTranslations('host', Number(page), 0);
    expect(run(0).a0).toBe(105n);
  });

  test('more address spaces than banks: each finds its own, and the last ones are still there', () => {
    const { run } = world(engine, load);
    for (const space of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 5]) expect(run(space).a0).toBe(BigInt(100 + space));
    expect(run(11)).toEqual({ a0: 111n, references: 0 });
    expect(run(6).references).toBe(6);
  });

  test('a page that one of them writes becomes code in another one: the next write is noticed', () => {
    const { hart, ram, run, map, data } = world(engine, store, jump);
    hart.setX(12, BigInt(li(7)) | (BigInt(ECALL) << 32n));
    hart.setX(13, CODE_AT + 8n); // an ecall
    run(0);
    map(1, data(0));
    ram.write(CODE, 4, BigInt(li(0)));
    hart.setX(13, DATA_AT);
    expect(run(1).a0).toBe(7n);
    ram.write(CODE, 4, BigInt(store));
    hart.setX(12, BigInt(li(9)) | (BigInt(ECALL) << 32n));
    hart.setX(13, CODE_AT + 8n);
    run(0);
    ram.write(CODE, 4, BigInt(li(0)));
    hart.setX(13, DATA_AT);
    expect(run(1).a0).toBe(9n);
  });
});
