/** The shared-info page: what guest and hypervisor tell each other without a hypercall (docs/paravirtual.md, "The shared-info page"). */
import type { Ram } from '#machine';

/** Byte offsets of the fields; each has 8 bytes. */
const AT = {
  /** Written by the guest, and set by each upcall. Not 0: no event comes while the kernel runs. */
  mask: 0,
  /** Written by the guest: which events may come at all; bits as in sie. */
  enabled: 8,
  /** Written by the hypervisor: which are pending; bits as in sip. */
  pending: 16,
  /** Written by an upcall: where the guest was. SPP (8): in its kernel; SPIE (5): events were not masked. */
  status: 24,
  pc: 32,
  cause: 40,
  value: 48,
  /** Exchanged with x4 by an upcall out of user mode. */
  scratch: 56,
  /** Written by the hypervisor: the `time` at which it last gave the hart to the guest. */
  time: 64,
} as const;

export type SharedField = keyof typeof AT;

export class SharedInfo {
  readonly #ram: Ram;
  /** Machine frame of the page. */
  readonly frame: number;
  readonly #base: number;

  /** `base` is the page's host-physical address. */
  constructor(ram: Ram, base: number, frame: number) {
    this.#ram = ram;
    this.#base = base;
    this.frame = frame;
  }

  get(field: SharedField): bigint {
    return this.#ram.read(this.#base + AT[field], 8);
  }

  set(field: SharedField, value: bigint): void {
    this.#ram.write(this.#base + AT[field], 8, value);
  }
}
