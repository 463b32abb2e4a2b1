/** A guest's floating-point state, saved only if it has changed and loaded only if another guest's is on the hart (Privileged, "Extension Context Status in mstatus Register"). */
import type { Hart } from '#machine';

/** sstatus.FS counts for guests too: with Clean, the hart makes it Dirty at the guest's first change. */
const FS = 3n << 13n;
const CLEAN = 2n << 13n;

/** Whose registers each hart has. */
const owners = new WeakMap<Hart, FloatState>();

export class FloatState {
  readonly #registers = new BigUint64Array(32);
  #fcsr = 0n;

  loadInto(hart: Hart): void {
    if (!hart.isa.has('F')) return;
    if (owners.get(hart) !== this) {
      hart.f.set(this.#registers);
      setStatus(hart, FS); // else a write of fcsr were not allowed to change anything
      hart.csr.write('fcsr', this.#fcsr);
      owners.set(hart, this);
    }
    setStatus(hart, CLEAN);
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
