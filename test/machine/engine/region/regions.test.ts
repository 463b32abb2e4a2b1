/** Regions where random programs seldom come: loops of all kinds, calls, limits on their number and size, pages mapped twice, several harts. */
import { Interpreter } from '../../../../src/machine/engine/interpret';
import { DecodedPages } from '../../../../src/machine/engine/pages';
import { POLICY, type Policy } from '../../../../src/machine/engine/region/policy';
import { Regions } from '../../../../src/machine/engine/region/regions';
import { Hart } from '../../../../src/machine/hart/hart';
import { assemble, encode, FULL_ISA, rowByName } from '../../../../src/machine/isa';
import { PteBit } from '../../../../src/machine/mmu/pte';
import { BASE, bench, openMemory, type Bench } from '../../hart/bench-hart';
import { pte } from '../../mmu/entries';

const [A0, A1, A2, S0] = [10, 11, 12, 8];

interface Computer extends Bench {
  readonly regions: Regions;
  /** A hart that shares memory, decoded instructions and regions with the first. */
  anotherHart(): Hart;
}

/** `source` at the start of RAM, and compiled almost at once. */
function computer(source: string, policy: Partial<Policy> = {}): Computer {
  let regions: Regions | undefined;
  let pages: DecodedPages | undefined;
  const executor = (hart: Hart): Interpreter => {
    pages ??= new DecodedPages(hart.memory, FULL_ISA);
    regions ??= new Regions(hart.memory, pages, { ...POLICY, threshold: 4, warm: 1, ...policy });
    return new Interpreter(hart, pages, regions);
  };
  const made = bench({ executor });
  load(made, source);
  const { memory, bus, timer } = made;
  const anotherHart = (): Hart => new Hart({ id: 1, memory, bus, timer, executor, resetVector: BASE });
  return { ...made, regions: regions!, anotherHart };
}

function load({ poke }: Bench, source: string, at = BASE): void {
  assemble(source, { origin: at }).bytes.forEach((byte, i) => poke(at + BigInt(i), BigInt(byte), 1));
}

/** Runs to the instruction at `end`, a jump to itself, by budgets that cut the run everywhere. */
function runTo({ hart }: Bench, end: bigint): void {
  for (let budget = 1; hart.pc !== end; budget = (budget * 7) % 101) {
    hart.run(budget);
    if (hart.begun > 1_000_000) throw new Error('the program does not end');
  }
}

/** The address of `end:`, the last instruction of the source. */
const endOf = (source: string): bigint => BASE + BigInt(assemble(source, { origin: BASE }).bytes.length - 4);

const LOOP_IN_LOOP = `
        li    a1, 50
outer:  li    a2, 20
inner:  addi  a0, a0, 1
        addi  a2, a2, -1
        bnez  a2, inner
        addi  a0, a0, 100
        addi  a1, a1, -1
        bnez  a1, outer
end:    jal   zero, end`;

describe('what is compiled does what the instructions say', () => {
  it('a loop in a loop, stopped anywhere', () => {
    const made = computer(LOOP_IN_LOOP);
    runTo(made, endOf(LOOP_IN_LOOP));
    expect(made.hart.x[A0]).toBe(50n * 120n);
    expect(made.regions.size.regions).toBeGreaterThanOrEqual(1);
  });

  it('a loop that is left and entered in the middle', () => {
    const source = `
              li    a1, 100
              j     middle
      head:   addi  a0, a0, 1
      middle: addi  a0, a0, 10
              addi  a1, a1, -1
              andi  a2, a1, 7
              beqz  a2, out
      back:   bnez  a1, head
      end:    jal   zero, end
      out:    addi  a0, a0, 1000
              j     back`;
    const made = computer(source);
    runTo(made, BASE + 32n);
    expect(made.hart.x[A0]).toBe(99n + 1000n + 13n * 1000n);
  });

  it('a function that calls itself', () => {
    const source = `
              auipc sp, 16
              li    a0, 12
              call  fib
      end:    jal   zero, end
      fib:    sltiu t0, a0, 2
              bnez  t0, small
              addi  sp, sp, -24
              sd    ra, 0(sp)
              sd    a0, 8(sp)
              addi  a0, a0, -1
              call  fib
              ld    t1, 8(sp)
              sd    a0, 16(sp)
              addi  a0, t1, -2
              call  fib
              ld    t1, 16(sp)
              add   a0, a0, t1
              ld    ra, 0(sp)
              addi  sp, sp, 24
      small:  ret`;
    const made = computer(source);
    runTo(made, assemble(source, { origin: BASE }).symbols.get('end')!);
    expect(made.hart.x[A0]).toBe(144n);
  });

  it('a trap in the middle of a block leaves it exactly there', () => {
    const made = computer(`
      loop:  addi  a0, a0, 1
             addi  a1, a1, 1
             ld    a3, 0(s0)
             addi  a2, a2, 1
             j     loop`);
    const { hart } = made;
    hart.setX(S0, BASE + 0x8000n);
    hart.run(1000);
    hart.setX(S0, 0n); // nothing answers there
    hart.nativeMode = 'M';
    hart.csr.write('mepc', hart.pc);
    openMemory(hart);
    hart.csr.write('mstatus', 3n << 11n);
    expect(hart.run(1000)).toEqual({ why: 'trap', to: 'M' });
    expect(hart.csr.read('mepc')).toBe(BASE + 8n);
    expect([hart.x[A0], hart.x[A1], hart.x[A2]]).toEqual([201n, 201n, 200n]);
    expect(hart.begun).toBe(1003);
  });
});

