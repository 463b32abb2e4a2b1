/** A requirement of many tests: a guest of the course prints what it prints on bare metal. */
import { findGuest, firstDifference, requires } from '../../../src/course/lab';

/** Fails with the first line that is not as it should be. `where`: what else was going on, such as "beside spinner, ". */
export function prints(name: string, console: string, where = ''): void {
  const difference = firstDifference(findGuest(name).console, console);
  requires(difference === undefined, `${where}${name} did not print what it prints on bare metal: ${difference}`);
}
