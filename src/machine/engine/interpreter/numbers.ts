/** Handler numbers: what a decoded record tells the interpreter to do. */
import { ROWS } from '../../isa';
import type { Row, Semantics } from '../../isa/row';
import { isGeneratedSystem } from '../access';
import { kindsFor, type CsrKind } from '../generated-csr';

/** Handlers that belong to no row. A fresh slot is all zero, that is, undecoded. */
export const SPECIAL = {
  undecoded: 0,
  /** The records behind a page's last halfword: goes on to the next page. */
  pageEnd: 1,
  /** TypeScript does the instruction. */
  step: 2,
  /** The budget ends before this instruction. */
  limit: 3,
  /** A region does this instruction and those that follow. */
  region: 4,
  /** An instruction of which the second half is in the next page. */
  acrossPages: 5,
} as const;

/** A row as one of its encodings has it: jumps and the next record depend on the length. */
export interface RowHandler {
  readonly row: Row;
  readonly length: 2 | 4;
  /** Of a `csr` row: what kind of CSR it accesses. */
  readonly csr?: CsrKind;
}

const FIRST_ROW_HANDLER = 6;

const JUMPS: readonly Semantics['kind'][] = ['branch', 'jal', 'jalr'];

/** All handlers of rows, in the order of their numbers; a row has a second one only if it has a compressed form. Rows that TypeScript does have none. */
export const ROW_HANDLERS: readonly RowHandler[] = ROWS.filter(isGenerated).flatMap((row): RowHandler[] => {
  const { does } = row;
  if (does.kind === 'csr') {
    return kindsFor(does).map((csr) => ({ row, length: 4, csr }));
  }
  const isCompressible = ROWS.some((other) => other.expands?.name === row.name);
  const lengths = isCompressible ? ([4, 2] as const) : ([4] as const);
  return lengths.map((length) => ({ row, length }));
});

function isGenerated({ length, does }: Row): boolean {
  if (does.kind === 'load' && does.guest === 'code') return false; // no table of the TLB is for reading what may be executed
  return length === 4 && (does.kind !== 'system' || isGeneratedSystem(does.action));
}

const NUMBERS = new Map(ROW_HANDLERS.map((handler, i) => [key(handler), FIRST_ROW_HANDLER + i]));

function key({ row, length, csr }: RowHandler): number {
  return 8 * row.id + length + (csr === 'status' ? 1 : csr === 'time' ? 2 : 0);
}

/** The number of the handler of a full row in an encoding of `length` bytes; SPECIAL.step if TypeScript does it. */
export const handlerOf = (handler: RowHandler): number => NUMBERS.get(key(handler)) ?? SPECIAL.step;

/** Whether generated code does the instruction of a record that was decoded to this handler. */
export const isOfRow = (handler: number): boolean => handler >= FIRST_ROW_HANDLER;

/** Length in bytes of the instruction that a row's handler does. */
export const lengthOf = (handler: number): 2 | 4 => ROW_HANDLERS[handler - FIRST_ROW_HANDLER].length;

/** By handler: whether execution may go on elsewhere than behind the instruction. */
const ENDS_BLOCK = ROW_HANDLERS.map(({ row }) => JUMPS.includes(row.does.kind));

/** The same for a record that was decoded to any handler: of those that belong to no row, TypeScript may go anywhere. */
export const endsBlock = (handler: number): boolean => !isOfRow(handler) || ENDS_BLOCK[handler - FIRST_ROW_HANDLER];
