/** ELF64 files for RISC-V: what to put where, where to start, and names for addresses. System V ABI, ch. 4-5; RISC-V ELF psABI. */
import { InputError } from './input-error';

/** An image that cannot be loaded; the message is one sentence beginning with the file's name. */
export class ImageError extends InputError {
  override readonly name = 'ImageError';
}

/** A part of an image: `bytes`, then zeros up to `memBytes`, from physical address `address` on. */
export interface Segment {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly memBytes: number;
}

/** What an ELF file says. Addresses of segments and of the entry are physical; symbols have the addresses that the linker gave. */
export interface ElfFile {
  readonly entry: bigint;
  readonly segments: readonly Segment[];
  readonly symbols: ReadonlyMap<string, bigint>;
}

const MAGIC = [0x7f, 0x45, 0x4c, 0x46]; // DEL E L F
const HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
const SECTION_HEADER_BYTES = 64;
const SYMBOL_BYTES = 24;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const EXECUTABLE = 2;
const SHARED = 3; // a position-independent program: loaded where its headers say
const RISCV = 243;
/** e_phnum when the number of program headers did not fit. */
const TOO_MANY = 0xffff;
const PT_LOAD = 1;
const SHT_SYMTAB = 2;
/** The symbols that stay in a stripped file: enough to name functions of Debian's OpenSBI. */
const SHT_DYNSYM = 11;
/** Addresses and sizes beyond this are not exact as JavaScript numbers, and no machine has them. */
const LIMIT = 2n ** 53n;
const LONGEST_NAME = 4096;

/** Names of machines that somebody may try by mistake. */
const MACHINES: Readonly<Record<number, string>> = {
  3: 'x86',
  8: 'MIPS',
  20: 'PowerPC',
  21: 'PowerPC 64',
  22: 'S/390',
  40: 'Arm',
  62: 'x86-64',
  183: 'AArch64',
  258: 'LoongArch',
};

/** True if `bytes` begin as an ELF file does, even if they end within its first four bytes. */
export function looksLikeElf(bytes: Uint8Array): boolean {
  return bytes.length > 0 && MAGIC.every((byte, i) => i >= bytes.length || bytes[i] === byte);
}

/** Reads an ELF file; `file` names it in errors. Throws ImageError, and nothing else, whatever the bytes are. */
export function readElf(bytes: Uint8Array, file: string): ElfFile {
  const elf = new ElfBytes(bytes, file);
  elf.need(0, HEADER_BYTES, 'its ELF header');
  checkIdentity(elf);
  const loads = programHeaders(elf);
  const sections = sectionHeaders(elf);
  return {
    entry: physicalEntry(elf, loads),
    segments: loads.map((load) => segment(elf, load)),
    symbols: symbols(elf, sections),
  };
}

/** A PT_LOAD program header; all fields in bytes. */
interface Load {
  readonly index: number;
  readonly offset: number;
  readonly vaddr: bigint;
  readonly paddr: number;
  readonly fileSize: number;
  readonly memSize: number;
}

interface Section {
  readonly index: number;
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

/** Little-endian reads from a file, and its refusals. */
class ElfBytes {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #file: string;

  constructor(bytes: Uint8Array, file: string) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#file = file;
  }

  u8(at: number): number {
    return this.#view.getUint8(at);
  }
  u16(at: number): number {
    return this.#view.getUint16(at, true);
  }
  u32(at: number): number {
    return this.#view.getUint32(at, true);
  }
  u64(at: number): bigint {
    return this.#view.getBigUint64(at, true);
  }

  /** A 64-bit field as a number; refuses what no file or machine can have. */
  size(at: number, what: string): number {
    const value = this.u64(at);
    if (value >= LIMIT) this.refuse(`gives ${what} as 0x${value.toString(16)}, which is beyond any memory`);
    return Number(value);
  }

  /** Refuses a file that has not all of from .. from + size - 1. */
  need(from: number, size: number, what: string): void {
    if (from + size > this.bytes.length) {
      this.refuse(`is cut short: ${what} ends at byte ${from + size}, the file at byte ${this.bytes.length}`);
    }
  }

  refuse(why: string): never {
    throw new ImageError(`${this.#file} ${why}.`);
  }
}

/** Is it a program for this machine at all? */
function checkIdentity(elf: ElfBytes): void {
  if (elf.u8(4) !== CLASS_64) elf.refuse('is a 32-bit ELF file; this machine runs 64-bit programs');
  if (elf.u8(5) !== LITTLE_ENDIAN) elf.refuse('is big-endian; this machine is little-endian');
  const machine = elf.u16(18);
  if (machine !== RISCV) {
    const name = MACHINES[machine] ?? 'another machine';
    elf.refuse(`is for ${name} (e_machine ${machine}); this machine runs RISC-V (243)`);
  }
  const type = elf.u16(16);
  if (type !== EXECUTABLE && type !== SHARED) {
    elf.refuse(`is not a linked program (e_type ${type}, not 2 or 3)${type === 1 ? '; it is an object file' : ''}`);
  }
}

