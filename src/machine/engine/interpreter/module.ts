/** The interpreter as a WebAssembly module, one for each hart: the address of the hart's block is constant in its code. */
import { hartAt } from '../layout';
import { moduleOf } from './functions';
import { mulhuFunction } from './product';
import { runFunction } from './run';
import { serveFunction } from './serve';

/** The bytes of the module for hart `id`; it imports `env.memory` and InterpreterImports, and exports InterpreterExports. */
export function interpreterModule(id: number): Uint8Array<ArrayBuffer> {
  const hart = hartAt(id);
  return moduleOf({ run: runFunction(hart), mulhu: mulhuFunction(), serve: serveFunction(hart) });
}
