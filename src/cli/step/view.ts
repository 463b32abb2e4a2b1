/** What every view of the stepper is: rows made from a session, of which a window is shown. */
import type { Sight } from '#course/step';
import type { Style } from '../style';
import type { StepSession } from './session';

/** What a view draws from. */
export interface Drawn {
  readonly session: StepSession;
  readonly now: Sight;
  readonly style: Style;
  readonly columns: number;
  readonly rows: number;
}

/** The lines of a view; at most `rows` of them are shown. */
export type View = (drawn: Drawn) => string[];

export const hex = (value: bigint | number): string => `0x${value.toString(16)}`;
export const hex16 = (value: bigint): string => value.toString(16).padStart(16, '0');
export const grouped = (value: number): string => value.toLocaleString('en-US');

/** The window of `rows` lines in which line `at` is; it moves as little as it can from the top. */
export function windowAround<T>(lines: readonly T[], at: number, rows: number): readonly T[] {
  const first = Math.max(0, Math.min(at - Math.floor(rows / 2), lines.length - rows));
  return lines.slice(first, first + rows);
}