/** The PT_LOAD headers that occupy memory, checked against the file and against each other. */
function programHeaders(elf: ElfBytes): Load[] {
  const at = elf.size(32, 'e_phoff');
  const entryBytes = elf.u16(54);
  const count = elf.u16(56);
  if (count === 0) elf.refuse('has no program headers, so nothing says what to load');
  if (count === TOO_MANY) elf.refuse('has 65,535 or more program headers (e_phnum 0xffff)');
  if (entryBytes !== PROGRAM_HEADER_BYTES)
    elf.refuse(`has program headers of ${entryBytes} bytes, not ${PROGRAM_HEADER_BYTES}`);
  elf.need(at, count * PROGRAM_HEADER_BYTES, 'its program header table');
  const loads: Load[] = [];
  for (let index = 0; index < count; index++) {
    const header = at + index * PROGRAM_HEADER_BYTES;
    if (elf.u32(header) === PT_LOAD) loads.push(loadHeader(elf, header, index));
  }
  const occupying = loads.filter((load) => load.memSize > 0);
  if (occupying.length === 0) elf.refuse('loads nothing: it has no PT_LOAD segment with a size');
  checkOverlap(elf, occupying);
  return occupying;
}

function loadHeader(elf: ElfBytes, header: number, index: number): Load {
  const what = `segment ${index}`;
  const load = {
    index,
    offset: elf.size(header + 8, `p_offset of ${what}`),
    vaddr: elf.u64(header + 16),
    paddr: elf.size(header + 24, `p_paddr of ${what}`),
    fileSize: elf.size(header + 32, `p_filesz of ${what}`),
    memSize: elf.size(header + 40, `p_memsz of ${what}`),
  };
  elf.need(load.offset, load.fileSize, what);
  if (load.fileSize > load.memSize) {
    elf.refuse(`has ${load.fileSize} bytes for segment ${index}, but memory for ${load.memSize} only`);
  }
  return load;
}

function checkOverlap(elf: ElfBytes, loads: readonly Load[]): void {
  const sorted = [...loads].sort((a, b) => a.paddr - b.paddr);
  for (let i = 1; i < sorted.length; i++) {
    const [low, high] = [sorted[i - 1], sorted[i]];
    if (low.paddr + low.memSize > high.paddr) {
      elf.refuse(`has overlapping segments: ${where(low)} and ${where(high)}`);
    }
  }
}

const where = (load: Load): string =>
  `${load.index} at 0x${load.paddr.toString(16)}-0x${(load.paddr + load.memSize - 1).toString(16)}`;

function segment(elf: ElfBytes, load: Load): Segment {
  return {
    address: load.paddr,
    bytes: elf.bytes.subarray(load.offset, load.offset + load.fileSize),
    memBytes: load.memSize,
  };
}

/** e_entry is virtual. The program starts untranslated, so it is moved as the segment that holds it was. */
function physicalEntry(elf: ElfBytes, loads: readonly Load[]): bigint {
  const entry = elf.u64(24);
  const home = loads.find((load) => entry >= load.vaddr && entry < load.vaddr + BigInt(load.memSize));
  if (!home) elf.refuse(`starts at 0x${entry.toString(16)}, which is in none of its segments`);
  if (entry % 2n !== 0n) elf.refuse(`starts at the odd address 0x${entry.toString(16)}`);
  return entry - home.vaddr + BigInt(home.paddr);
}

/** All section headers; a file without them is fine and has no symbols. */
function sectionHeaders(elf: ElfBytes): Section[] {
  const at = elf.size(40, 'e_shoff');
  const count = elf.u16(60);
  if (at === 0 || count === 0) return [];
  const entryBytes = elf.u16(58);
  if (entryBytes !== SECTION_HEADER_BYTES)
    elf.refuse(`has section headers of ${entryBytes} bytes, not ${SECTION_HEADER_BYTES}`);
  elf.need(at, count * SECTION_HEADER_BYTES, 'its section header table');
  return Array.from({ length: count }, (_, index) => {
    const header = at + index * SECTION_HEADER_BYTES;
    return {
      index,
      type: elf.u32(header + 4),
      offset: elf.size(header + 24, `sh_offset of section ${index}`),
      size: elf.size(header + 32, `sh_size of section ${index}`),
      link: elf.u32(header + 40),
    };
  });
}

/** Names of functions, objects and labels. Where a name occurs twice (two static functions), the first one counts. */
function symbols(elf: ElfBytes, sections: readonly Section[]): Map<string, bigint> {
  const names = new Map<string, bigint>();
  const ofType = (type: number) => sections.find((section) => section.type === type);
  const table = ofType(SHT_SYMTAB) ?? ofType(SHT_DYNSYM);
  if (!table) return names;
  const strings = sections[table.link];
  if (!strings) elf.refuse(`has symbols whose names are in section ${table.link}, which it does not have`);
  elf.need(table.offset, table.size, 'its symbol table');
  elf.need(strings.offset, strings.size, "its symbols' names");
  const stringsEnd = strings.offset + strings.size;
  for (let at = table.offset; at + SYMBOL_BYTES <= table.offset + table.size; at += SYMBOL_BYTES) {
    const type = elf.u8(at + 4) & 0xf; // 0 label, 1 object, 2 function; sections and files have no use here
    const nameAt = strings.offset + elf.u32(at);
    if (type > 2 || elf.u16(at + 6) === 0 || nameAt >= stringsEnd) continue;
    const name = nameIn(elf.bytes, nameAt, stringsEnd);
    if (name !== '' && !name.startsWith('$') && !names.has(name)) names.set(name, elf.u64(at + 8));
  }
  return names;
}

/** The characters from `at` to the next zero byte, or to `end`. Cut at LONGEST_NAME, so that a file cannot make the table cost more than itself. */
function nameIn(bytes: Uint8Array, at: number, end: number): string {
  const name = bytes.subarray(at, Math.min(end, at + LONGEST_NAME));
  const zero = name.indexOf(0);
  return new TextDecoder().decode(zero < 0 ? name : name.subarray(0, zero));
}
