/** What somebody asks a machine to be, and the check that it can be had. */
import type { BlockStore } from './devices/block-store';
import type { VirtioSetup } from './devices/virtio/slots';
import { MAX_HARTS } from './engine/layout';
import { MAX_RAM_BYTES } from './engine/memory';
import { InputError } from './input-error';
import type { Link } from './net/link';

const KIB = 2 ** 10;
const MIB = 2 ** 20;

export type Engine = 'step' | 'interpret' | 'compile';

export interface MachineOptions {
  /** A multiple of 4096. Default: 128 MiB, as on QEMU. */
  readonly ramBytes?: number;
  /** 1 .. 8; default 1. */
  readonly harts?: number;
  /** An ISA string, for instance rv64imac: switches off all extensions that it does not name. Default: all that there is. */
  readonly isa?: string;
  /**
   * `compile` is the fastest where code runs long, `interpret` as fast where it does not; `step` is the reference and tells of each
   * instruction. All do the same with software that fences where the manual asks for it; `step` remembers no translations, so that
   * there stores to page tables count at once. Default: compile.
   */
  readonly engine?: Engine;
  /** What the real-time clock shows at power-on: nanoseconds since 1970-01-01T00:00Z. Default: 2026-01-01T00:00Z. */
  readonly timeAtPowerOn?: bigint;
  /** Software of this mode is TypeScript: a trap into it ends `run`. */
  readonly nativeMode?: 'M' | 'S';
  /** Takes each byte that the guest sends through the serial port. */
  readonly console?: (byte: number) => void;
  /** The contents of an ATA disk. Default: the board has none. */
  readonly ata?: BlockStore;
  /** The contents of an ideal disk (devices/ideal-disk.ts). Default: the board has none. */
  readonly ideal?: BlockStore;
  /**
   * Plugs a gateway (net/gateway.ts), whose time is this machine's, into a network, for instance of a switch: gets its end of the
   * cable, and gives the other. Default: there is none.
   */
  readonly gateway?: (gateway: Link) => Link;
  /** Disks, networks and what else is in the virtio slots. Default: all are empty. */
  readonly virtio?: VirtioSetup;
}

/** Throws InputError, one sentence, for sizes that a machine cannot have. */
export function checkSizes(ramBytes: number, harts: number): void {
  if (!Number.isInteger(ramBytes / 4096) || ramBytes < 64 * KIB || ramBytes > MAX_RAM_BYTES) {
    const asked = Number.isInteger(ramBytes / MIB) ? `${ramBytes / MIB} MiB` : `${ramBytes} bytes`;
    const most = Math.floor(MAX_RAM_BYTES / MIB);
    throw new InputError(`RAM of ${asked} is not possible: give a multiple of 4 KiB between 64 KiB and ${most} MiB.`);
  }
  if (!Number.isInteger(harts) || harts < 1 || harts > MAX_HARTS) {
    throw new InputError(`${harts} harts are not possible: give 1 to ${MAX_HARTS}.`);
  }
}