it('under two-stage translation, loads and stores that hit the TLB stay in the region', () => {
  const made = computer(`
    loop:  ld   a1, 0(s0)
           addi a1, a1, 3
           sd   a1, 0(s0)
           j    loop`);
  const { hart, poke, peek } = made;
  const GIGAPAGE = BASE >> 30n;
  poke(
    BASE + 0x4000n + 8n * GIGAPAGE,
    pte(BASE, PteBit.V | PteBit.R | PteBit.W | PteBit.X | PteBit.U | PteBit.A | PteBit.D),
  );
  openMemory(hart);
  hart.csr.write('hgatp', (8n << 60n) | ((BASE + 0x4000n) >> 12n)); // Sv39x4: guest physical addresses are physical ones
  hart.setX(S0, BASE + 0x9000n);
  hart.mode = 'VS';
  hart.run(400);
  expect(made.regions.size.regions).toBe(1);
  const walks = jest.spyOn(hart.mmu, 'find');
  hart.run(4000);
  expect(walks).not.toHaveBeenCalled();
  expect(hart.mode).toBe('VS');
  expect(peek(BASE + 0x9000n)).toBe(1100n * 3n);
});

describe('what becomes hot later', () => {
  const ROUNDS = 1000n;
  const BEFORE = 100n;
  /** A loop of 4 instructions and `fillers` more; with a2 not 0, it goes by way of `other`, of 4, and an indirect jump to s0. */
  const source = (fillers: number): string => `
      loop:  addi  a0, a0, 1
             ${'addi a3, a3, 1;'.repeat(fillers)}
             bnez  a2, other
             addi  a1, a1, -1
             bnez  a1, loop
      end:   jal   zero, end
      other: addi  a0, a0, 100
             addi  a1, a1, -1
             beqz  a1, end
             jalr  ra, 0(s0)`;

  it.each([
    { fillers: 8, what: 'little has a region of its own, from which and to which jumps lead', regions: 2 },
    { fillers: 0, what: 'much is compiled together with what there is', regions: 1 },
  ])('$what', ({ fillers, regions }) => {
    const made = computer(source(fillers));
    const { hart } = made;
    hart.setX(S0, BASE);
    hart.setX(A1, ROUNDS);
    hart.run((4 + fillers) * Number(BEFORE));
    expect(made.regions.size).toEqual({ instructions: 4 + fillers, regions: 1 });
    hart.setX(A2, 1n);
    hart.run((6 + fillers) * Number(ROUNDS - BEFORE));
    expect(made.regions.size).toEqual({ instructions: 8 + fillers, regions });
    const end = BASE + 4n * BigInt(4 + fillers);
    expect([hart.x[A0], hart.x[A1], hart.pc]).toEqual([BEFORE + (ROUNDS - BEFORE) * 101n, 0n, end]);
  });
});

