/** Images that people hand to the machine: ELF files or raw bytes, checked against RAM before anything is written. */
import type { Ram } from './bus/ram';
import { ImageError, looksLikeElf, readElf, type Segment } from './elf';
import { RAM_BASE } from './engine/layout';

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
  /** Where a raw image goes; an ELF file says so itself. Default: the start of RAM. */
  readonly rawAddress?: number;
  /** RAM that the image must fit into. Default: 128 MiB at 0x80000000. */
  readonly ram?: { readonly base: number; readonly size: number };
}

const DEFAULT_RAM = { base: RAM_BASE, size: 128 * 2 ** 20 };

/** Reads an image. Throws ImageError, one sentence beginning with `name`, for anything that this machine could not run. */
export function loadImage(bytes: Uint8Array, name: string, options: ImageOptions = {}): Image {
  if (bytes.length === 0) throw new ImageError(`${name} is empty.`);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    throw new ImageError(`${name} is compressed; unpack it with gunzip first.`);
  const image = looksLikeElf(bytes)
    ? { name, ...readElf(bytes, name) }
    : rawImage(bytes, name, options.rawAddress ?? RAM_BASE);
  const ram = options.ram ?? DEFAULT_RAM;
  for (const segment of image.segments) checkInRam(segment, name, ram);
  return image;
}

/** Bytes without a header: all of them at `address`, starting with the first. */
function rawImage(bytes: Uint8Array, name: string, address: number): Image {
  return { name, entry: BigInt(address), segments: [{ address, bytes, memBytes: bytes.length }], symbols: new Map() };
}

function checkInRam(segment: Segment, name: string, ram: { base: number; size: number }): void {
  const end = segment.address + segment.memBytes;
  if (segment.address >= ram.base && end <= ram.base + ram.size) return;
  throw new ImageError(
    `${name} needs ${range(segment.address, end)}, but RAM is ${range(ram.base, ram.base + ram.size)} (${ram.size / 2 ** 20} MiB).`,
  );
}

const range = (from: number, end: number): string => `0x${from.toString(16)}-0x${(end - 1).toString(16)}`;

/** Refuses two images that would overwrite each other. */
export function checkApart(a: Image, b: Image): void {
  for (const one of a.segments) {
    for (const other of b.segments) {
      if (one.address < other.address + other.memBytes && other.address < one.address + one.memBytes) {
        throw new ImageError(
          `${b.name} needs ${range(other.address, other.address + other.memBytes)}, where ${a.name} already has ${range(one.address, one.address + one.memBytes)}.`,
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
