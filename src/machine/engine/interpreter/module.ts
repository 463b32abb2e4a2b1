/** The interpreter as a WebAssembly module, one for each hart: the address of the hart's block is constant in its code. */
import { fusedDouble, fusedSingle } from '../float/fused';
import { hartAt } from '../layout';
import { FLOAT_ROWS, floatFunction } from './float-functions';
import { moduleOf } from './functions';
import { mulhuFunction } from './product';
import { runFunction } from './run';
import { serveFunction } from './serve';

/**
 * The bytes of the module for hart `id`; it imports `env.memory`, `env.table` and InterpreterImports, and exports
 * InterpreterExports. `threshold` (1 .. 65535): it counts arrivals at blocks, calls `hot` when they are so many, and enters regions.
 */
export function interpreterModule(id: number, threshold?: number): Uint8Array<ArrayBuffer> {
  const hart = hartAt(id);
  const code = {
    run: runFunction(hart, threshold),
    mulhu: mulhuFunction(),
    fusedSingle: fusedSingle(),
    fusedDouble: fusedDouble(),
    serve: serveFunction(hart),
  };
  return moduleOf(
    code,
    FLOAT_ROWS.map((row) => floatFunction(hart, row)),
  );
}
