/** A guest's floating-point state: on the hart while its VCPU is the one that ran last, in our own memory otherwise (Privileged, "Extension Context Status in mstatus Register"). */
import { CSR_NUMBERS, SavedFields, type Hart, type Savable, type Saved } from '#machine';

const { mstatus, fcsr } = CSR_NUMBERS;
const FS_AT = 13;
const FS = 3 << FS_AT;
const DIRTY = 3;

/** f0..f31 and fcsr. All instructions on them run directly, in the guest's kernel and in its programs. */
export class GuestFloats implements Savable {
  /** The guest's sstatus.FS: 0 Off (its instructions trap, which the guest gets), 1 Initial, 2 Clean, 3 Dirty, which the hart sets. */
  status = 0;
  readonly #saved = new BigUint64Array(32);
  #fcsr = 0n;
  /** The hart that has them. */
  #hart: Hart | undefined;

  /** World switch, in. */
  loadInto(hart: Hart): void {
    hart.f.set(this.#saved);
    setStatus(hart, DIRTY); // or else fcsr could not be written
    hart.csr.write(fcsr, this.#fcsr);
    this.#hart = hart;
  }

  /** World switch, out. */
  unload(): void {
    if (!this.#hart) return;
    this.#keep(this.#hart);
    this.#hart = undefined;
  }

  /** Before the guest runs: what the hart may do is what the guest's kernel allows. */
  enter(hart: Hart): void {
    if ((hart.low(mstatus) & FS) >>> FS_AT !== this.status) setStatus(hart, this.status);
  }

  /** After it has run: it may have changed a register. */
  leave(hart: Hart): void {
    this.status = (hart.low(mstatus) & FS) >>> FS_AT;
  }

  save(): Saved {
    if (this.#hart) this.#keep(this.#hart);
    return { f: [...this.#saved], fcsr: this.#fcsr };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, 'floating-point registers');
    this.#saved.set(from.words('f', 32));
    this.#fcsr = from.word('fcsr');
    if (this.#hart) this.loadInto(this.#hart);
  }

  #keep(hart: Hart): void {
    this.#saved.set(hart.f);
    this.#fcsr = hart.csr.read(fcsr);
  }
}

/** By sstatus, as a supervisor does it. */
function setStatus({ csr }: Hart, status: number): void {
  csr.write('sstatus', (csr.read('sstatus') & ~BigInt(FS)) | BigInt(status << FS_AT));
}
