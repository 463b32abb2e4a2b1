/** The interpreter as a WebAssembly module, one for each hart: the address of the hart's block is constant in its code. */
import { hartAt } from '../layout';
import type { Code } from '../wasm/code';
import { writeModule } from '../wasm/module';
import { DEFINED, IMPORTS, TYPES } from './functions';
import { missedFunction, serveFunction } from './missed';
import { mulhuFunction } from './product';
import { runFunction } from './run';

/** The bytes of the module for hart `id`; it imports `env.memory` and InterpreterImports, and exports InterpreterExports. */
export function interpreterModule(id: number): Uint8Array<ArrayBuffer> {
  const hart = hartAt(id);
  const code: Record<string, Code> = {
    run: runFunction(hart),
    mulhu: mulhuFunction(),
    missed: missedFunction(hart),
    serve: serveFunction(hart),
  };
  return writeModule({
    types: TYPES,
    imports: IMPORTS,
    functions: DEFINED.map((f) => ({ ...f, code: code[f.name] })),
  });
}
