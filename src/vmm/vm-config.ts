/** What somebody asks for: VMs, their guests and the rules that they run by; and the check that it can be had. */
import { checkApart, InputError, type Engine, type Image, type Isa, type Link, type Program } from '#machine';
import type { TechniqueName } from './build';
import type { GuestEvent, TraceEvent } from './events';
import { PAGE_SIZE } from './memory/slots';
import type { PlannedRange } from './memory-plan';
import type { Parts } from './parts';
import type { VmView } from './vcpu';
import { RAM_BASE, type VmDevices } from './vm-board';

export interface VmConfig {
  readonly name: string;
  /** The guest: an image at guest-physical addresses (`loadImage`, `imageOf`). */
  readonly image: Image;
  /** The kernel's first file system (`initrdImage`); the device tree says where it lies. */
  readonly initrd?: Image;
  /** RAM, in all: a multiple of 4096, at least 4 MiB. */
  readonly memoryBytes: number;
  /** Where the guest finds it: ranges whose sizes add up to `memoryBytes`. Default: all of it from 0x8000_0000 on. */
  readonly ranges?: readonly PlannedRange[];
  /** VCPUs, 1 .. 8; default 1. The guest starts the others by SBI calls. */
  readonly harts?: number;
  /** The kernel's command line, in the device tree. */
  readonly append?: string;
  /** Bytes for the kernel's random numbers, in the device tree. */
  readonly rngSeed?: Uint8Array;
  /** Default: none. Disks stay as the guest left them when the VM is reset. */
  readonly devices?: VmDevices;
  /** The most of the guest's output that is kept, in bytes; default 16 MiB. */
  readonly consoleBytes?: number;
  /** Takes each byte that the guest writes to its console. */
  readonly console?: (byte: number) => void;
  /** Take the RAM from the host in pieces of this size, scattered; default all in one piece. A multiple of 4096. */
  readonly pieceBytes?: number;
}

export interface BootOptions {
  readonly vms: readonly VmConfig[];
  /** Gateways (10.0.2.2), one a network: each gets its end of a cable, and the other is given, as a switch does. Default: none. */
  readonly gateways?: readonly ((gateway: Link) => Link)[];
  /** `bare`: no VM at all, the one guest on the machine's own S-mode, as the measure for the others. */
  readonly technique: TechniqueName;
  readonly parts: Parts;
  /** What the guests' harts can do; default: what the technique gives them. */
  readonly isa?: Isa;
  /** Default: interpret. */
  readonly engine?: Engine;
  /** Lets the part `scheduler` choose who runs next. Default: the run loop takes one after the other. */
  readonly scheduled?: boolean;
  /** Instructions of a VCPU's turn; default 100,000. */
  readonly slice?: number;
  /** Frames that the shadow tables of one VM may use; default 1024, at least 64. */
  readonly shadowFrames?: number;
  readonly onEvent?: (event: TraceEvent) => void;
  /**
   * If given, a part that fails ends the VM that it worked for, which is told here, and the others go on; a run loop that fails ends all
   * of them. Default: `run` throws what the part did.
   */
  readonly onPartFailure?: (vm: VmView, failure: Error) => void;
  /** What each guest's processor did, instruction by instruction; needs the engine `step`. */
  readonly onGuestEvent?: (vm: VmView, vcpu: number, event: GuestEvent) => void;
}

const SMALLEST = 4 * 2 ** 20;
const MOST_HARTS = 8;

/** A guest that our assembler made. */
export const imageOf = (name: string, { origin, bytes, entry, symbols }: Program): Image => ({
  name,
  entry,
  segments: [{ address: Number(origin), bytes, memBytes: bytes.length }],
  symbols,
});

/** Throws InputError, one sentence, for a configuration that cannot run. */
export function checkConfig({ vms, technique, engine, onGuestEvent }: BootOptions): void {
  if (vms.length === 0) throw new InputError('There is no VM to run.');
  if (technique === 'bare' && (vms.length !== 1 || (vms[0].harts ?? 1) !== 1)) {
    throw new InputError('The bare machine runs one guest on one hart.');
  }
  if (technique === 'bare' && vms[0].ranges) throw new InputError("The bare machine's RAM is one range.");
  if (onGuestEvent && engine !== 'step') throw new InputError('Only the engine "step" tells of each instruction.');
  for (const vm of vms) checkVm(vm);
}

function checkVm(config: VmConfig): void {
  const { name, image, memoryBytes, harts = 1, pieceBytes = PAGE_SIZE } = config;
  if (memoryBytes % PAGE_SIZE !== 0 || !(memoryBytes >= SMALLEST)) {
    throw new InputError(
      `VM "${name}": RAM of ${memoryBytes} bytes is not possible; give a multiple of 4096, at least ${SMALLEST}.`,
    );
  }
  const inAll = rangesOf(config).reduce((sum, { size }) => sum + size, 0);
  if (inAll !== memoryBytes)
    throw new InputError(`VM "${name}": its ranges hold ${inAll} bytes of RAM, not ${memoryBytes}.`);
  if (!Number.isInteger(harts) || harts < 1 || harts > MOST_HARTS) {
    throw new InputError(`VM "${name}": ${harts} harts are not possible; give 1 to ${MOST_HARTS}.`);
  }
  if (pieceBytes % PAGE_SIZE !== 0 || !(pieceBytes > 0)) {
    throw new InputError(`VM "${name}": pieces of ${pieceBytes} bytes are not possible; give a multiple of 4096.`);
  }
  for (const each of config.initrd ? [image, config.initrd] : [image]) checkImage(name, each, stretchesOf(config));
  if (config.initrd) checkApart(image, config.initrd);
}

/** All of the image lies in RAM. */
function checkImage(name: string, image: Image, ram: readonly PlannedRange[]): void {
  for (const { address, memBytes } of image.segments) {
    if (ram.some(({ gpa, size }) => address >= gpa && address + memBytes <= gpa + size)) continue;
    const there = ram.map(({ gpa, size }) => range(gpa, gpa + size)).join(' and ');
    throw new InputError(
      `${image.name} needs ${range(address, address + memBytes)}, but RAM of VM "${name}" is ${there}.`,
    );
  }
}

/** Where the VM's RAM shall be. */
export const rangesOf = ({ memoryBytes, ranges }: Pick<VmConfig, 'memoryBytes' | 'ranges'>): readonly PlannedRange[] =>
  ranges ?? [{ gpa: RAM_BASE, size: memoryBytes }];

/** The same, lowest first, with neighbours joined: as the guest sees it. */
export function stretchesOf(config: Pick<VmConfig, 'memoryBytes' | 'ranges'>): readonly PlannedRange[] {
  const joined: { gpa: number; size: number }[] = [];
  for (const { gpa, size } of [...rangesOf(config)].sort((a, b) => a.gpa - b.gpa)) {
    const last = joined.at(-1);
    if (last && last.gpa + last.size === gpa) last.size += size;
    else joined.push({ gpa, size });
  }
  return joined;
}

const range = (from: number, end: number): string => `0x${from.toString(16)}-0x${(end - 1).toString(16)}`;
