/** Handler numbers: what a decoded record tells the interpreter to do. */
import { ROWS } from '../../isa';
import type { Row } from '../../isa/row';
import type { Code, Label, Local } from '../wasm/code';

/** Handlers that belong to no row. A fresh slot is all zero, that is, undecoded. */
export const SPECIAL = {
  undecoded: 0,
  /** The record behind a page's last halfword: goes on to the next page. */
  pageEnd: 1,
  /** TypeScript does the instruction. */
  step: 2,
  /** The budget ends before this instruction. */
  limit: 3,
} as const;

/** A row as one of its encodings has it: jumps and the next record depend on the length. */
export interface RowHandler {
  readonly row: Row;
  readonly length: 2 | 4;
}

const FIRST_ROW_HANDLER = 4;

/** All handlers of rows, in the order of their numbers; a row has a second one only if it has a compressed form. Rows that TypeScript does have none. */
export const ROW_HANDLERS: readonly RowHandler[] = ROWS.filter(isGenerated).flatMap((row): RowHandler[] => {
  const isCompressible = ROWS.some((other) => other.expands?.name === row.name);
  return isCompressible
    ? [
        { row, length: 4 },
        { row, length: 2 },
      ]
    : [{ row, length: 4 }];
});

function isGenerated({ length, does }: Row): boolean {
  return length === 4 && does.kind !== 'system' && does.kind !== 'float';
}

const NUMBERS = new Map(ROW_HANDLERS.map(({ row, length }, i) => [key(row, length), FIRST_ROW_HANDLER + i]));

function key(row: Row, length: 2 | 4): number {
  return 8 * row.id + length;
}

/** The handler of a full row in an encoding of `length` bytes; SPECIAL.step if TypeScript does it. */
export const handlerOf = (row: Row, length: 2 | 4): number => NUMBERS.get(key(row, length)) ?? SPECIAL.step;

/** Length in bytes of the instruction that a row's handler does. */
export const lengthOf = (handler: number): 2 | 4 => ROW_HANDLERS[handler - FIRST_ROW_HANDLER].length;

/**
 * A jump by the handler number of a record: to the code of `handlers`, which `emitHandler` writes, to the labels of `others`, and
 * with any other number to `rest`.
 */
export function jumpTable(
  code: Code,
  record: Local,
  handlers: readonly RowHandler[],
  emitHandler: (handler: RowHandler) => void,
  others: Readonly<Record<number, Label>>,
  rest: Label,
): void {
  const bodies = handlers.map((handler) => (): void => emitHandler(handler));
  code.switch(bodies, (own) => {
    const byNumber = new Map(handlers.map(({ row, length }, i) => [handlerOf(row, length), own[i]]));
    const size = Math.max(...byNumber.keys()) + 1;
    const labels = Array.from({ length: size }, (_, number) => byNumber.get(number) ?? others[number] ?? rest);
    code.wat`local.get ${record} i32.load16_u`.brTable(labels, rest);
  });
}
