/** Runs code that a test has written, in a module of its own. */
import type { Code } from '../../../../src/machine/engine/wasm/code';
import { writeModule, type FunctionType } from '../../../../src/machine/engine/wasm/module';

export interface Running {
  (...values: (bigint | number)[]): bigint | number | undefined;
  readonly memory: WebAssembly.Memory;
}

/** The function of this type and code; `helpers` are functions 1, 2, ... of its module. */
export function running(type: FunctionType, code: Code, ...helpers: { type: FunctionType; code: Code }[]): Running {
  const all = [{ type, code }, ...helpers];
  const bytes = writeModule({
    types: all.map((each) => each.type),
    imports: [],
    functions: all.map((each, i) => ({ name: `f${i}`, type: i, code: each.code })),
  });
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return Object.assign(exports.f0 as Running, { memory });
}
