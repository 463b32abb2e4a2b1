/** A guest's floating-point state, saved only if it has changed and loaded only if another guest's is on the hart (Privileged, "Extension Context Status in mstatus Register"). */
import type { Hart, Saved, SavedFields } from '#machine';

/** sstatus.FS counts for guests too: with Clean, the hart makes it Dirty at the guest's first change. */
const FS = 3n << 13n;
const CLEAN = 2n << 13n;

/** Whose registers each hart has. */
const owners = new WeakMap<Hart, FloatState>();

export class FloatState {
  readonly #registers = new BigUint64Array(32);
  #fcsr = 0n;
  /** A snapshot was restored: what a hart has of this state is not it. */
  #restored = false;

  loadInto(hart: Hart): void {
    if (!hart.isa.has('F')) return;
    if (owners.get(hart) !== this || this.#restored) {
      hart.f.set(this.#registers);
      setStatus(hart, FS); // else a write of fcsr were not allowed to change anything
      hart.csr.write('fcsr', this.#fcsr);
      owners.set(hart, this);
      this.#restored = false;
    }
    setStatus(hart, CLEAN);
  }

  /** For a snapshot, while it is on no hart. */
  saved(): Saved {
    return { f: [...this.#registers], fcsr: this.#fcsr };
  }

  restore(from: SavedFields): void {
    this.#registers.set(from.words('f', 32));
    this.#fcsr = from.word('fcsr', 8);
    this.#restored = true;
  }

  save(hart: Hart): void {
    if (!hart.isa.has('F') || (hart.csr.read('sstatus') & FS) !== FS) return;
    this.#registers.set(hart.f);
    this.#fcsr = hart.csr.read('fcsr');
  }
}

function setStatus({ csr }: Hart, fs: bigint): void {
  csr.write('sstatus', (csr.read('sstatus') & ~FS) | fs);
}
