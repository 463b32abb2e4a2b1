/** What a device is to a machine: registers at offsets, and nothing of the world around it. */
import type { Width } from '../isa/row';
import type { Savable } from '../saved';

/**
 * Something that answers loads and stores. It is given offsets into its own registers, never addresses, and raises
 * interrupts through an `IrqLine` that somebody connected: so the same class serves the bare machine and every VM.
 */
export interface Device extends Savable {
  /** For people: the device tree, error sentences, traces. */
  readonly name: string;
  /** Bytes of address space that the device answers. */
  readonly size: number;
  /** Access widths in bytes that the device understands; any other width is an access fault, as on QEMU. */
  readonly widths: readonly Width[];
  /** Instructions may be fetched from here: it is memory. A fetch from any other device is an access fault. */
  readonly executable?: true;
  /**
   * Reads a register. The bus has checked that offset and width are inside `size`, that `width` is one of `widths`,
   * and that `offset` is a multiple of `width`. The result is unsigned and less than 2^(8 * width).
   */
  load(offset: number, width: Width): bigint;
  /** Writes a register; `value` is unsigned and less than 2^(8 * width). Same promises as for `load`. */
  store(offset: number, width: Width, value: bigint): void;
  /** Back to how the device was when power came on. */
  reset(): void;
}
