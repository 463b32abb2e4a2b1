/** How driver and device come to terms: status and features (virtio 1.2, sections 2.1, 2.2 and 3.1 "Device Initialization"). */
import { damaged, SavedFields, type Savable, type Saved } from '../../saved';

/** Bits of the device status field, section 2.1. */
export const Status = {
  ACKNOWLEDGE: 1,
  DRIVER: 2,
  DRIVER_OK: 4,
  FEATURES_OK: 8,
  DEVICE_NEEDS_RESET: 64,
  FAILED: 128,
} as const;

const { ACKNOWLEDGE, DRIVER, DRIVER_OK, FEATURES_OK, DEVICE_NEEDS_RESET, FAILED } = Status;

/**
 * What must be set before a bit can be set: the steps of section 3.1.1, in their order. ACKNOWLEDGE is not asked for: it says nothing
 * to the device, and U-Boot (2023.01) resets the device once more behind it and goes on with DRIVER.
 */
const STEPS = [
  { bit: ACKNOWLEDGE, after: 0 },
  { bit: DRIVER, after: 0 },
  { bit: FEATURES_OK, after: DRIVER },
  { bit: DRIVER_OK, after: DRIVER | FEATURES_OK },
  { bit: FAILED, after: 0 },
] as const;

export class Negotiation implements Savable {
  /** Feature bits that the device offers. */
  readonly offered: bigint;
  readonly #needs: bigint;
  #status = 0;
  #accepted = 0n;

  /** `needs`: features without which FEATURES_OK is refused. */
  constructor(offered: bigint, needs: bigint) {
    this.offered = offered;
    this.#needs = needs;
  }

  get status(): number {
    return this.#status;
  }

  /** Feature bits that the driver wrote; they count from FEATURES_OK on. */
  get accepted(): bigint {
    return this.#accepted;
  }

  /** The driver is at work and nothing has failed: buffers may be used. */
  get live(): boolean {
    return (this.#status & (DRIVER_OK | DEVICE_NEEDS_RESET | FAILED)) === DRIVER_OK;
  }

  has(bit: number): boolean {
    return (this.#status & bit) !== 0;
  }

  /** Sets one 32-bit word of the accepted features. Ignored where a driver must not do it: before DRIVER and after FEATURES_OK. */
  accept(word: number, value: number): void {
    if (!this.has(DRIVER) || this.has(FEATURES_OK) || word > 1) return;
    const shift = BigInt(32 * word);
    this.#accepted = (this.#accepted & ~(0xffff_ffffn << shift)) | (BigInt(value) << shift);
  }

  /**
   * The driver's store to the status register, which is not 0 (that is a reset). Bits are only ever added, in the order of
   * section 3.1.1; those that may not be set now stay clear, which is how a device refuses features.
   */
  advance(value: number): void {
    for (const { bit, after } of STEPS) {
      const allowed = (this.#status & after) === after && (bit !== FEATURES_OK || this.#acceptable());
      if (value & bit && allowed) this.#status |= bit;
    }
  }

  /** The device gives up until it is reset. */
  needReset(): void {
    this.#status |= DEVICE_NEEDS_RESET;
  }

  reset(): void {
    this.#status = 0;
    this.#accepted = 0n;
  }

  save(): Saved {
    return { status: this.#status, accepted: this.#accepted };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, 'virtio status');
    this.#status = from.integer('status', 0, 0xff);
    this.#accepted = from.word('accepted');
    if (this.has(FEATURES_OK) && !this.#acceptable()) throw damaged('accepted virtio features must be offered ones');
    const skips = STEPS.some(({ bit, after }) => this.has(bit) && (this.#status & after) !== after);
    if (skips) throw damaged('a virtio status must come from the steps of the initialization');
  }

  #acceptable(): boolean {
    return (this.#accepted & ~this.offered) === 0n && (this.#accepted & this.#needs) === this.#needs;
  }
}
