/** Numbers on the command line. */
import { UsageError } from '#course';

/** A whole number above 0, of at most nine digits. Throws UsageError. */
export function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) === 0)
    throw new UsageError(`${option} ${text}: a whole number above 0, please.`);
  return Number(text);
}
