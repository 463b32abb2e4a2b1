/** Makes small ELF64 files for tests, field by field from the System V ABI; any field can then be damaged. */

export interface Part {
  readonly address: bigint;
  readonly bytes: Uint8Array;
  /** Default: as many as `bytes`. */
  readonly memBytes?: bigint;
  /** Virtual address; default: the physical one. */
  readonly vaddr?: bigint;
  /** p_type; default 1, PT_LOAD. */
  readonly type?: number;
}

export interface ElfContent {
  readonly entry: bigint;
  readonly parts: readonly Part[];
  readonly symbols?: Readonly<Record<string, bigint>>;
}

/** Offsets of fields in the ELF header, and in a program header from PROGRAM_HEADERS + 56 * index. */
export const FIELD = {
  class: 4,
  data: 5,
  type: 16,
  machine: 18,
  entry: 24,
  phoff: 32,
  shoff: 40,
  phentsize: 54,
  phnum: 56,
  shentsize: 58,
  shnum: 60,
  p_type: 0,
  p_offset: 8,
  p_vaddr: 16,
  p_paddr: 24,
  p_filesz: 32,
  p_memsz: 40,
} as const;
export const PROGRAM_HEADERS = 64;

/** The file: ELF header, program headers, contents, symbol table, names, and the section headers last. */
export function makeElf({ entry, parts, symbols = {} }: ElfContent): Uint8Array {
  const names = `\0${Object.keys(symbols)
    .map((name) => `${name}\0`)
    .join('')}`;
  const contentsAt = PROGRAM_HEADERS + 56 * parts.length;
  const symtabAt = contentsAt + parts.reduce((sum, part) => sum + part.bytes.length, 0);
  const symtabSize = 24 * (1 + Object.keys(symbols).length);
  const strtabAt = symtabAt + symtabSize;
  const sectionsAt = strtabAt + names.length;
  const bytes = new Uint8Array(sectionsAt + 3 * 64);
  const view = new DataView(bytes.buffer);
  const u16 = (at: number, value: number): void => view.setUint16(at, value, true);
  const u32 = (at: number, value: number): void => view.setUint32(at, value, true);
  const u64 = (at: number, value: bigint | number): void => view.setBigUint64(at, BigInt(value), true);

  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  u16(FIELD.type, 2);
  u16(FIELD.machine, 243);
  u32(20, 1);
  u64(FIELD.entry, entry);
  u64(FIELD.phoff, PROGRAM_HEADERS);
  u64(FIELD.shoff, sectionsAt);
  u16(52, 64);
  u16(FIELD.phentsize, 56);
  u16(FIELD.phnum, parts.length);
  u16(FIELD.shentsize, 64);
  u16(FIELD.shnum, 3);

  let at = contentsAt;
  parts.forEach((part, index) => {
    const header = PROGRAM_HEADERS + 56 * index;
    u32(header + FIELD.p_type, part.type ?? 1);
    u32(header + 4, 7); // readable, writable, executable
    u64(header + FIELD.p_offset, at);
    u64(header + FIELD.p_vaddr, part.vaddr ?? part.address);
    u64(header + FIELD.p_paddr, part.address);
    u64(header + FIELD.p_filesz, part.bytes.length);
    u64(header + FIELD.p_memsz, part.memBytes ?? part.bytes.length);
    bytes.set(part.bytes, at);
    at += part.bytes.length;
  });

  Object.entries(symbols).forEach(([name, value], index) => {
    const symbol = symtabAt + 24 * (index + 1);
    u32(symbol, names.indexOf(`\0${name}\0`) + 1);
    u16(symbol + 6, 1); // in some section
    u64(symbol + 8, value);
  });
  bytes.set(new TextEncoder().encode(names), strtabAt);
  section(1, 2, symtabAt, symtabSize, 2);
  section(2, 3, strtabAt, names.length, 0);
  return bytes;

  function section(index: number, type: number, offset: number, size: number, link: number): void {
    const header = sectionsAt + 64 * index;
    u32(header + 4, type);
    u64(header + 24, offset);
    u64(header + 32, size);
    u32(header + 40, link);
  }
}

/** A copy of `file` with a little-endian field of `width` bytes changed. */
export function patched(file: Uint8Array, at: number, width: 1 | 2 | 4 | 8, value: bigint | number): Uint8Array {
  const copy = file.slice();
  for (let i = 0; i < width; i++) copy[at + i] = Number((BigInt(value) >> BigInt(8 * i)) & 0xffn);
  return copy;
}
