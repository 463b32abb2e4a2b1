/** `--engine`: which executor runs the machine's instructions. */
import { UsageError } from '#course';
import type { Engine } from '#machine';

const ENGINES: readonly Engine[] = ['step', 'interpret', 'compile'];

/** The executor of this name; without one, the fastest. */
export function engineOf(name = 'compile'): Engine {
  const engine = ENGINES.find((each) => each === name);
  if (engine) return engine;
  throw new UsageError(`There is no engine "${name}"; choose step, interpret or compile.`);
}
