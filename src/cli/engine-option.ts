/** `--engine`: which executor runs the machine's instructions. */
import { UsageError } from '#course';
import type { Engine } from '#machine';

/** The executor of this name; without one, the fast one. */
export function engineOf(name = 'interpret'): Engine {
  if (name === 'step' || name === 'interpret') return name;
  throw new UsageError(`There is no engine "${name}"; choose step or interpret.`);
}
