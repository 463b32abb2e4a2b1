/** How long a hart was ready to run and did not get the processor (SBI ch. 16 "Steal-time Accounting Extension"). */
import { INSTRUCTIONS_PER_TICK, SavedFields, type Savable, type Saved } from '#machine';
import type { GuestMemory } from '../memory/guest-memory';

/** The structure in the guest's memory: u32 sequence, u32 flags, u64 steal in nanoseconds, u8 preempted; 64 bytes, naturally aligned. */
export const STEAL_BYTES = 64;
const SEQUENCE = 0n;
const STEAL = 8n;

const NANOSECONDS_PER_INSTRUCTION = 100 / INSTRUCTIONS_PER_TICK;

export class StolenTime implements Savable {
  /** Instructions of others that this hart had to wait for, since power-on. */
  instructions = 0;
  /** Where the guest wants to read it: guest-physical; undefined while it does not. */
  #address: bigint | undefined;
  #sequence = 0;
  #told = 0;
  /** What the host's clock read when the hart was last seen ready; undefined while it waits or has just run. */
  #since: number | undefined;

  /** From now on the guest reads at `address` (RAM, checked by the caller), which is set to zeros; undefined: no more. */
  tellAt(address: bigint | undefined, memory: GuestMemory): void {
    this.#address = address;
    this.#sequence = 0;
    this.#told = this.instructions;
    if (address !== undefined) memory.copyIn(address, new Uint8Array(STEAL_BYTES));
  }

  /** The hart could run, and the host's clock reads `now`. */
  ready(now: number): void {
    this.#since ??= now;
  }

  /** It cannot run, and so it waits for nobody. */
  waits(): void {
    this.#since = undefined;
  }

  /** It gets the processor: what it waited for is counted, and told. */
  entering(now: number, memory: GuestMemory): void {
    this.instructions += now - (this.#since ?? now);
    this.#since = undefined;
    this.#tell(memory);
  }

  /** It came out, its exit was handled, and it could go on at once. */
  left(now: number): void {
    this.#since = now;
  }

  /** Writes what is new. An odd sequence number tells a reader on another hart that the values are about to change. */
  #tell(memory: GuestMemory): void {
    if (this.#address === undefined || this.#told === this.instructions) return;
    this.#told = this.instructions;
    memory.write(this.#address + SEQUENCE, 4, BigInt(++this.#sequence >>> 0));
    memory.write(this.#address + STEAL, 8, BigInt(Math.floor(this.instructions * NANOSECONDS_PER_INSTRUCTION)));
    memory.write(this.#address + SEQUENCE, 4, BigInt(++this.#sequence >>> 0));
  }

  reset(): void {
    this.instructions = this.#sequence = this.#told = 0;
    this.#address = undefined;
    this.#since = undefined;
  }

  save(): Saved {
    return {
      instructions: this.instructions,
      tells: this.#address !== undefined,
      address: this.#address ?? 0n,
      sequence: this.#sequence,
      told: this.#told,
    };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, 'stolen time');
    this.instructions = from.integer('instructions', 0, 2 ** 50);
    const address = from.word('address');
    this.#address = from.flag('tells') ? address : undefined;
    this.#sequence = from.integer('sequence', 0, 2 ** 50);
    this.#told = from.integer('told', 0, 2 ** 50);
    this.#since = undefined;
  }
}
