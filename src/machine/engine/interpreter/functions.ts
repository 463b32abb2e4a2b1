/** The functions on both sides of the interpreter's module: what it imports from TypeScript, what it exports, their numbers and types. */
import type { FunctionType, ImportedFunction } from '../wasm/module';
import { I32, I64 } from '../wasm/opcodes';

/** What TypeScript does for the interpreter. PC and BUDGET in memory are up to date when `fetch` and `step` are called, and may change. */
export interface InterpreterImports extends Record<string, (...values: number[]) => number | void> {
  /** No fetch entry for PC: fills it or does the instruction. Gives GO_ON, then PC is looked up again, or STOP. */
  fetch(): number;
  /** Does the instruction of `record`, which is at PC. Gives the record to go on with, GO_ON to look PC up, or STOP. */
  step(record: number): number;
  /** Fills the data TLB for HART.ADDRESS and an AccessKind. Gives 0 if the entry now serves the access, else `step` has to do it. */
  fill(kind: number): number;
  /** Decodes the basic block from `record` on. */
  decode(record: number): void;
  /** Only `left` instructions may begin, at least one and fewer than the block from `record` has: ends the block behind them. */
  limit(record: number, left: number): void;
}

export interface InterpreterExports {
  /** Runs from PC until BUDGET is 0 or an import says STOP. */
  run(): void;
}

/** Answers of `fetch` and `step`. Records have addresses above 0. */
export const GO_ON = 0;
export const STOP = -1;

const TYPE = { run: 0, fetch: 1, convert: 2, decode: 3, limit: 4, mulhu: 5, serve: 6 } as const;

export const TYPES: readonly FunctionType[] = [
  { parameters: [] },
  { parameters: [], result: I32 },
  { parameters: [I32], result: I32 },
  { parameters: [I32] },
  { parameters: [I32, I32] },
  { parameters: [I64, I64], result: I64 },
  { parameters: [I64, I32, I32], result: I32 },
];

export const IMPORTS: readonly ImportedFunction[] = [
  { name: 'fetch', type: TYPE.fetch },
  { name: 'step', type: TYPE.convert },
  { name: 'fill', type: TYPE.convert },
  { name: 'decode', type: TYPE.decode },
  { name: 'limit', type: TYPE.limit },
];

/** The module's own functions, in the order of their numbers. */
export const DEFINED: readonly ImportedFunction[] = [
  { name: 'run', type: TYPE.run },
  { name: 'mulhu', type: TYPE.mulhu },
  { name: 'missed', type: TYPE.convert },
  { name: 'serve', type: TYPE.serve },
];

/** Function numbers: the imports' first, then the module's own. */
export const FUNCTION = {
  fetch: 0,
  step: 1,
  fill: 2,
  decode: 3,
  limit: 4,
  run: 5,
  mulhu: 6,
  missed: 7,
  serve: 8,
} as const;
