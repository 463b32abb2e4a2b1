/** How long a hart was ready to run and did not get the processor (SBI ch. 16 "Steal-time Accounting Extension"). */
import { INSTRUCTIONS_PER_TICK, SavedFields, type Savable, type Saved } from '#machine';
import type { GuestMemory } from '../memory/guest-memory';
import type { StealAccount, VirtualTime } from '../virtual-time';

/** The structure in the guest's memory: u32 sequence, u32 flags, u64 steal in nanoseconds, u8 preempted; 64 bytes, naturally aligned. */
export const STEAL_BYTES = 64;
const SEQUENCE = 0n;
const STEAL = 8n;

const NANOSECONDS_PER_INSTRUCTION = 100 / INSTRUCTIONS_PER_TICK;

export class StolenTime implements Savable {
  readonly #time: VirtualTime;
  readonly #memory: GuestMemory;
  readonly #account: StealAccount = { stolen: 0, since: undefined };
  /** Where the guest wants to read it: guest-physical; undefined while it does not. */
  #address: bigint | undefined;
  #sequence = 0;
  #told = 0;
  /** What the host's clock read when the hart was last seen waiting. */
  #waited = 0;

  /** `memory` is the guest's. */
  constructor(time: VirtualTime, memory: GuestMemory) {
    this.#time = time;
    this.#memory = memory;
  }

  /** Instructions of others that this hart had to wait for, since power-on. */
  get instructions(): number {
    return this.#account.stolen;
  }

  /** From now on the guest reads at `address` (RAM, checked by the caller), which is set to zeros; undefined: no more. */
  tellAt(address: bigint | undefined): void {
    this.#address = address;
    this.#sequence = 0;
    this.#told = this.instructions;
    if (address !== undefined) this.#memory.copyIn(address, new Uint8Array(STEAL_BYTES));
  }

  /**
   * Somebody looks, when the host's clock reads `now`, whether the hart could run. A wait that its alarm ended was over when the alarm
   * rang, whoever had the processor then and whenever somebody looks.
   */
  seen(ready: boolean, alarm: number, now: number): void {
    if (!ready) this.#waited = now;
    this.#time.account(
      this.#account,
      ready ? 'ready' : 'waits',
      ready ? Math.max(this.#waited, Math.min(alarm, now)) : now,
    );
  }

  /** The hart gets the processor, or comes out of the guest. What it waited for is told when it gets the processor. */
  happened(event: 'enters' | 'leaves', now: number): void {
    this.#time.account(this.#account, event, now);
    if (event === 'enters') this.#tell();
  }

  /** Writes what is new. An odd sequence number tells a reader on another hart that the values are about to change. */
  #tell(): void {
    if (this.#address === undefined || this.#told === this.instructions) return;
    this.#told = this.instructions;
    this.#memory.write(this.#address + SEQUENCE, 4, BigInt(++this.#sequence >>> 0));
    this.#memory.write(this.#address + STEAL, 8, BigInt(Math.floor(this.instructions * NANOSECONDS_PER_INSTRUCTION)));
    this.#memory.write(this.#address + SEQUENCE, 4, BigInt(++this.#sequence >>> 0));
  }

  reset(): void {
    this.#account.stolen = this.#sequence = this.#told = this.#waited = 0;
    this.#address = this.#account.since = undefined;
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
    this.#account.stolen = from.integer('instructions', 0, 2 ** 50);
    const address = from.word('address');
    this.#address = from.flag('tells') ? address : undefined;
    this.#sequence = from.integer('sequence', 0, 2 ** 50);
    this.#told = from.integer('told', 0, 2 ** 50);
    this.#account.since = undefined;
  }
}
