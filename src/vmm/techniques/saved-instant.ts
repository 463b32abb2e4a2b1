/** An instant of a VM's clock in a snapshot: a count of instructions, or Infinity, as plain data. */
import type { SavedFields } from '#machine';

const NEVER = -1;
const MOST = 2 ** 50;

export const saveInstant = (instant: number): number => (instant < MOST ? instant : NEVER);

export function instantFrom(from: SavedFields, key: string): number {
  const instant = from.integer(key, NEVER, MOST);
  return instant === NEVER ? Infinity : instant;
}
