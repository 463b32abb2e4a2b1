/**
 * The forms in which Linux's kernel comes: `Image` with its header (Documentation/arch/riscv/boot-image-header.rst), gzip, and the
 * EFI application that carries a packed Image (drivers/firmware/efi/libstub/zboot-header.S).
 */
import { ImageError } from './elf';

/** What the header of an Image says; sizes in bytes. */
export interface LinuxHeader {
  /** Where it wants to lie, from the start of RAM. */
  readonly textOffset: number;
  /** All memory that it uses before it knows of memory, behind its start: more than the file. 0: not said. */
  readonly imageSize: number;
}

/** Something packed inside an image file. */
export interface PackedImage {
  /** `gzip`, or what an EFI image says: `zstd`, `lzma` ... */
  readonly method: string;
  readonly bytes: Uint8Array;
}

const HEADER_BYTES = 64;
/** "RSC\x05" at byte 56; kernels from 5.4 on have it. */
const MAGIC = { at: 56, riscv: 0x0543_5352, arm64: 0x644d_5241 };
/** "HdrS": a kernel for a PC (Documentation/arch/x86/boot.rst). */
const X86 = { at: 0x202, magic: 0x5372_6448 };
const MZ = 0x5a4d;
const ZIMG = 0x676d_697a; // "zimg", at byte 4 of a packed EFI image
const ZIMG_METHOD = { from: 24, to: 56 };

/** The header, if the bytes are Linux's Image for RISC-V. Throws ImageError for a kernel that is for another machine. */
export function linuxHeader(bytes: Uint8Array, file: string): LinuxHeader | undefined {
  const view = viewOf(bytes);
  if (bytes.length < HEADER_BYTES) return undefined;
  const magic = view.getUint32(MAGIC.at, true);
  if (magic === MAGIC.arm64) throw new ImageError(`${file} is a Linux kernel for AArch64; this machine runs RISC-V.`);
  if (bytes.length >= X86.at + 4 && view.getUint32(X86.at, true) === X86.magic)
    throw new ImageError(`${file} is a Linux kernel for x86; this machine runs RISC-V.`);
  if (magic !== MAGIC.riscv) return undefined;
  return { textOffset: size(view, 8, 'text_offset', file), imageSize: size(view, 16, 'image_size', file) };
}

/** What is packed in `bytes`, or undefined if they are not packed. Throws ImageError for an EFI image that is cut short. */
export function packedImage(bytes: Uint8Array, file: string): PackedImage | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return { method: 'gzip', bytes };
  const view = viewOf(bytes);
  if (bytes.length < HEADER_BYTES || view.getUint16(0, true) !== MZ || view.getUint32(4, true) !== ZIMG)
    return undefined;
  const [from, length] = [view.getUint32(8, true), view.getUint32(12, true)];
  if (from + length > bytes.length)
    throw new ImageError(
      `${file} is cut short: its kernel ends at byte ${from + length}, the file at byte ${bytes.length}.`,
    );
  const [method] = new TextDecoder().decode(bytes.subarray(ZIMG_METHOD.from, ZIMG_METHOD.to)).split('\0');
  return { method, bytes: bytes.subarray(from, from + length) };
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

function size(view: DataView, at: number, name: string, file: string): number {
  const value = view.getBigUint64(at, true);
  if (value >= 2n ** 53n)
    throw new ImageError(`${file} gives ${name} as 0x${value.toString(16)}, which is beyond any memory.`);
  return Number(value);
}
