/** Flattened device trees: a tree of properties to a blob of version 17, and back. Devicetree Specification 0.4, ch. 5. */
import { InputError } from './input-error';

/** A node; the root's name is empty. Property values are raw bytes, made by `cells`, `text` and `empty`. */
export interface FdtNode {
  readonly name: string;
  readonly properties: Readonly<Record<string, Uint8Array>>;
  readonly children: readonly FdtNode[];
}

/** A blob that `readFdt` cannot take; the message is one sentence. */
export class FdtError extends InputError {
  override readonly name = 'FdtError';
}

/** A node with its properties and children. */
export function node(name: string, properties: Record<string, Uint8Array>, children: readonly FdtNode[] = []): FdtNode {
  return { name, properties, children };
}

/** Property of 32-bit cells, big-endian. A bigint is a pair of cells: 64 bits, high half first. */
export function cells(...values: readonly (number | bigint)[]): Uint8Array {
  const words = values.flatMap((v) => (typeof v === 'bigint' ? [Number(v >> 32n), Number(v & 0xffff_ffffn)] : [v]));
  const bytes = new Uint8Array(4 * words.length);
  // By hand: a tree has hundreds of these, and a DataView would need a buffer outside of V8's heap for each, at ten times the cost.
  for (let i = 0; i < bytes.length; i++) bytes[i] = words[i >> 2] >>> (24 - 8 * (i & 3));
  return bytes;
}

/** Property of one or more strings, each ended by a zero byte. */
export function text(...values: readonly string[]): Uint8Array {
  const all = values.map((value) => `${value}\0`).join('');
  const bytes = new Uint8Array(all.length);
  // By hand, as in `cells`: an encoder costs more than most strings have characters.
  for (let i = 0; i < all.length; i++) {
    const code = all.charCodeAt(i);
    if (code > 0x7f) return new TextEncoder().encode(all);
    bytes[i] = code;
  }
  return bytes;
}

/** Property that says something by being there. */
export const empty = new Uint8Array(0);

const MAGIC = 0xd00d_feed;
const VERSION = 17;
/** The oldest version that a reader of ours must know to read version 17. */
const COMPATIBLE = 16;
const HEADER_BYTES = 40;
/** The memory reservation block: one entry of two 64-bit zeros ends it. */
const RESERVATION_BYTES = 16;

const BEGIN_NODE = 1;
const END_NODE = 2;
const PROP = 3;
const NOP = 4;
const END = 9;

/** Nesting that `readFdt` follows; real trees stay below 10. */
const MAX_DEPTH = 64;

/** The blob for a tree, as it lies in memory for software to find. */
export function writeFdt(root: FdtNode, bootHart = 0): Uint8Array {
  const names = new Names();
  const structure = new Bytes();
  writeNode(root, structure, names);
  structure.cell(END);
  const structAt = HEADER_BYTES + RESERVATION_BYTES;
  const stringsAt = structAt + structure.length;
  const strings = names.bytes();
  const total = stringsAt + strings.length;
  const header = cells(
    MAGIC,
    total,
    structAt,
    stringsAt,
    HEADER_BYTES,
    VERSION,
    COMPATIBLE,
    bootHart,
    strings.length,
    structure.length,
  );
  const blob = new Uint8Array(total);
  blob.set(header);
  blob.set(structure.bytes(), structAt);
  blob.set(strings, stringsAt);
  return blob;
}

function writeNode(of: FdtNode, out: Bytes, names: Names): void {
  out.cell(BEGIN_NODE);
  out.padded(text(of.name));
  for (const [name, value] of Object.entries(of.properties)) {
    out.cell(PROP);
    out.cell(value.length);
    out.cell(names.offset(name));
    out.padded(value);
  }
  for (const child of of.children) writeNode(child, out, names);
  out.cell(END_NODE);
}

/** Bytes under construction, in units of 4. */
class Bytes {
  #bytes = new Uint8Array(4096);
  length = 0;

  cell(value: number): void {
    const bytes = this.#room(4);
    for (let i = 0; i < 4; i++) bytes[this.length++] = value >>> (24 - 8 * i);
  }

  /** `bytes` and zeros up to the next multiple of 4. */
  padded(bytes: Uint8Array): void {
    const size = Math.ceil(bytes.length / 4) * 4;
    this.#room(size).set(bytes, this.length);
    this.length += size;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  /** What has been written, with zeros behind it for at least `size` more bytes. */
  #room(size: number): Uint8Array {
    if (this.length + size > this.#bytes.length) {
      const larger = new Uint8Array(2 * (this.length + size));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return this.#bytes;
  }
}

/** The strings block: each property name once. */
class Names {
  readonly #offsets = new Map<string, number>();
  #length = 0;

