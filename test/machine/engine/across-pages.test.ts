/** An instruction of which the second half is in the next page: decoded once, and anew whenever what it was made of may have changed. */
import { compiler, interpreter } from '../../../src/machine/engine/interpret';
import { FULL_ISA, assemble, encode, rowByName } from '../../../src/machine/isa';
import { PteBit } from '../../../src/machine/mmu/pte';
import { BASE, bench, openMemory, type Bench } from '../hart/bench-hart';
import { pte } from '../mmu/entries';

const { V, R, W, X, A, D } = PteBit;
const PAGE = 0x1000n;
/** The last halfword of the first page. */
const ACROSS = BASE + PAGE - 2n;
const BEHIND = ACROSS + 4n;

const addi = (imm: number): number => encode(rowByName('addi'), { rd: 10, rs1: 10, imm });

/** Runs `addi a0, a0, 1` across two pages, then jumps back to it, for ever. */
function computer(): Bench {
  const computer = bench({ executor: (hart) => interpreter(hart.memory)(hart) });
  put(computer, ACROSS, addi(1));
  computer.code(BEHIND, encode(rowByName('jal'), { rd: 0, imm: -4 }));
  computer.hart.pc = ACROSS;
  return computer;
}

/** By halves, as it is not aligned. */
function put({ poke }: Bench, at: bigint, word: number): void {
  poke(at, BigInt(word & 0xffff), 2);
  poke(at + 2n, BigInt(word >>> 16), 2);
}

it('runs again and again', () => {
  const { hart } = computer();
  hart.run(2000);
  expect(hart.x[10]).toBe(1000n);
  expect(hart.pc).toBe(ACROSS);
});

it.each([
  ['its second half', BASE + PAGE, BigInt(addi(64) >>> 16), 64n],
  ['its first half', ACROSS, BigInt(encode(rowByName('addi'), { rd: 10, rs1: 10, imm: 1 }) & 0xffff) ^ 0x80n, 0n],
])('a store to %s counts at once', (_, at, value, step) => {
  const { hart, poke } = computer();
  hart.run(2000);
  poke(at, value, 2); // the other first half is addi a1, a0, 1
  hart.run(200);
  expect(hart.x[10]).toBe(1000n + 100n * step);
});

describe('another page behind it means another instruction', () => {
  const SECOND = BASE + 0x8000n;

  /** The computer, and how to map a page behind the first one and to go on behind the instruction, so that the page is known. */
  function translated(): { computer: Bench; goOnWith: (physical: bigint) => void } {
    const made = computer();
    const { hart, poke } = made;
    poke(SECOND, BigInt(addi(64) >>> 16), 2);
    put(made, SECOND + 2n, encode(rowByName('jal'), { rd: 0, imm: -4 }));
    const [root, middle, leaf] = [0x3000n, 0x4000n, 0x5000n].map((offset) => BASE + offset);
    poke(root + 8n * 2n, pte(middle, V));
    poke(middle, pte(leaf, V));
    poke(leaf, pte(BASE, V | R | W | X | A | D));
    openMemory(hart);
    const goOnWith = (physical: bigint): void => {
      poke(leaf + 8n, pte(physical, V | R | W | X | A | D));
      hart.csr.write('satp', (8n << 60n) | (root >> 12n));
      hart.csr.write('mstatus', 1n << 11n);
      hart.csr.write('mepc', BEHIND);
      hart.returnFrom('M');
      hart.run(200);
    };
    return { computer: made, goOnWith };
  }

  it('when it is mapped there', () => {
    const { computer, goOnWith } = translated();
    goOnWith(BASE + PAGE);
    expect(computer.hart.x[10]).toBe(100n);
    goOnWith(SECOND);
    expect(computer.hart.x[10]).toBe(100n + 6400n);
    goOnWith(BASE + PAGE);
    expect(computer.hart.x[10]).toBe(200n + 6400n);
  });

  it('also when it has got the slot that the other one had', () => {
    const { computer, goOnWith } = translated();
    goOnWith(BASE + PAGE);
    computer.poke(BEHIND, computer.peek(BEHIND, 4), 4);
    goOnWith(SECOND);
    expect(computer.hart.x[10]).toBe(100n + 6400n);
  });
});

it('a loop over the border of pages, part of it in a region, does what it should', () => {
  const policy = { threshold: 4, warm: 1, mostInstructions: 1000, mostRegions: 8 };
  const computer = bench({ executor: (hart) => compiler(hart.memory, FULL_ISA, policy)(hart) });
  const start = ACROSS - 4n; // addi a1, a1, 1; addi a0, a0, 1 across; jump to the first
  assemble('addi a1, a1, 1', { origin: start }).bytes.forEach((byte, i) =>
    computer.poke(start + BigInt(i), BigInt(byte), 1),
  );
  put(computer, ACROSS, addi(1));
  computer.code(BEHIND, encode(rowByName('jal'), { rd: 0, imm: -8 }));
  computer.hart.pc = start;
  for (let run = 1; run <= 100; run++) {
    computer.hart.run(7);
    expect(computer.hart.x[11]).toBe(BigInt(Math.ceil((run * 7) / 3)));
    expect(computer.hart.x[10]).toBe(BigInt(Math.ceil((run * 7 - 1) / 3)));
  }
});
