/** Parts that never return: a turn of a way that takes far too long is ended from outside, and with it the walk. */
import vm from 'node:vm';
import { UsageError } from '#course';

/** Seconds that a turn may take; a turn without an endless loop in it takes some hundredths, and the comparison with bare metal a few. */
const SECONDS = 30;

const script = new vm.Script('turn()');

/** What `turn` gives. Throws UsageError if it does not come back. */
export function withPatience<T>(turn: () => T): T {
  const seconds = Number(process.env.HV_BUDGET_SECONDS) || SECONDS;
  try {
    return script.runInNewContext({ turn }, { timeout: 1000 * seconds }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException | undefined)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new UsageError(`Nothing came back for ${seconds} s: a part does not return. The walk ends here.`);
  }
}