  offset(name: string): number {
    const known = this.#offsets.get(name);
    if (known !== undefined) return known;
    const offset = this.#length;
    this.#offsets.set(name, offset);
    this.#length += name.length + 1;
    return offset;
  }

  bytes(): Uint8Array {
    return text(...this.#offsets.keys());
  }
}

/** The tree in a blob. Throws FdtError, and nothing else, for bytes that are not one. */
export function readFdt(blob: Uint8Array): FdtNode {
  return new Reader(blob).root();
}

class Reader {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  #at: number;
  readonly #structEnd: number;
  readonly #strings: number;
  readonly #stringsEnd: number;

  constructor(blob: Uint8Array) {
    if (blob.length < HEADER_BYTES)
      throw new FdtError(`A device tree has a header of 40 bytes; this has ${blob.length} bytes.`);
    this.#view = new DataView(blob.buffer, blob.byteOffset, blob.length);
    this.#bytes = blob;
    const field = (index: number): number => this.#view.getUint32(4 * index);
    if (field(0) !== MAGIC) throw new FdtError(`A device tree begins with 0xd00dfeed, not 0x${field(0).toString(16)}.`);
    if (field(5) < VERSION || field(6) > VERSION)
      throw new FdtError(`The device tree has version ${field(5)}, not 17.`);
    if (field(1) > blob.length)
      throw new FdtError(`The device tree says that it has ${field(1)} bytes, but there are ${blob.length}.`);
    [this.#at, this.#structEnd] = this.#block('structure', field(2), field(9), field(1));
    [this.#strings, this.#stringsEnd] = this.#block('strings', field(3), field(8), field(1));
  }

  root(): FdtNode {
    if (this.#token() !== BEGIN_NODE) throw new FdtError('The device tree has no root node.');
    const root = this.#node(0);
    if (this.#token() !== END) throw new FdtError('The device tree goes on behind its root node.');
    return root;
  }

  #block(what: string, from: number, size: number, total: number): [number, number] {
    if (from + size > total)
      throw new FdtError(`The device tree's ${what} block ends at byte ${from + size} of ${total}.`);
    return [from, from + size];
  }

  #node(depth: number): FdtNode {
    if (depth > MAX_DEPTH) throw new FdtError(`The device tree nests deeper than ${MAX_DEPTH} nodes.`);
    const name = this.#string(this.#at, this.#structEnd);
    this.#skip(name.length + 1);
    const properties: Record<string, Uint8Array> = Object.create(null) as Record<string, Uint8Array>;
    const children: FdtNode[] = [];
    for (;;) {
      const token = this.#token();
      if (token === END_NODE) return { name, properties, children };
      if (token === BEGIN_NODE) children.push(this.#node(depth + 1));
      else if (token === PROP) this.#property(properties);
      else throw new FdtError(`The device tree has ${token} where a node or a property should begin.`);
    }
  }

  #property(into: Record<string, Uint8Array>): void {
    const length = this.#cell();
    const nameAt = this.#strings + this.#cell();
    if (this.#at + length > this.#structEnd)
      throw new FdtError(`A property of ${length} bytes runs out of the device tree.`);
    into[this.#string(nameAt, this.#stringsEnd)] = this.#bytes.slice(this.#at, this.#at + length);
    this.#skip(length);
  }

  /** The next token that means something. */
  #token(): number {
    let token = this.#cell();
    while (token === NOP) token = this.#cell();
    return token;
  }

  #cell(): number {
    if (this.#at + 4 > this.#structEnd) throw new FdtError('The device tree ends in the middle of a node.');
    const value = this.#view.getUint32(this.#at);
    this.#at += 4;
    return value;
  }

  /** Steps over `length` bytes and their padding. */
  #skip(length: number): void {
    this.#at += Math.ceil(length / 4) * 4;
  }

  /** The characters from `at` to the next zero byte, one byte each. */
  #string(at: number, end: number): string {
    const zero = this.#bytes.indexOf(0, at);
    if (zero < 0 || zero >= end) throw new FdtError('A string in the device tree has no end.');
    return new TextDecoder('latin1').decode(this.#bytes.subarray(at, zero));
  }
}
