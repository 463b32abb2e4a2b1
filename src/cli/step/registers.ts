/** The registers: all 31, what the last move changed with a star. */
import { registerName } from '#machine';
import { hex16, type Drawn } from './view';

const CELL = 21;
const BETWEEN = 2;
const REGISTERS = 32;

/** Columns that registers take in so many columns of cells. */
export const widthOfCells = (cells: number): number => cells * CELL + (cells - 1) * BETWEEN;

/** As many columns of cells as fit; the numbers go down each of them. */
export function registerLines({ session, now, style, columns }: Drawn): string[] {
  const cells = Math.max(1, Math.min(4, Math.floor((columns + BETWEEN) / (CELL + BETWEEN))));
  const height = Math.ceil(REGISTERS / cells);
  const cell = (register: number): string => {
    const changed = session.before !== undefined && session.before.x[register] !== now.x[register];
    const text = `${registerName(register).padEnd(4)}${changed ? '*' : ' '}${hex16(now.x[register])}`;
    return changed ? style.key(text) : text;
  };
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: cells }, (__, column) => column * height + row)
      .filter((register) => register < REGISTERS)
      .map(cell)
      .join(' '.repeat(BETWEEN)),
  );
}
