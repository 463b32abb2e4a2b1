/** What a hart asks of its surroundings: the bus, the clock and the executor. The board and the engines implement these; tests use small fakes. */
import type { PhysicalMemory } from '../engine/memory';
import type { Isa } from '../isa';
import type { Width } from '../isa/row';
import type { Access } from './cause';
import type { Hart } from './hart';

/** Everything that is not RAM. Addresses are physical, naturally aligned for their width, and below 2^53. */
export interface PhysicalBus {
  /** `width` bytes as an unsigned value; undefined when nothing answers there (the hart raises an access fault). */
  load(address: number, width: Width): bigint | undefined;
  /** False when nothing answers there. `value` is unsigned and fits the width. */
  store(address: number, width: Width, value: bigint): boolean;
  /** 16 bits of an instruction, from memory that may be executed (ROM); undefined for devices and holes. */
  fetch(address: number): number | undefined;
}

/** The platform's real-time counter, and the comparator that it has for this hart. Time is made of instructions: see INSTRUCTIONS_PER_TICK. */
export interface Timer {
  /** What time is made of: instructions, of all harts, and those that time jumped over. Software that moves mtime moves it by ticks. */
  instructionsPassed(): number;
  /** mtime: ticks of 10 MHz, unsigned 64-bit. */
  ticks(): bigint;
  /** This hart's mtimecmp: the machine timer interrupt is pending while mtime >= mtimecmp, both unsigned. */
  compare(): bigint;
  /** Instructions, of all harts, until mtime is `ticks` (1 ..) ahead; Infinity if no run can last that long. */
  instructions(ticks: bigint): number;
}

/** Instructions in one tick of mtime: time is a function of the instructions begun, so runs can be repeated exactly. */
export const INSTRUCTIONS_PER_TICK = 10;

/** Cached translations of V = 0, of guests (both stages), or of both; 'space': those of V = 0, but for U-mode's in address spaces with an ASID. */
export type Translations = 'host' | 'guest' | 'all' | 'space';

/** What a TLB holds of one page. */
export interface CachedTranslation {
  /** With whose eyes: `U`, `S`, `S with SUM`, `M`, `VU`, `VS`, `VS with SUM`. */
  readonly mode: string;
  /** In U-mode, the address space that it is for, if that has an ASID. */
  readonly asid?: number;
  readonly access: Access;
  /** Virtual address of the page, unsigned, and the host-physical one behind it. */
  readonly page: bigint;
  readonly physical: number;
}

/** Runs instructions for one hart, from the state in memory (engine/layout.ts). */
export interface Executor {
  /** Begins instructions until HART.BUDGET is 0 or `hart.stopping` is set, looking at interrupts between any two. */
  run(): void;
  /** The privilege or the way to look at data changed (mode, MPRV, MPP, MPV, SUM, SPVP, HU): choose other TLB banks. */
  selectBanks(): void;
  /**
   * Cached translations are stale (fences, satp, vsatp, hgatp, MXR, PMP). With an address (low 32 bits unsigned, high 32 bits
   * signed): only those of the page that holds it.
   */
  forgetTranslations(which: Translations, low?: number, high?: number): void;
  /** What is cached now, for who looks. */
  translations(): CachedTranslation[];
}

/** Instructions. Slices end now and then even without a deadline: V8 exchanges WebAssembly code for better code only at a call. */
export const LONGEST_SLICE = 2 ** 20;

/** What a hart is made from. */
export interface HartOptions {
  /** 0 .. MAX_HARTS - 1; also mhartid. */
  readonly id: number;
  /** Default: all that there is. */
  readonly isa?: Isa;
  readonly memory: PhysicalMemory;
  readonly bus: PhysicalBus;
  readonly timer: Timer;
  readonly executor: (hart: Hart) => Executor;
  /** Where the hart starts after reset. */
  readonly resetVector: bigint;
  readonly nativeMode?: 'M' | 'S';
}
