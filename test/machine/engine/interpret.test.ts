/** The interpreter where random programs seldom come: code that is overwritten in odd ways, more code than slots, several harts, exact budgets. */
import { createMachine } from '../../../src/machine';
import { interpreter } from '../../../src/machine/engine/interpret';
import { SLOTS } from '../../../src/machine/engine/layout';
import { assemble, rowByName, encode } from '../../../src/machine/isa';
import { PteBit } from '../../../src/machine/mmu/pte';
import { BASE, bench, openMemory, type Bench } from '../hart/bench-hart';
import { pte } from '../mmu/entries';

const { V, R, W, X, A, D } = PteBit;

function computer(source: string): Bench {
  const computer = bench({ executor: (hart) => interpreter(hart.memory)(hart) });
  load(computer, source);
  return computer;
}

function load({ poke }: Bench, source: string, at = BASE): void {
  assemble(source, { origin: at }).bytes.forEach((byte, i) => poke(at + BigInt(i), BigInt(byte), 1));
}

const addi = (rd: number, imm: number): bigint => BigInt(encode(rowByName('addi'), { rd, rs1: rd, imm }));

describe('budgets are exact', () => {
  const LOOP = `
    loop: addi a0, a0, 1
          c.addi a1, 1
          beqz a2, even
          c.nop
    even: j loop`;

  it.each([1, 2, 3, 4, 5, 7, 1000])('runs of %d instructions', (budget) => {
    const { hart } = computer(LOOP);
    for (let run = 1; run <= 20; run++) {
      expect(hart.run(budget)).toEqual({ why: 'budget' });
      expect(hart.begun).toBe(run * budget);
      // Four instructions a round: addi, c.addi, beqz, j.
      expect(hart.x[10]).toBe(BigInt(Math.ceil((run * budget) / 4)));
      expect(hart.x[11]).toBe(BigInt(Math.ceil((run * budget - 1) / 4)));
    }
  });

  it('a trap into native software ends the run at once, and counts', () => {
    const { hart } = computer('nop; nop; ecall; nop');
    openMemory(hart);
    hart.nativeMode = 'M';
    hart.csr.write('mepc', BASE);
    expect(hart.run(1000)).toEqual({ why: 'trap', to: 'M' });
    expect(hart.begun).toBe(3);
    expect(hart.csr.read('mepc')).toBe(BASE + 8n);
  });
});

