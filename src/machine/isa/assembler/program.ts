/** What the assembler gives back, and how it complains. */
import type { Symbols } from '../symbols';

/** Where an instruction came from. */
export interface SourceLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

export interface Program {
  /** Address of the first byte. */
  readonly origin: bigint;
  /** All sections as they lie in memory: code, read-only data, then, from a page boundary on, writable data and zeros for .bss. */
  readonly bytes: Uint8Array;
  /** Labels as addresses, and the values of .equ and .set, all as unsigned 64-bit numbers. */
  readonly symbols: ReadonlyMap<string, bigint>;
  /** Those of the symbols that are addresses in the program. */
  readonly labels: ReadonlyMap<string, bigint>;
  /** The labels again, to be found by address. */
  readonly names: Symbols;
  /** The source of the instruction at an address. */
  readonly lines: ReadonlyMap<bigint, SourceLine>;
  /** The address of `_start`, or the origin if there is no such label. */
  readonly entry: bigint;
}

/** A mistake in the source: `hello.s:12: there is no instruction "addd"`. */
export class AssemblyError extends Error {
  constructor(
    sentence: string,
    readonly line: number,
    file: string,
  ) {
    super(`${file}:${line}: ${sentence}`);
    this.name = 'AssemblyError';
  }
}

/** A mistake before anyone has said where: the assembler adds file and line. */
export class Mistake extends Error {}
