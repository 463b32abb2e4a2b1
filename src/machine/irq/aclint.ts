/** The ACLINT: software interrupts between harts (MSWI) and the machine's clock with its alarms (MTIMER). RISC-V ACLINT specification 1.0-rc4. */
import { unsigned } from '../bits';
import type { Device } from '../bus/device';
import { INSTRUCTIONS_PER_TICK, type Timer } from '../hart/ports';
import type { Width } from '../isa/row';
import { SavedFields, type Saved } from '../saved';
import type { IrqLine } from './line';

/** MSWI: a 4-byte register MSIP for each hart, whose bit 0 is that hart's machine software interrupt. */
export class Mswi implements Device {
  readonly name = 'mswi';
  readonly size = 0x4000;
  readonly widths: readonly Width[] = [4];
  readonly #lines: readonly IrqLine[];
  readonly #msip: Uint8Array;

  /** `lines[h]` is the software-interrupt wire of hart h. */
  constructor(lines: readonly IrqLine[]) {
    this.#lines = lines;
    this.#msip = new Uint8Array(lines.length);
  }

  load(offset: number): bigint {
    return BigInt(this.#msip[offset >> 2] ?? 0);
  }

  store(offset: number, _width: Width, value: bigint): void {
    const hart = offset >> 2;
    if (hart < this.#lines.length) this.#set(hart, Number(value & 1n));
  }

  reset(): void {
    this.#lines.forEach((_, hart) => this.#set(hart, 0));
  }

  save(): Saved {
    return { msip: this.#msip.slice() };
  }

  restore(saved: Saved): void {
    this.#msip.set(new SavedFields(saved, this.name).bytes('msip', this.#lines.length, 1));
  }

  #set(hart: number, bit: number): void {
    this.#msip[hart] = bit;
    this.#lines[hart].set(bit === 1);
  }
}

/** The time of a machine, counted in instructions: those begun on all harts, and those not begun while all harts waited. */
export interface InstructionClock {
  /** Below 2^53. */
  now(): number;
}

/** Offset of MTIME: 0xbff8 from the start of a CLINT, 0x7ff8 from the start of this device. */
const MTIME = 0x7ff8;
const NEVER = 0xffff_ffff_ffff_ffffn;

/** MTIMER: an 8-byte MTIMECMP for each hart from offset 0, and the one MTIME. Harts compare the two by themselves (hart/alarms.ts). */
export class Mtimer implements Device {
  readonly name = 'mtimer';
  readonly size = 0x8000;
  readonly widths: readonly Width[] = [4, 8];
  readonly #clock: InstructionClock;
  readonly #deadlineChanged: () => void;
  /** The specification leaves MTIMECMP open at reset; ours is as late as can be, so that no interrupt is pending. */
  readonly #mtimecmp: BigUint64Array;
  /** What software has moved MTIME by. */
  #offset = 0n;

  /** `deadlineChanged` is called after each write, which can bring an alarm forward: harts must look again. */
  constructor(clock: InstructionClock, harts: number, deadlineChanged: () => void) {
    this.#clock = clock;
    this.#deadlineChanged = deadlineChanged;
    this.#mtimecmp = new BigUint64Array(harts).fill(NEVER);
  }

  /** MTIME: ticks of 100 ns, unsigned 64-bit. */
  mtime(): bigint {
    return unsigned(this.#clockTicks() + this.#offset);
  }

  /** The view that hart `hart` has of the time and of its own alarm. */
  timer(hart: number): Timer {
    return {
      instructionsPassed: () => this.#clock.now(),
      ticks: () => this.mtime(),
      compare: () => this.#mtimecmp[hart],
      instructions: (ticks) => this.#instructions(ticks),
    };
  }

  load(offset: number, width: Width): bigint {
    const register = this.#read(offset - (offset % 8));
    return width === 8 ? register : (register >> BigInt(8 * (offset % 8))) & 0xffff_ffffn;
  }

  /** A 4-byte store changes its half of the register and leaves the other. */
  store(offset: number, width: Width, value: bigint): void {
    const shift = BigInt(8 * (offset % 8));
    const at = offset - (offset % 8);
    const written = width === 8 ? value : (this.#read(at) & ~(0xffff_ffffn << shift)) | (value << shift);
    this.#write(at, written);
    this.#deadlineChanged();
  }

  /** MTIME starts at 0 again. */
  reset(): void {
    this.#mtimecmp.fill(NEVER);
    this.#offset = -this.#clockTicks();
  }

  /** The clock's own count is saved by who has the clock. */
  save(): Saved {
    return { mtimecmp: [...this.#mtimecmp], offset: unsigned(this.#offset) };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, this.name);
    this.#mtimecmp.set(from.words('mtimecmp', this.#mtimecmp.length));
    this.#offset = from.word('offset');
  }

  #read(offset: number): bigint {
    return offset === MTIME ? this.mtime() : (this.#mtimecmp[offset / 8] ?? 0n);
  }

  #write(offset: number, value: bigint): void {
    if (offset === MTIME) this.#offset = value - this.#clockTicks();
    else if (offset / 8 < this.#mtimecmp.length) this.#mtimecmp[offset / 8] = value;
  }

  #clockTicks(): bigint {
    return BigInt(Math.floor(this.#clock.now() / INSTRUCTIONS_PER_TICK));
  }

  #instructions(ticks: bigint): number {
    if (ticks >= 2n ** 48n) return Infinity;
    return Number(ticks) * INSTRUCTIONS_PER_TICK - (this.#clock.now() % INSTRUCTIONS_PER_TICK);
  }
}
