/** One instruction on the course's own hart with the hypervisor extension, in any mode below M, from CSRs that are given. */
import { assemble, enterSupervisor, Hart, parseIsa, PhysicalMemory, stepper } from '#machine';

const RAM_BASE = 0x8000_0000;
const ISA = 'rv64imac_h_sstc';
const NEVER = 2n ** 64n - 1n;
const A0 = 10;

/** `mode` is where the instruction executes; `csr` by names, all others as firmware leaves them: delegated to HS-mode, and open. */
export interface Situation {
  readonly mode: 'HS' | 'VS' | 'VU';
  readonly instruction: string;
  readonly csr: Readonly<Record<string, bigint>>;
  /** What the hart's `time` shows. */
  readonly time?: bigint;
}

export interface Happened {
  /** The exception's code; undefined: it completed. */
  readonly cause: number | undefined;
  /** a0, which was 0 before. */
  readonly a0: bigint;
}

/** Addresses are physical in all modes: neither stage translates. */
class GuestHart {
  readonly #memory = new PhysicalMemory(0x1_0000);
  readonly #hart: Hart;
  #time = 0n;
  #cause: number | undefined;

  constructor() {
    this.#hart = new Hart({
      id: 0,
      isa: parseIsa(ISA),
      memory: this.#memory,
      bus: { load: () => undefined, store: () => false, fetch: () => undefined },
      timer: {
        ticks: () => this.#time,
        instructionsPassed: () => 0,
        compare: () => NEVER,
        instructions: () => Infinity,
      },
      executor: stepper,
      resetVector: BigInt(RAM_BASE),
      nativeMode: undefined,
    });
    this.#hart.onTrap = ({ cause }) => (this.#cause = cause);
  }

  run({ mode, instruction, csr, time = 0n }: Situation): Happened {
    const hart = this.#hart;
    const { bytes } = assemble(instruction, { origin: BigInt(RAM_BASE) });
    hart.reset();
    enterSupervisor(hart);
    bytes.forEach((byte, i) => this.#memory.write(this.#memory.linear(RAM_BASE + i, 1), 1, BigInt(byte)));
    for (const [name, value] of Object.entries(csr)) hart.csr.write(name, value);
    this.#time = time;
    this.#cause = undefined;
    hart.mode = mode === 'HS' ? 'S' : mode;
    hart.run(1);
    return { cause: this.#cause, a0: hart.x[A0] };
  }
}

let hart: GuestHart | undefined;

/** What becomes of the instruction. */
export const executed = (situation: Situation): Happened => (hart ??= new GuestHart()).run(situation);
