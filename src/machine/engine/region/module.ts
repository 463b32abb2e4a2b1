/** A region as a WebAssembly module: one function, and what it imports. */
import type { Code } from '../wasm/code';
import { writeModule, type FunctionType } from '../wasm/module';
import { F32, F64, I32, I64 } from '../wasm/opcodes';

/**
 * (linear address of the hart's block, instructions that may begin, virtual address of the page, number of the block to begin at) ->
 * instructions that may still begin. PC says where to go on.
 */
export const REGION_FUNCTION: FunctionType = { parameters: [I32, I32, I64, I32], result: I32 };

/** Functions of the interpreter's module that regions call. */
const IMPORTED = {
  mulhu: { parameters: [I64, I64], result: I64 },
  fusedSingle: { parameters: [F32, F32, F32], result: F32 },
  fusedDouble: { parameters: [F64, F64, F64], result: F64 },
} as const satisfies Readonly<Record<string, FunctionType>>;

type Imported = keyof typeof IMPORTED;

/** What one region imports: only what it calls, as V8 compiles a wrapper for each import of each module, which few regions need. */
export class RegionImports {
  readonly names: Imported[] = [];

  /** The function's number in the region's module. */
  numberOf(name: Imported): number {
    const known = this.names.indexOf(name);
    return known >= 0 ? known : this.names.push(name) - 1;
  }
}

/** The module's bytes. It imports `env.memory` and those of the interpreter's functions, and exports `region`. */
export function regionModule(code: Code, { names }: RegionImports): Uint8Array<ArrayBuffer> {
  return writeModule({
    types: [...names.map((name) => IMPORTED[name]), REGION_FUNCTION],
    imports: names.map((name, type) => ({ name, type })),
    functions: [{ name: 'region', type: names.length, code }],
  });
}
