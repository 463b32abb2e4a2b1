/** The operations of the instruction table on bit patterns: each takes its operands' exact values and rounds once (IEEE 754-2019, 5.1). */
import type { FloatFormat, FloatOperation } from '../isa/row';
import { product, quotient, root, sum } from './arithmetic';
import { DOUBLE, SINGLE, type Format, type Result, type Rounding } from './format';
import { fromInteger, toInteger } from './integer';
import { round } from './round';
import { negatedIf, unpack, type Value } from './value';

export const FORMATS: Readonly<Record<FloatFormat, Format>> = { s: SINGLE, d: DOUBLE };

/** Operands are bit patterns of the operation's format, or a 64-bit register; those it does not have do not matter. */
export type Operate = (a: bigint, b: bigint, c: bigint, mode: Rounding) => Result;

/** The function for an operation. */
export function operate(operation: FloatOperation): Operate {
  const format = FORMATS[operation.format];
  switch (operation.op) {
    case 'toInteger':
      return (a, _b, _c, mode) => toInteger(unpack(format, a), operation.integer, mode);
    case 'fromInteger':
      return (a, _b, _c, mode) => round(format, fromInteger(a, operation.integer), mode);
    case 'convert':
      return (a, _b, _c, mode) => round(format, unpack(FORMATS[operation.from], a), mode);
    case 'fma': {
      const { negateProduct, negateAddend } = operation;
      return (a, b, c, mode) => {
        const exact = negatedIf(negateProduct, product(unpack(format, a), unpack(format, b)));
        return round(format, sum(exact, negatedIf(negateAddend, unpack(format, c)), mode), mode);
      };
    }
    default: {
      const exact = EXACT[operation.op];
      return (a, b, _c, mode) => round(format, exact(unpack(format, a), unpack(format, b), format, mode), mode);
    }
  }
}

const EXACT: Readonly<
  Record<'add' | 'sub' | 'mul' | 'div' | 'sqrt', (a: Value, b: Value, format: Format, mode: Rounding) => Value>
> = {
  add: (a, b, _format, mode) => sum(a, b, mode),
  sub: (a, b, _format, mode) => sum(a, negatedIf(true, b), mode),
  mul: (a, b) => product(a, b),
  div: (a, b, format) => quotient(a, b, format),
  sqrt: (a, _b, format) => root(a, format),
};
