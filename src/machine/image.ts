/** Images that people hand to the machine: ELF files, Linux kernels or raw bytes, checked against RAM before anything is written. */
import type { Ram } from './bus/ram';
import { ImageError, looksLikeElf, readElf, type Segment } from './elf';
import { RAM_BASE } from './engine/layout';
import { linuxHeader, packedImage } from './linux-image';

/** Something ready to be placed. All addresses are physical. */
export interface Image {
  /** What people call it: a file name. */
  readonly name: string;
  /** Where its first instruction is. */
  readonly entry: bigint;
  readonly segments: readonly Segment[];
  readonly symbols: ReadonlyMap<string, bigint>;
}

export interface ImageOptions {
  /** Where a raw image goes; an ELF file and a Linux kernel say so themselves. Default: the start of RAM. */
  readonly rawAddress?: number;
  /** RAM that the image must fit into. Default: 128 MiB at 0x80000000. */
  readonly ram?: { readonly base: number; readonly size: number };
}

const INITRD_DISTANCE = 128 * 2 ** 20;
const DEFAULT_RAM = { base: RAM_BASE, size: 128 * 2 ** 20 };

/** Reads an image. Throws ImageError, one sentence beginning with `name`, for anything that this machine could not run. */
export function loadImage(bytes: Uint8Array, name: string, options: ImageOptions = {}): Image {
  if (bytes.length === 0) throw new ImageError(`${name} is empty.`);
  const packed = packedImage(bytes, name);
  if (packed) throw new ImageError(`${name} is compressed (${packed.method}); unpack it first.`);
  const ram = options.ram ?? DEFAULT_RAM;
  const image = looksLikeElf(bytes)
    ? { name, ...readElf(bytes, name) }
    : (linuxImage(bytes, name, ram.base) ?? rawImage(bytes, name, options.rawAddress ?? RAM_BASE));
  for (const segment of image.segments) checkInRam(segment, name, ram);
  return image;
}

/** Bytes without a header: all of them at `address`, starting with the first. */
function rawImage(bytes: Uint8Array, name: string, address: number): Image {
  return { name, entry: BigInt(address), segments: [{ address, bytes, memBytes: bytes.length }], symbols: new Map() };
}

/** Linux's Image starts with its first byte too, but says where it wants to lie and how much memory it needs. */
function linuxImage(bytes: Uint8Array, name: string, ramBase: number): Image | undefined {
  const header = linuxHeader(bytes, name);
  if (!header) return undefined;
  const raw = rawImage(bytes, name, ramBase + header.textOffset);
  const [segment] = raw.segments;
  return { ...raw, segments: [{ ...segment, memBytes: Math.max(header.imageSize, bytes.length) }] };
}

/**
 * A file for the kernel's first file system: half the RAM behind the kernel's start, at most 128 MiB, as QEMU places it, so that
 * a kernel that unpacks itself does not run over it. Throws ImageError if RAM ends before it does.
 */
export function initrdImage(
  bytes: Uint8Array,
  name: string,
  kernel: Image,
  ram: { base: number; size: number },
): Image {
  if (bytes.length === 0) throw new ImageError(`${name} is empty.`);
  const address = Number(kernel.entry) + Math.min(Math.floor(ram.size / 2), INITRD_DISTANCE);
  const image = rawImage(bytes, name, address);
  checkInRam(image.segments[0], name, ram);
  return image;
}

function checkInRam(segment: Segment, name: string, ram: { base: number; size: number }): void {
  const end = endOf(segment);
  if (segment.address >= ram.base && end <= ram.base + ram.size) return;
  throw new ImageError(
    `${name} needs ${range(segment.address, end)}, but RAM is ${range(ram.base, ram.base + ram.size)} (${ram.size / 2 ** 20} MiB).`,
  );
}

const range = (from: number, end: number): string => `0x${from.toString(16)}-0x${(end - 1).toString(16)}`;

/** The address behind its last byte. */
export const endOf = ({ address, memBytes }: Segment): number => address + memBytes;

/** Refuses two images that would overwrite each other. */
export function checkApart(a: Image, b: Image): void {
  for (const one of a.segments) {
    for (const other of b.segments) {
      if (one.address < endOf(other) && other.address < endOf(one)) {
        throw new ImageError(
          `${b.name} needs ${range(other.address, endOf(other))}, where ${a.name} already has ${range(one.address, endOf(one))}.`,
        );
      }
    }
  }
}

/** Writes an image into RAM that it was checked against. */
export function placeImage(image: Image, ram: Ram): void {
  for (const { address, bytes, memBytes } of image.segments) {
    ram.copyIn(address, bytes);
    ram.fill(address + bytes.length, memBytes - bytes.length);
  }
}
