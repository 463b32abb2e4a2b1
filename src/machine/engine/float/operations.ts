/** Instructions of F and D that round, as WebAssembly, where its arithmetic gives the same result and no exception is lost. */
import type { FloatFormat, FloatOperation } from '../../isa/row';
import type { Place } from '../access';
import {
  giveUpUnless,
  pushIsFinite,
  pushIsNormal,
  requireBoxed,
  requireNearestInexact,
  WORDS,
  type FloatOperand,
} from './common';
import { emitConvert, emitFromInteger, emitToInteger } from './conversions';

type Operation<K extends FloatOperation['op']> = Extract<FloatOperation, { op: K }>;
type Arithmetic = Extract<FloatOperation, { op: 'add' | 'sub' | 'mul' | 'div' | 'sqrt' }>;

/** The code of a `float` row. */
export function emitFloat(place: Place, operation: FloatOperation): void {
  switch (operation.op) {
    case 'toInteger':
      return emitToInteger(place, operation.format, operation.integer);
    case 'fromInteger':
      return emitFromInteger(place, operation.format, operation.integer);
    case 'convert':
      return emitConvert(place, operation.format);
    case 'fma':
      return emitFused(place, operation);
    default:
      return emitArithmetic(place, operation.op, operation.format);
  }
}

/** The operands that make a result of 0 exact if they are 0. Tiny sums are always exact (IEEE 754-2019, 7.5), and roots are never tiny. */
const MAKE_ZERO: Readonly<Record<Arithmetic['op'], readonly FloatOperand[] | 'always exact'>> = {
  add: 'always exact',
  sub: 'always exact',
  sqrt: 'always exact',
  mul: ['fs1', 'fs2'],
  div: ['fs1'],
};

/** A finite result has finite operands, but for quotients by infinity, which are 0. */
function emitArithmetic(place: Place, op: Arithmetic['op'], format: FloatFormat): void {
  const { code } = place;
  const words = WORDS[format];
  const result = words.result(place);
  const operands: FloatOperand[] = op === 'sqrt' ? ['fs1'] : ['fs1', 'fs2'];
  requireNearestInexact(place);
  if (format === 's') requireBoxed(place, operands);
  for (const name of operands) words.operand(place, name);
  code.wat`${`${words.type}.${op}`} local.set ${result}`;
  const zeros = MAKE_ZERO[op];
  if (zeros === 'always exact') giveUpUnless(place, () => pushIsFinite(code, words, result));
  else requireNormalOrZero(place, format, zeros);
  words.setFd(place, result);
}

function requireNormalOrZero(place: Place, format: FloatFormat, zeros: readonly FloatOperand[]): void {
  const { code } = place;
  const words = WORDS[format];
  const result = words.result(place);
  const pushIsZero = (push: () => void): unknown =>
    code.wat`${push} ${() => words.constant(code, 0n)} ${`${words.type}.eq`}`;
  code.wat`${() => pushIsNormal(code, words, result)} i32.eqz`;
  code.if(() => {
    giveUpUnless(place, () => {
      zeros.forEach((name, i) => {
        pushIsZero(() => words.operand(place, name));
        if (i > 0) code.wat`i32.or`;
      });
      code.wat`${() => pushIsZero(() => code.wat`local.get ${result}`)} i32.and`;
    });
  });
}

/** The functions of fused.ts give a NaN where they cannot do it. */
function emitFused(place: Place, { format, negateProduct, negateAddend }: Operation<'fma'>): void {
  const { code } = place;
  const words = WORDS[format];
  const result = words.result(place);
  requireNearestInexact(place);
  if (format === 's') requireBoxed(place, ['fs1', 'fs2', 'fs3']);
  words.operand(place, 'fs1');
  if (negateProduct) code.wat`${`${words.type}.neg`}`;
  words.operand(place, 'fs2');
  words.operand(place, 'fs3');
  if (negateAddend) code.wat`${`${words.type}.neg`}`;
  code.wat`call ${place.fused[format]} local.set ${result}`;
  giveUpUnless(place, () => code.wat`local.get ${result} local.get ${result} ${`${words.type}.eq`}`);
  words.setFd(place, result);
}
