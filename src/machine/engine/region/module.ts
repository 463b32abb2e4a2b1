/** A region as a WebAssembly module: one function, and what it imports. */
import type { Code } from '../wasm/code';
import { writeModule, type FunctionType } from '../wasm/module';
import { F32, F64, I32, I64 } from '../wasm/opcodes';

/**
 * (linear address of the hart's block, instructions that may begin, virtual address of the page, number of the block to begin at) ->
 * instructions that may still begin. PC says where to go on.
 */
export const REGION_FUNCTION: FunctionType = { parameters: [I32, I32, I64, I32], result: I32 };

/** Functions of the interpreter's module that regions call: numbers from 0. */
const IMPORTED: Readonly<Record<string, FunctionType>> = {
  mulhu: { parameters: [I64, I64], result: I64 },
  fusedSingle: { parameters: [F32, F32, F32], result: F32 },
  fusedDouble: { parameters: [F64, F64, F64], result: F64 },
};

export const MULHU = 0;
export const FUSED = { s: 1, d: 2 } as const;

/** The module's bytes. It imports `env.memory` and what the interpreter exports, and exports `region`. */
export function regionModule(code: Code): Uint8Array<ArrayBuffer> {
  const imported = Object.entries(IMPORTED);
  return writeModule({
    types: [...imported.map(([, type]) => type), REGION_FUNCTION],
    imports: imported.map(([name], type) => ({ name, type })),
    functions: [{ name: 'region', type: imported.length, code }],
  });
}
