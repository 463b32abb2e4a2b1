/** The modem lines of a 16550A: what MCR drives and MSR shows (PC16550D data sheet, 8.6.7 and 8.6.8), with a peer that is always ready. */
import type { SavedFields } from '../saved';
import { CONTROL, LOOPBACK, PEER_READY, RING } from './uart-registers';

export class ModemLines {
  #control = 0;
  /** MSR bits 7:4. */
  #lines = PEER_READY;
  /** MSR bits 3:0: which lines have changed since it was read. */
  #changes = 0;

  /** MCR. */
  get control(): number {
    return this.#control;
  }

  /** The transmitter is wired to the receiver, and the wire from outside is cut off. */
  get loopback(): boolean {
    return (this.#control & LOOPBACK) !== 0;
  }

  get changed(): boolean {
    return this.#changes !== 0;
  }

  /** In loopback the modem inputs are wired to the outputs: CTS to RTS, DSR to DTR, RI to OUT1, DCD to OUT2. */
  setControl(value: number): void {
    this.#control = value & CONTROL;
    const [dtr, rts, out1, out2] = [value & 1, (value >> 1) & 1, (value >> 2) & 1, (value >> 3) & 1];
    const lines = this.loopback ? (out2 << 7) | (out1 << 6) | (dtr << 5) | (rts << 4) : PEER_READY;
    // RI is reported only when it ends (TERI), the others whenever they change.
    const changed = (lines ^ this.#lines) & (lines & RING ? ~RING : ~0);
    this.#changes |= changed >> 4;
    this.#lines = lines;
  }

  /** MSR; reading it forgets the changes. */
  status(): number {
    const status = this.#lines | this.#changes;
    this.#changes = 0;
    return status;
  }

  reset(): void {
    this.#control = 0;
    this.#lines = PEER_READY;
    this.#changes = 0;
  }

  /** Fields of the port's record. */
  save(): { mcr: number; modem: number; modemChanges: number } {
    return { mcr: this.#control, modem: this.#lines, modemChanges: this.#changes };
  }

  restore(from: SavedFields): void {
    this.#control = from.integer('mcr', 0, CONTROL);
    this.#lines = from.integer('modem', 0, 0xf0) & 0xf0;
    this.#changes = from.integer('modemChanges', 0, 0x0f);
  }
}
