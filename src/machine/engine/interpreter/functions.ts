/** The functions on both sides of the interpreter's module: what it imports from TypeScript, what it exports, their numbers and types. */
import { REGION_FUNCTION } from '../region/module';
import type { Code } from '../wasm/code';
import { writeModule, type FunctionType, type ImportedFunction } from '../wasm/module';
import { F32, F64, I32, I64 } from '../wasm/opcodes';

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
  /** The block from `record` on has been begun as often as the threshold says. Only where arrivals are counted. */
  hot(record: number): void;
  /** Only `left` instructions may begin, at least one and fewer than the block from `record` has: ends the block behind them. */
  limit(record: number, left: number): void;
}

export interface InterpreterExports extends Record<string, unknown> {
  /** Runs from PC until BUDGET is 0 or an import says STOP. */
  run(): void;
}

/** Answers of `fetch` and `step`. Records have addresses above 0. */
export const GO_ON = 0;
export const STOP = -1;

type Types = Readonly<Record<string, FunctionType>>;

const IMPORTED = {
  fetch: { parameters: [], result: I32 },
  step: { parameters: [I32], result: I32 },
  fill: { parameters: [I32], result: I32 },
  decode: { parameters: [I32] },
  limit: { parameters: [I32, I32] },
  hot: { parameters: [I32] },
} as const satisfies Types;

const DEFINED = {
  run: { parameters: [] },
  mulhu: { parameters: [I64, I64], result: I64 },
  fusedSingle: { parameters: [F32, F32, F32], result: F32 },
  fusedDouble: { parameters: [F64, F64, F64], result: F64 },
  serve: { parameters: [I64, I32, I32], result: I32 },
} as const satisfies Types;

type Name = keyof typeof IMPORTED | keyof typeof DEFINED;
const NAMES = [...Object.keys(IMPORTED), ...Object.keys(DEFINED)] as Name[];

/** Function numbers: the imports' first, then those of the module's own. */
export const FUNCTION = Object.fromEntries(NAMES.map((name, i) => [name, i])) as Readonly<Record<Name, number>>;

/** The module's type section has one type for each function, by the same number. */
const declared = (types: object): ImportedFunction[] =>
  Object.keys(types).map((name) => ({ name, type: FUNCTION[name as Name] }));

/** Regions are called through the table, by the type that is behind those of the functions. */
export const REGION_TYPE = NAMES.length;

/** Functions of rows of F and D are behind the others, in the order of FLOAT_ROWS. They take a record; 0: it is done. */
const FLOAT_FUNCTION: FunctionType = { parameters: [I32], result: I32 };
const FLOAT_TYPE = REGION_TYPE + 1;
export const floatFunctionAt = (index: number): number => NAMES.length + index;

/** The module with this code for its own functions, and for those of rows. */
export function moduleOf(
  code: Readonly<Record<keyof typeof DEFINED, Code>>,
  floats: readonly Code[],
): Uint8Array<ArrayBuffer> {
  return writeModule({
    types: [
      ...Object.values<FunctionType>(IMPORTED),
      ...Object.values<FunctionType>(DEFINED),
      REGION_FUNCTION,
      FLOAT_FUNCTION,
    ],
    imports: declared(IMPORTED),
    table: true,
    functions: [
      ...declared(DEFINED).map((f) => ({ ...f, code: code[f.name as keyof typeof DEFINED] })),
      ...floats.map((body, i) => ({ name: `float${i}`, type: FLOAT_TYPE, code: body })),
    ],
  });
}
