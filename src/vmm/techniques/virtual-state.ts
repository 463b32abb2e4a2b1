/** A guest's virtual supervisor state: the registers that its kernel believes to be the processor's. Plain storage, ours to keep. */
import type { Access } from '../exit';
import type { View } from '../memory/guest-walk';
import type { GuestWalk, VirtualCsrName, VirtualHart } from '../vcpu';
import { register64, type GuestRegisters } from './registers';

/** What the state's owner, the VCPU, provides. */
export interface Surroundings {
  pending(): bigint;
  time(): bigint;
  cycles(): bigint;
  retired(): bigint;
  walk(gva: bigint, access: Access): GuestWalk;
  translationChanged(why: 'satp' | 'sfence.vma', gva?: bigint): void;
}

/** sstatus.UXL = 2: user mode has 64-bit registers. Read-only, like all of sstatus that is not in this list. */
const RESET_SSTATUS = 2n << 32n;
const SSTATUS_SUM = 1n << 18n;
const SSTATUS_MXR = 1n << 19n;

const NAMES: readonly VirtualCsrName[] = [
  'sstatus', 'sie', 'sip', 'stvec', 'sscratch', 'sepc', 'scause', 'stval', 'satp', 'scounteren', 'senvcfg',
]; // prettier-ignore

export class VirtualState implements VirtualHart {
  readonly id: number;
  readonly hasFloats: boolean;
  readonly x: GuestRegisters;
  readonly csr = new VirtualCsrs() as unknown as Record<VirtualCsrName, bigint>;
  #mode: 'S' | 'U' = 'S';
  #pc = 0n;
  readonly #around: Surroundings;

  constructor(id: number, registers: GuestRegisters, around: Surroundings, hasFloats = false) {
    this.id = id;
    this.hasFloats = hasFloats;
    this.x = registers;
    this.#around = around;
  }

  get pc(): bigint {
    return this.#pc;
  }
  set pc(address: bigint) {
    this.#pc = register64('pc', address);
  }

  get mode(): 'S' | 'U' {
    return this.#mode;
  }
  set mode(mode: 'S' | 'U') {
    if (mode !== 'S' && mode !== 'U') throw new TypeError("mode is 'S' or 'U'");
    this.#mode = mode;
  }

  get pending(): bigint {
    return this.#around.pending();
  }
  time(): bigint {
    return this.#around.time();
  }
  cycles(): bigint {
    return this.#around.cycles();
  }
  retired(): bigint {
    return this.#around.retired();
  }
  walk(gva: bigint, access: Access): GuestWalk {
    return this.#around.walk(register64('gva', gva), access);
  }
  translationChanged(why: 'satp' | 'sfence.vma', gva?: bigint): void {
    this.#around.translationChanged(why, gva === undefined ? undefined : register64('gva', gva));
  }
}

/** How the guest looks at its memory now. */
export const viewOf = ({ mode, csr }: VirtualHart): View => ({
  mode,
  sum: (csr.sstatus & SSTATUS_SUM) !== 0n,
  mxr: (csr.sstatus & SSTATUS_MXR) !== 0n,
});

/**
 * Storage for 64-bit unsigned values; anything but a bigint, and any other name, is a TypeError of the part that wrote it. The names are
 * properties of the object itself, which can be copied; what reads and writes them is the same for all VCPUs, which saves 2.5 kB of each.
 */
class VirtualCsrs {
  static readonly #own = Object.fromEntries(
    NAMES.map((name, i): [VirtualCsrName, PropertyDescriptor & ThisType<VirtualCsrs>] => [
      name,
      {
        enumerable: true,
        get() {
          return this.#values[i];
        },
        set(written: unknown) {
          this.#values[i] = register64(name, written);
        },
      },
    ]),
  );
  readonly #values = NAMES.map((name) => (name === 'sstatus' ? RESET_SSTATUS : 0n));

  constructor() {
    Object.seal(Object.defineProperties(this, VirtualCsrs.#own));
  }
}