describe('a region belongs to a physical page', () => {
  it('one that is mapped twice has one, which knows where it is', () => {
    const made = computer(`
      loop:  auipc a1, 0
             addi  a0, a0, 1
             jal   ra, next
      next:  j     loop`);
    const { hart, poke } = made;
    const { V, R, W, X, A, D } = PteBit;
    const [root, middle, leaf] = [0x3000n, 0x4000n, 0x5000n].map((offset) => BASE + offset);
    poke(root + 8n * 2n, pte(middle, V));
    poke(middle, pte(leaf, V));
    for (const page of [0n, 9n]) poke(leaf + 8n * page, pte(BASE, V | R | W | X | A | D));
    openMemory(hart);
    hart.csr.write('satp', (8n << 60n) | (root >> 12n));
    for (const address of [BASE, BASE + 0x9000n, BASE]) {
      hart.csr.write('mstatus', 1n << 11n);
      hart.csr.write('mepc', address);
      hart.returnFrom('M');
      hart.run(400);
      expect([hart.x[A1], hart.x[1], hart.pc]).toEqual([address, address + 12n, address]);
    }
    expect(hart.x[A0]).toBe(300n);
    expect(made.regions.size.regions).toBe(1);
  });

  it('all harts share it, each with its own registers', () => {
    const made = computer('loop: addi a0, a0, 1; add a1, a1, a2; j loop');
    const other = made.anotherHart();
    other.pc = BASE;
    made.hart.setX(A2, 2n);
    other.setX(A2, 5n);
    for (let round = 1n; round <= 20n; round++) {
      made.hart.run(30);
      other.run(60);
      expect([made.hart.x[A0], made.hart.x[A1]]).toEqual([10n * round, 20n * round]);
      expect([other.x[A0], other.x[A1]]).toEqual([20n * round, 100n * round]);
    }
    expect(made.regions.size.regions).toBe(1);
  });

  it('a store to its instructions takes effect at once, also from within', () => {
    const made = computer(`
      loop:  addi  a0, a0, 1
             addi  a1, a1, -1
             bnez  a1, loop
             sw    a2, 0(s0)
             li    a1, 100
             j     loop`);
    const { hart } = made;
    hart.setX(A1, 100n);
    hart.setX(A2, BigInt(encode(rowByName('addi'), { rd: A0, rs1: A0, imm: 10 }) >>> 0));
    hart.setX(S0, BASE);
    hart.run(303 + 300);
    expect(hart.x[A0]).toBe(100n + 1000n);
  });
});

describe('code memory is bounded', () => {
  const PAGES = 24;
  const LAPS = 8;
  /** Each page has a loop of 20 rounds, and a jump to the next page; the last one to the first. */
  const page = (number: number): string => `
             li    a1, 20
      loop:  addi  a0, a0, ${number}
             addi  a1, a1, -1
             bnez  a1, loop
             j     . + ${number === PAGES ? -0x1000 * (PAGES - 1) - 16 : 0x1000 - 16}`;
  const perLap = (1 + 60 + 1) * PAGES;
  const sum = BigInt((20 * PAGES * (PAGES + 1)) / 2);

  function run(policy: Partial<Policy>): { most: { instructions: number; regions: number }; sum: bigint } {
    const made = computer(page(1), policy);
    for (let number = 2; number <= PAGES; number++) load(made, page(number), BASE + 0x1000n * BigInt(number - 1));
    const most = { instructions: 0, regions: 0 };
    for (let left = LAPS * perLap; left > 0; left -= 13) {
      made.hart.run(Math.min(13, left));
      most.instructions = Math.max(most.instructions, made.regions.size.instructions);
      most.regions = Math.max(most.regions, made.regions.size.regions);
    }
    return { most, sum: made.hart.x[A0] };
  }

  it('without a limit that matters, all of each page is compiled', () => {
    const { most, sum: reached } = run({});
    expect(most.regions).toBeGreaterThanOrEqual(PAGES);
    expect(most.instructions).toBeGreaterThanOrEqual(PAGES * 5);
    expect(reached).toBe(BigInt(LAPS) * sum);
  });

  it('in instructions', () => {
    const { most, sum: reached } = run({ mostInstructions: 21 });
    expect(most.instructions).toBeGreaterThan(10);
    expect(most.instructions).toBeLessThanOrEqual(21);
    expect(reached).toBe(BigInt(LAPS) * sum);
  });

  it('in regions', () => {
    const { most, sum: reached } = run({ mostRegions: 3 });
    expect(most.regions).toBe(3);
    expect(reached).toBe(BigInt(LAPS) * sum);
  });

  it('those that are not entered any more make room for others', () => {
    const made = computer('loop: addi a0, a0, 1; j loop', { mostRegions: 2 });
    const at = (number: number): bigint => BASE + 0x1000n * BigInt(number);
    for (let number = 1; number < 6; number++) load(made, 'loop: addi a0, a0, 1; j loop', at(number));
    const counts: number[] = [];
    for (let number = 0; number < 6; number++) {
      made.hart.pc = at(number);
      for (let i = 0; i < 300_000; i += 1000) made.hart.run(1000);
      counts.push(made.regions.size.regions);
    }
    expect(counts).toEqual([1, 2, 1, 2, 1, 2]); // the third takes the place of both that were not entered since it asked first
  });
});
