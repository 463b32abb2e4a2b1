/** The course's own hart as a function from states to outcomes: one instruction in S- or U-mode, from a state that is set up anew each time. */
import { Hart, openExtensions, parseIsa, PhysicalMemory, stepper, type Executor } from '#machine';
import type { Outcome, State } from '../state';

const RAM_BASE = 0x8000_0000;
const RAM_BYTES = 0x1_0000;
/** Where P is 0. */
export const CODE = RAM_BASE + 0x1000;
/** The program's word; a1 points to it. */
export const DATA = RAM_BASE + 0x2000;
/** Root tables with one leaf of 1 GiB each, which maps RAM to itself: one for S-mode, one, with U set, for U-mode. */
const TABLES = [
  { at: RAM_BASE + 0x3000, leaf: 0xcfn },
  { at: RAM_BASE + 0x4000, leaf: 0xdfn },
];
/** satp for these: MODE 8, Sv39, and the table's page. */
export const [FOR_S, FOR_U] = TABLES.map(({ at }) => ({ satp: at / 4096, 'satp.high': 0x8000_0000 }));

/** Registers that a program of ours uses, and the supervisor's, by name. */
const REGISTERS = { a0: 10, a1: 11 } as const;
const CSRS = ['sstatus', 'sie', 'stvec', 'sscratch', 'sepc', 'scause', 'stval', 'scounteren', 'satp'] as const;
/** Those of more than 53 bits have their upper half in a place of its own: a0.high. */
const WIDE = new Set(['a0', 'satp']);

/** Access and page faults: instruction, load, store. */
const ABOUT_ADDRESSES = new Set([1, 5, 7, 12, 13, 15]);
const ALL = 2n ** 64n - 1n;

const low = (value: bigint): number => Number(value & 0xffff_ffffn);
const high = (value: bigint): number => Number(value >> 32n);

/** One hart of an ISA, whose traps all go to M-mode, where a monitor would be. */
export class RiscvHart {
  readonly #memory = new PhysicalMemory(RAM_BYTES);
  readonly #hart: Hart;
  /** What the TLB holds: 1, or 0 after something has emptied it. */
  #tlb = 0;

  constructor(isa: string) {
    this.#hart = new Hart({
      id: 0,
      isa: parseIsa(isa),
      memory: this.#memory,
      bus: { load: () => undefined, store: () => false, fetch: () => undefined },
      timer: { ticks: () => 0n, instructionsPassed: () => 0, compare: () => ALL, instructions: () => Infinity },
      executor: (hart) => this.#watched(stepper(hart)),
      resetVector: BigInt(CODE),
      nativeMode: 'M',
    });
    for (const { at, leaf } of TABLES) this.#poke(at + 2 * 8, (BigInt(RAM_BASE / 4096) << 10n) | leaf);
  }

  /** The stepping executor keeps no translations, but is told when to forget them. */
  #watched(executor: Executor): Executor {
    return { ...executor, forgetTranslations: () => (this.#tlb = 0) };
  }

  run(word: number, state: State): Outcome {
    this.#load(word, state);
    const stop = this.#hart.run(1);
    if (stop.why === 'trap') return this.#trapped(state);
    return { kind: 'completes', after: this.#state() };
  }

  #trapped(state: State): Outcome {
    const cause = Number(this.#hart.csr.read('mcause'));
    const kind = ABOUT_ADDRESSES.has(cause) ? 'memory-traps' : 'traps';
    return { kind, after: { ...state, M: 's', P: 0 }, why: `cause ${cause}` };
  }

  #load(word: number, { E, M, P, R }: State): void {
    const hart = this.#hart;
    hart.reset();
    hart.csr.write('mcounteren', ALL);
    hart.csr.write('mideleg', ALL); // sie holds what is delegated
    hart.csr.write('pmpaddr0', ALL);
    hart.csr.write('pmpcfg0', 0x1fn); // all of memory: R, W, X
    openExtensions(hart);
    for (const name of CSRS) hart.csr.write(name, valueOf(R, name));
    for (const [name, number] of Object.entries(REGISTERS)) hart.x[number] = valueOf(E, name);
    this.#poke(CODE + P, BigInt(word), 4);
    this.#poke(DATA, BigInt(E.word));
    hart.pc = BigInt(CODE + P);
    hart.mode = M === 's' ? 'S' : 'U';
    this.#tlb = R.tlb;
  }

  #state(): State {
    const { csr, x, mode, pc } = this.#hart;
    const E = Object.fromEntries(Object.entries(REGISTERS).flatMap(([name, number]) => placesOf(name, x[number])));
    const R = Object.fromEntries(CSRS.flatMap((name) => placesOf(name, csr.read(name))));
    const word = Number(this.#memory.read(this.#memory.linear(DATA, 8), 8));
    return {
      E: { ...E, word },
      M: mode === 'S' ? 's' : 'u',
      P: Number(pc) - CODE,
      R: { ...R, tlb: this.#tlb },
    };
  }

  #poke(address: number, value: bigint, size = 8): void {
    this.#memory.write(this.#memory.linear(address, size), size, value);
  }
}

function valueOf(values: State['R'], name: string): bigint {
  return BigInt(values[name]) + (WIDE.has(name) ? BigInt(values[`${name}.high`]) << 32n : 0n);
}

function placesOf(name: string, value: bigint): [string, number][] {
  // sstatus.UXL, in its upper half, is fixed: nothing that could differ.
  if (!WIDE.has(name)) return [[name, low(value)]];
  return [
    [name, low(value)],
    [`${name}.high`, high(value)],
  ];
}
