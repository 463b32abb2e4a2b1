/** `hv boot`: a guest in a virtual machine, on this terminal. */
import { UsageError } from '#course';
import { findGuest, readGuest } from '#course/lab';
import { BOARD, initrdImage, loadImage, parseIsa, type Image, type Isa } from '#machine';
import { bootReference } from '#reference';
import { imageOf, TECHNIQUES, type Host, type Parts, type TechniqueName, type VmConfig } from '#vmm';
import { openDevices, type DeviceOptions, type Devices } from './devices';
import { engineOf } from './engine-option';
import { GuestTerminal, type Streams } from './guest-terminal';
import { memorySize, readImageFile } from './image-file';
import { wholeNumber } from './numbers';
import { techniqueOf } from './technique-option';
import { unpacked } from './unpack';
import { VmConsoles } from './vm-consoles';
import { tellOf, VmHost } from './vm-host';

/** As the command line gives them. */
export interface VmOptions extends DeviceOptions {
  /** A guest of the course, by name; or else a kernel. */
  readonly guest?: string;
  /** A kernel: an ELF file, Linux's Image (packed or not), or raw bytes for 0x80200000. */
  readonly kernel?: string;
  /** The kernel's first file system; handed over as it is. */
  readonly initrd?: string;
  /** The kernel's command line. */
  readonly append?: string;
  /** `256M`, `1G`; default 128M. */
  readonly memory?: string;
  /** VCPUs, 1 .. 8; default 1. */
  readonly harts?: string;
  /** An ISA string: what the VCPUs can do. Default: all that the technique can give a kernel; guests of the course get rv64imac. */
  readonly isa?: string;
  readonly engine?: string;
  /** How the processor is virtualized; default trap-and-emulate. */
  readonly technique?: string;
  /** Parts that replace the reference's. */
  readonly parts?: Partial<Parts>;
}

const DEFAULT_MEMORY = '128M';
/** Where firmware puts a raw kernel on this board. */
const KERNEL_ADDRESS = BOARD.ram.base + 2 ** 21;

/**
 * Boots and stays until the guest is over, also if a part of the hypervisor fails under it. Gives the exit code; throws UsageError and
 * InputError for what cannot be booted, and PartFailure or NotWritten for a part that fails before anything runs.
 */
export async function bootVm(options: VmOptions, streams: Streams = process): Promise<number> {
  const terminal = new GuestTerminal(streams);
  const config = configOf(options);
  const technique = techniqueOf(options.technique);
  const isa = isaFor(options, technique);
  const devices = openDevices(options);
  const boot = (): Host =>
    bootReference({
      ...machineOf(devices),
      vms: [{ ...config, devices: devices.setup, rngSeed: devices.rngSeed, console: terminal.send }],
      technique,
      isa,
      engine: engineOf(options.engine),
      parts: options.parts,
      onPartFailure: tellOf(streams),
    });
  try {
    return await terminal.run(new VmHost(boot, new VmConsoles([config.name], terminal.send, true)));
  } finally {
    devices.close();
  }
}

/** The gateway is the host's, so that several VMs could share it. */
const machineOf = ({ setup: { gateway } }: Devices) => ({ gateways: gateway ? [gateway] : [] });

function configOf(options: VmOptions): Omit<VmConfig, 'devices' | 'console'> {
  const image = imageFor(options);
  const { guest, initrd, append, harts } = options;
  if (initrd !== undefined && guest !== undefined)
    throw new UsageError('--initrd is for a kernel; give --kernel FILE instead of a guest of the course.');
  return {
    name: guest ?? image.name,
    image,
    initrd: initrd === undefined ? undefined : initrdImage(readImageFile(initrd), initrd, image, ramOf(options)),
    memoryBytes: ramOf(options).size,
    harts: harts === undefined ? 1 : wholeNumber('--harts', harts),
    append,
  };
}

function imageFor(options: VmOptions): Image {
  const { guest, kernel } = options;
  if (guest !== undefined) return imageOf(findGuest(guest).file, readGuest(guest));
  if (kernel === undefined) throw new UsageError('Nothing to boot: give the name of a guest, or --kernel FILE.');
  const bytes = unpacked(readImageFile(kernel), kernel);
  return loadImage(bytes, kernel, { rawAddress: KERNEL_ADDRESS, ram: ramOf(options) });
}

function isaFor({ isa, kernel }: VmOptions, technique: TechniqueName): Isa | undefined {
  if (isa !== undefined) return parseIsa(isa);
  return kernel === undefined ? undefined : TECHNIQUES[technique].isa;
}

const ramOf = ({ memory = DEFAULT_MEMORY }: VmOptions) => ({ base: BOARD.ram.base, size: memorySize(memory) });
