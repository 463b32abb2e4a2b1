/** What a machine runs: images, and the device tree that tells them of the board, ready to be placed. */
import { BOARD, PLIC_SOURCES, type Board } from './board';
import type { Ram } from './bus/ram';
import { deviceTree } from './device-tree';
import { RAM_BASE } from './engine/layout';
import { endOf, type Image } from './image';
import type { Isa } from './isa';

const TICKS_PER_SECOND = 10_000_000;
const LONGEST_TRANSLATION = 'sv57';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** What runs on a machine. */
export interface Software {
  /** Runs first, in M-mode. Without it the kernel does. */
  readonly firmware?: Image;
  readonly kernel?: Image;
  /** The kernel's first file system (initrdImage). */
  readonly initrd?: Image;
  /** The kernel's command line, in the device tree. */
  readonly bootargs?: string;
  /** Bytes for the kernel's random numbers, in the device tree. */
  readonly rngSeed?: Uint8Array;
}

/** What the device tree tells of. */
export interface Described {
  readonly harts: readonly unknown[];
  readonly ram: Ram;
  readonly isa: Isa;
  readonly ata: Board['ata'];
  readonly ideal: Board['ideal'];
}

export function imagesOf({ firmware, kernel, initrd }: Software): Image[] {
  return [firmware, kernel, initrd].filter((image) => image !== undefined);
}

/**
 * The device tree lies in RAM, because firmware edits it in place: as high as fits below 3 GiB, at a multiple of 2 MiB, as
 * QEMU puts it; in a RAM too small for that, at its end.
 */
export function treeImage(machine: Described, software: Software): Image {
  const bytes = treeOf(machine, software);
  const top = Math.min(RAM_BASE + machine.ram.size, 3 * GIB) - bytes.length;
  const aligned = top - (top % (2 * MIB));
  const address = aligned > RAM_BASE ? aligned : top - (top % 8);
  const segments = [{ address, bytes, memBytes: bytes.length }];
  return { name: 'the device tree', entry: BigInt(address), segments, symbols: new Map() };
}

function treeOf({ harts, ram, isa, ata, ideal }: Described, { bootargs, initrd, rngSeed }: Software): Uint8Array {
  return deviceTree(
    { ...BOARD, ata: ata && BOARD.ata, ideal: ideal && BOARD.ideal },
    {
      harts: harts.length,
      ram: [{ base: RAM_BASE, size: ram.size }],
      plicSources: PLIC_SOURCES,
      isa: isa.name,
      translation: LONGEST_TRANSLATION,
      timebase: TICKS_PER_SECOND,
      bootargs,
      rngSeed,
      initrd: initrd && { start: initrd.segments[0].address, end: endOf(initrd.segments[0]) },
    },
  );
}
