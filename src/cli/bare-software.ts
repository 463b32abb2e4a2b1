/** What `hv boot --bare` puts on the machine: firmware, kernel, first file system, command line; and the names of their functions. */
import { existsSync } from 'node:fs';
import { UsageError } from '#course';
import { BOARD, endOf, initrdImage, loadImage, type Image, type Ram, type Software, type Symbols } from '#machine';
import { readImageFile } from './image-file';
import { namesWith } from './names';
import { unpacked } from './unpack';

export interface SoftwareOptions {
  /** Firmware: an ELF file or raw bytes for 0x80000000; `none`: the kernel runs in M-mode. Without: OpenSBI, if it is installed. */
  readonly bios?: string;
  /** A kernel: an ELF file, Linux's Image (packed or not), or raw bytes for 0x80200000 (0x80000000 without firmware). */
  readonly kernel?: string;
  /** The kernel's first file system; handed over as it is. */
  readonly initrd?: string;
  /** The kernel's command line. */
  readonly append?: string;
  /** A snapshot of a machine with the same hardware, to go on from; files are then needed only to start again. */
  readonly restore?: string;
}

/** Where distributions put OpenSBI for QEMU's board: fw_dynamic starts the kernel wherever it lies. */
const OPENSBI = [
  '/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin', // Debian: opensbi
  '/usr/share/qemu/opensbi-riscv64-generic-fw_dynamic.bin', // QEMU's own
  '/usr/share/opensbi/lp64/generic/firmware/fw_dynamic.bin', // Arch
];

/** Raw kernels go to the first multiple of this behind the firmware, as on QEMU; OpenSBI's fw_jump expects them at the second one. */
const KERNEL_ALIGNMENT = 2 ** 21;

/** OpenSBI, as installed on this machine. */
export const installedFirmware = (): string | undefined => OPENSBI.find((file) => existsSync(file));

/** Throws UsageError and ImageError for what cannot be booted in this RAM. `say` is told what was chosen for the person. */
export function bareSoftware(options: SoftwareOptions, ram: Ram, say: (sentence: string) => void): Software {
  const { kernel, initrd, append } = options;
  const load = (file: string, rawAddress: number): Image =>
    loadImage(unpacked(readImageFile(file), file), file, { rawAddress, ram });
  const bios = biosFile(options, say);
  const firmware = bios === undefined ? undefined : load(bios, BOARD.ram.base);
  if (kernel === undefined && initrd !== undefined)
    throw new UsageError('--initrd is for a kernel; give --kernel FILE too.');
  const image = kernel === undefined ? undefined : load(kernel, kernelAddress(firmware));
  if (firmware && image && options.bios === undefined) checkWantsFirmware(image, firmware);
  return {
    firmware,
    kernel: image,
    initrd: image && initrd !== undefined ? initrdImage(readImageFile(initrd), initrd, image, ram) : undefined,
    bootargs: append,
  };
}

function biosFile({ bios, kernel, restore }: SoftwareOptions, say: (sentence: string) => void): string | undefined {
  if (kernel === undefined && restore !== undefined) return bios === 'none' ? undefined : bios;
  if (kernel === undefined && (bios === undefined || bios === 'none'))
    throw new UsageError('Nothing to boot: give --bios FILE, --kernel FILE or both.');
  if (bios !== undefined) return bios === 'none' ? undefined : bios;
  const found = installedFirmware();
  if (found === undefined)
    throw new UsageError(
      'No firmware: OpenSBI is not installed here (Debian: opensbi); give --bios FILE, or --bios none for a kernel that runs in M-mode.',
    );
  say(`firmware: ${found} (--bios chooses another)`);
  return found;
}

/** A kernel linked for the start of RAM, as xv6 is, brings its own M-mode part; the person learns how to say so. */
function checkWantsFirmware(kernel: Image, firmware: Image): void {
  const first = Math.min(...kernel.segments.map(({ address }) => address));
  if (first >= Math.max(...firmware.segments.map(endOf))) return;
  throw new UsageError(
    `${kernel.name} lies at 0x${first.toString(16)}, where OpenSBI would be; give --bios none if it starts in M-mode, without firmware.`,
  );
}

function kernelAddress(firmware: Image | undefined): number {
  const end = Math.max(BOARD.ram.base, ...(firmware?.segments.map(endOf) ?? []));
  return Math.ceil(end / KERNEL_ALIGNMENT) * KERNEL_ALIGNMENT;
}

/** Names from the ELF files' own tables and from a System.map, if one is given. */
export function symbolsOf({ firmware, kernel }: Software, systemMap: string | undefined): Symbols {
  return namesWith(
    [firmware, kernel].flatMap((image) => [...(image?.symbols ?? [])]),
    systemMap,
  );
}
