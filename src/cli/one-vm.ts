/** One VM to be looked into: a guest of the course, or a kernel from a file, with its names. */
import fs from 'node:fs';
import { UsageError } from '#course';
import { findGuest, MEMORY_BYTES, programOf, readGuest } from '#course/lab';
import { BOARD, initrdImage, loadImage, type Isa, type Program } from '#machine';
import { imageOf, TECHNIQUES, type TechniqueName, type VmConfig } from '#vmm';
import { memorySize, readImageFile } from './image-file';
import { unpacked } from './unpack';

/** A guest and what carries it. */
export interface OneVm {
  readonly name: string;
  readonly vm: VmConfig;
  readonly program: Program;
  /** What the VCPU can do; undefined: what guests of the course get. */
  readonly isa?: Isa;
}

/** What goes with a kernel from a file. */
export interface KernelFlags {
  readonly initrd?: string;
  readonly append?: string;
  readonly memory?: string;
}

const DEFAULT_MEMORY = '128M';
const KERNEL_ADDRESS = BOARD.ram.base + 2 ** 21;

/** What looks like a path, or is one, is a kernel. Throws UsageError for what is neither, and InputError for what cannot be booted. */
export function guestOrKernel(what: string, flags: KernelFlags, technique: TechniqueName): OneVm {
  if (/[./]/.test(what) || fs.existsSync(what)) return kernel(what, flags, technique);
  if (flags.initrd !== undefined || flags.append !== undefined || flags.memory !== undefined)
    throw new UsageError('--initrd, --append and --memory go with a kernel from a file.');
  return courseGuest(what);
}

/** Throws UsageError if there is no such guest. */
export function courseGuest(name: string): OneVm {
  const { file } = findGuest(name);
  const program = readGuest(name);
  return { name, program, vm: { name, image: imageOf(file, program), memoryBytes: MEMORY_BYTES } };
}

function kernel(file: string, { initrd, append, memory }: KernelFlags, technique: TechniqueName): OneVm {
  const ram = { base: BOARD.ram.base, size: memorySize(memory ?? DEFAULT_MEMORY) };
  const image = loadImage(unpacked(readImageFile(file), file), file, { rawAddress: KERNEL_ADDRESS, ram });
  const vm = {
    name: file,
    image,
    memoryBytes: ram.size,
    append,
    initrd: initrd === undefined ? undefined : initrdImage(readImageFile(initrd), initrd, image, ram),
  };
  return { name: file, program: programOf(image), vm, isa: TECHNIQUES[technique].isa };
}
