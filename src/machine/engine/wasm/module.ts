/** Writes a WebAssembly module (WebAssembly Core Specification 2.0, section 5.5): one imported memory, perhaps a table, functions in and out. */
import type { Code } from './code';
import { writeUnsigned } from './leb128';
import type { ValueType } from './opcodes';

export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly result?: ValueType;
}

/** A function that the host provides as `env.<name>`. */
export interface ImportedFunction {
  readonly name: string;
  /** Index into the module's types. */
  readonly type: number;
}

/** A function that the module defines and exports under its name. */
export interface DefinedFunction extends ImportedFunction {
  readonly code: Code;
}

export interface ModuleParts {
  readonly types: readonly FunctionType[];
  /** Functions are numbered in one sequence: first the imported ones, then the defined ones. */
  readonly imports: readonly ImportedFunction[];
  /** Imports `env.table`, of functions, for Code.callIndirect. */
  readonly table?: boolean;
  readonly functions: readonly DefinedFunction[];
}

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]; // "\0asm", version 1
const SECTION = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const FUNCTION_TYPE = 0x60;
const KIND = { function: 0, table: 1, memory: 2 } as const;
const FUNCREF = 0x70;
const END = 0x0b;

/** The module's bytes. Its memory is `env.memory`, of any size. */
export function writeModule(parts: ModuleParts): Uint8Array<ArrayBuffer> {
  const { types, imports, functions } = parts;
  const out = [...HEADER];
  section(out, SECTION.type, types, writeType);
  const shared = parts.table ? [writeMemoryImport, writeTableImport] : [writeMemoryImport];
  const writers = [...shared, ...imports.map((imported) => (body: number[]) => writeFunctionImport(body, imported))];
  section(out, SECTION.import, writers, (body, write) => write(body));
  section(out, SECTION.function, functions, (body, f) => writeUnsigned(body, f.type));
  section(out, SECTION.export, functions, (body, f, i) => {
    writeName(body, f.name);
    body.push(KIND.function);
    writeUnsigned(body, imports.length + i);
  });
  section(out, SECTION.code, functions, writeCode);
  return new Uint8Array(out);
}

function section<T>(
  out: number[],
  id: number,
  items: readonly T[],
  write: (body: number[], item: T, i: number) => void,
): void {
  const body: number[] = [];
  writeUnsigned(body, items.length);
  items.forEach((item, i) => write(body, item, i));
  out.push(id);
  writeUnsigned(out, body.length);
  append(out, body);
}

function writeType(body: number[], type: FunctionType): void {
  body.push(FUNCTION_TYPE, type.parameters.length, ...type.parameters);
  body.push(...(type.result === undefined ? [0] : [1, type.result]));
}

const UNBOUNDED = 0; // limits without a maximum

function writeMemoryImport(body: number[]): void {
  writeImport(body, 'memory', KIND.memory);
  body.push(UNBOUNDED, 1); // at least one page
}

function writeTableImport(body: number[]): void {
  writeImport(body, 'table', KIND.table);
  body.push(FUNCREF, UNBOUNDED, 0);
}

function writeFunctionImport(body: number[], { name, type }: ImportedFunction): void {
  writeImport(body, name, KIND.function);
  writeUnsigned(body, type);
}

function writeImport(body: number[], name: string, kind: number): void {
  writeName(body, 'env');
  writeName(body, name);
  body.push(kind);
}

function writeCode(body: number[], { code }: DefinedFunction): void {
  const locals: number[] = [];
  writeUnsigned(locals, code.locals.length);
  for (const type of code.locals) locals.push(1, type); // a group of one
  writeUnsigned(body, locals.length + code.bytes.length + 1);
  append(body, locals);
  append(body, code.bytes);
  body.push(END);
}

/** `name` is ASCII. */
function writeName(out: number[], name: string): void {
  writeUnsigned(out, name.length);
  for (let i = 0; i < name.length; i++) out.push(name.charCodeAt(i));
}

/** Not by spreading: bodies are longer than an argument list may be. */
function append(out: number[], bytes: readonly number[]): void {
  for (const byte of bytes) out.push(byte);
}
