/** A hart on the test bench: RAM, a bus with one scratch register, and a clock that only instructions move. */
import { RAM_BASE } from '../../../src/machine/engine/layout';
import { PhysicalMemory } from '../../../src/machine/engine/memory';
import { stepper } from '../../../src/machine/engine/step';
import { Hart } from '../../../src/machine/hart/hart';
import { INSTRUCTIONS_PER_TICK, type HartOptions, type PhysicalBus, type Timer } from '../../../src/machine/hart/ports';
import { encode, parseIsa, rowByName } from '../../../src/machine/isa';
import type { Width } from '../../../src/machine/isa/row';

export const BASE = BigInt(RAM_BASE);

/** A machine without the hypervisor extension and the newer extensions of S-mode. */
export const PLAIN = parseIsa('rv64imafdc');

/** A device register of 8 bytes at this address; nothing else answers outside RAM. */
export const DEVICE = 0x1000_0000;

export class FakeTimer implements Timer {
  hart: Hart | undefined;
  #deadline = 2n ** 64n - 1n;
  /** mtimecmp. */
  get deadline(): bigint {
    return this.#deadline;
  }
  set deadline(tick: bigint) {
    this.#deadline = tick;
    this.hart?.endSlice();
  }
  get #begun(): number {
    return this.hart?.begun ?? 0;
  }
  instructionsPassed(): number {
    return this.#begun;
  }
  ticks(): bigint {
    return BigInt(Math.floor(this.#begun / INSTRUCTIONS_PER_TICK));
  }
  compare(): bigint {
    return this.deadline;
  }
  instructions(ticks: bigint): number {
    return Number(ticks) * INSTRUCTIONS_PER_TICK - (this.#begun % INSTRUCTIONS_PER_TICK);
  }
}

export class FakeBus implements PhysicalBus {
  register = 0n;
  load(address: number, width: Width): bigint | undefined {
    return address === DEVICE ? BigInt.asUintN(8 * width, this.register) : undefined;
  }
  store(address: number, _width: Width, value: bigint): boolean {
    if (address === DEVICE) this.register = value;
    return address === DEVICE;
  }
  fetch(): number | undefined {
    return undefined;
  }
}

export interface Bench {
  hart: Hart;
  memory: PhysicalMemory;
  timer: FakeTimer;
  bus: FakeBus;
  /** Puts instruction words at a physical address. */
  code(address: bigint, ...words: number[]): void;
  poke(address: bigint, value: bigint, size?: number): void;
  peek(address: bigint, size?: number): bigint;
}

/** A hart in M-mode at the start of 1 MiB of RAM. */
export function bench(options: Partial<HartOptions> = {}): Bench {
  const memory = new PhysicalMemory(0x10_0000);
  const timer = new FakeTimer();
  const bus = new FakeBus();
  const hart = new Hart({ id: 0, memory, bus, timer, executor: stepper, resetVector: BASE, ...options });
  timer.hart = hart;
  const poke = (address: bigint, value: bigint, size = 8): void =>
    memory.write(memory.linear(Number(address), size), size, value);
  return {
    hart,
    memory,
    timer,
    bus,
    poke,
    peek: (address, size = 8) => memory.read(memory.linear(Number(address), size), size),
    code: (address, ...words) => words.forEach((word, i) => poke(address + BigInt(4 * i), BigInt(word), 4)),
  };
}

/** One instruction's word: `word('addi', { rd: 1, rs1: 0, imm: 5 })`. */
export const word = (name: string, operands: Record<string, number> = {}): number =>
  encode(rowByName(name), operands) >>> 0;

/** Opens all memory to S and U, so that PMP does not matter. */
export function openMemory(hart: Hart): void {
  hart.csr.write('pmpaddr0', (1n << 54n) - 1n);
  hart.csr.write('pmpcfg0', 0x1fn);
}
