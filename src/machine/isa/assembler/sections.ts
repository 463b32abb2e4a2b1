/** Sections: what the program consists of before it has addresses, and how they are placed one behind the other. */
import type { Place } from './expression';
import { Mistake, type SourceLine } from './program';

/** Bytes that may depend on addresses: made when all of them are known. */
export interface Chunk {
  readonly offset: number;
  readonly length: number;
  readonly source: SourceLine;
  readonly instruction: boolean;
  readonly bytes: (pc: bigint) => Uint8Array;
}

type Kind = 'code' | 'constants' | 'data' | 'zeros';
const ORDER: readonly Kind[] = ['code', 'constants', 'data', 'zeros'];
const PAGE = 4096n;
/** More than any guest of ours has as memory. */
const LARGEST = 256 * 1024 * 1024;

export class Section implements Place {
  /** In bytes. */
  size = 0;
  alignment = 1;
  /** Known after `place`. */
  address = 0n;
  readonly chunks: Chunk[] = [];
  readonly kind: Kind;

  /** `flags` are those of `.section`: x executable, w writable. */
  constructor(
    readonly name: string,
    flags?: string,
  ) {
    this.kind = kindOf(name, flags);
  }

  /** Appends `length` bytes. */
  append(length: number, source: SourceLine, bytes: (pc: bigint) => Uint8Array, instruction = false): void {
    if (this.size + length > LARGEST) throw new Mistake(`the section ${this.name} grows beyond 256 MiB`);
    this.chunks.push({ offset: this.size, length, source, instruction, bytes });
    this.size += length;
  }
}

function kindOf(name: string, flags: string | undefined): Kind {
  if (/^\.s?bss\b/.test(name)) return 'zeros';
  if (flags === undefined) return /^\.text\b/.test(name) ? 'code' : /^\.s?rodata\b/.test(name) ? 'constants' : 'data';
  return flags.includes('x') ? 'code' : flags.includes('w') ? 'data' : 'constants';
}

/**
 * Gives every section its address, in the order code, constants, data, zeros, and returns them in this order. What the program writes
 * begins on a new page: a store then never lands on a page with code, whose decoded instructions it would drop.
 */
export function place(sections: readonly Section[], origin: bigint): Section[] {
  const ordered = ORDER.flatMap((kind) => sections.filter((section) => section.kind === kind));
  const isWritable = ({ kind }: Section) => kind === 'data' || kind === 'zeros';
  const firstWritable = ordered.find((section) => isWritable(section) && section.size > 0);
  let end = origin;
  for (const section of ordered) {
    const wanted = BigInt(section.alignment);
    const alignment = section === firstWritable && wanted < PAGE ? PAGE : wanted;
    section.address = section.size === 0 ? end : roundUp(end, alignment); // an empty section may have labels, but needs no room
    end = section.address + BigInt(section.size);
  }
  return ordered;
}

const roundUp = (address: bigint, alignment: bigint) => ((address + alignment - 1n) / alignment) * alignment;