describe('code that changes', () => {
  it('a store to an instruction of the running block takes effect at once', () => {
    const { hart } = computer(`
      la   t0, patched
      lw   t1, new
      sw   t1, 0(t0)
    patched:
      addi a0, a0, 1
      j    .
    new:
      addi a0, a0, 64`);
    hart.run(20);
    expect(hart.x[10]).toBe(64n);
  });

  it('memory written from outside, as devices and loaders do', () => {
    const { hart, poke } = computer('loop: addi a0, a0, 1; j loop');
    hart.run(10);
    poke(BASE, addi(10, 100), 4);
    hart.run(2);
    expect(hart.x[10]).toBe(105n);
  });

  it('a page that was written before it became code', () => {
    const page = BASE + 0x8000n;
    const { hart, poke } = computer(`
      sd   a1, 0x100(s0)       # makes a write entry
      jalr s0
      sw   a2, 0(s0)           # must be seen although the entry was there
      jalr s0
      j    .`);
    load({ poke } as Bench, 'addi a0, a0, 1; ret', page);
    hart.setX(8, page);
    hart.setX(12, addi(10, 10));
    hart.run(40);
    expect(hart.x[10]).toBe(11n);
  });

  it('a page that was written through two addresses before it became code', () => {
    const page = BASE + 0x8000n;
    const { hart, poke } = computer(`
      sd   a1, 0x100(s0)       # two write entries for one page
      sd   a1, 0x100(s1)
      jalr s2
      sw   a2, 0(s1)           # must be seen although the entry was there
      jalr s2
      sw   a3, 0(s0)
      jalr s2
      j    .`);
    load({ poke } as Bench, 'addi a0, a0, 1; ret', page);
    supervisor({ hart, poke }, [
      [0x8000, page],
      [0x9000, page],
      [0xa000, page],
    ]);
    const [first, second, code] = [0x8000n, 0x9000n, 0xa000n].map((offset) => BASE + offset);
    [first, second, code].forEach((address, i) => hart.setX([8, 9, 18][i], address));
    hart.setX(12, addi(10, 10));
    hart.setX(13, addi(10, 100));
    hart.run(40);
    expect(hart.x[10]).toBe(111n);
  });

  it('page-table bits that hardware sets in instructions which come next', () => {
    // The entry is also code. As c.addi a0, 2 its bits are V and X; setting A (bit 6) makes it c.addi a0, 18.
    const entry = 0x40n;
    const at = BASE + LEAF + 8n * entry;
    const { hart, poke, peek } = computer('nop');
    supervisor({ hart, poke }, []);
    load({ poke } as Bench, 'ld a1, 0(s0)', at - 4n);
    poke(at, pte(BASE + 0x1000n, V | X | (1 << 8)));
    expect(peek(at, 2)).toBe(BigInt(encode(rowByName('c.addi'), { rd: 10, imm: 2 })));
    hart.csr.write('mstatus', hart.csr.read('mstatus') | MXR);
    hart.setX(8, BASE + entry * 0x1000n);
    hart.pc = at - 4n;
    hart.run(2);
    expect(hart.x[10]).toBe(18n);
  });

  it('more pages of code than there are slots', () => {
    const pages = SLOTS + 200;
    const machine = createMachine({ ramBytes: (pages + 1) * 0x1000 });
    const [hart] = machine.harts;
    const toNextPage = BigInt(encode(rowByName('jal'), { rd: 0, imm: 0x1000 - 4 }));
    let sum = 0n;
    for (let page = 0; page < pages; page++) {
      const at = machine.ram.base + page * 0x1000;
      machine.ram.write(at, 8, (toNextPage << 32n) | addi(10, page & 1023)); // no page does what another does
      sum += BigInt(page & 1023);
    }
    for (let round = 1n; round <= 2n; round++) {
      hart.pc = BASE;
      machine.run(2 * pages);
      expect(hart.pc).toBe(BASE + BigInt(pages) * 0x1000n);
      expect(hart.x[10]).toBe(round * sum);
    }
  });

  it('code of one hart that another overwrites', () => {
    const machine = createMachine({ harts: 2 });
    const [first, second] = machine.harts;
    const source = `
      loop:  addi a0, a0, 1
             j    loop
      other: sw   a2, 0(s0)
             j    .`;
    machine.ram.copyIn(machine.ram.base, assemble(source).bytes);
    first.pc = BASE;
    second.pc = BASE + 8n;
    second.setX(8, BASE);
    second.setX(12, addi(10, 100));
    machine.run(40_000); // two turns for each, of 10,000 instructions
    expect(first.begun).toBe(20_000);
    expect(first.x[10]).toBe(5_000n + 500_000n);
  });
});

const ROOT = 0x3000n;
const MIDDLE = 0x4000n;
const LEAF = 0x5000n;
const MXR = 1n << 19n;

/** S-mode with RAM's first pages mapped one to one by 4 KiB pages, but for `changes`: offset -> physical address. */
function supervisor(
  { hart, poke }: Pick<Bench, 'hart' | 'poke'>,
  changes: readonly (readonly [number, bigint])[],
): void {
  poke(BASE + ROOT + 8n * 2n, pte(BASE + MIDDLE, V));
  poke(BASE + MIDDLE, pte(BASE + LEAF, V));
  const leaf = (offset: bigint, address: bigint): void =>
    poke(BASE + LEAF + 8n * (offset >> 12n), pte(address, V | R | W | X | A | D));
  for (let offset = 0n; offset < 0x10000n; offset += 0x1000n) leaf(offset, BASE + offset);
  for (const [offset, address] of changes) leaf(BigInt(offset), address);
  openMemory(hart);
  hart.csr.write('satp', (8n << 60n) | ((BASE + ROOT) >> 12n));
  hart.csr.write('mstatus', 1n << 11n);
  hart.csr.write('mepc', BASE);
  hart.returnFrom('M');
}
