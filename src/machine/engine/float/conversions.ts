/** Conversions between formats and to and from integers, as WebAssembly: exact, or inexact where NX is set already. */
import { Rounding } from '../../float/format';
import type { FloatFormat, IntegerType } from '../../isa/row';
import type { Place } from '../access';
import { F64 } from '../wasm/opcodes';
import {
  giveUpUnless,
  pushInexactFrom,
  pushIsNormal,
  requireBoxed,
  requireNearest,
  requireNearestInexact,
  requireStaticOrNearest,
  WORDS,
} from './common';

/** fd = fs1 in the other format. To double precision all numbers are exact, and only NaNs raise anything. */
export function emitConvert(place: Place, to: FloatFormat): void {
  const { code, single, double } = place;
  if (to === 'd') {
    requireNearest(place);
    requireBoxed(place, ['fs1']);
    code.wat`${() => WORDS.s.operand(place, 'fs1')} f64.promote_f32 local.set ${double}`;
    giveUpUnless(place, () => code.wat`local.get ${double} local.get ${double} f64.eq`);
  } else {
    requireNearestInexact(place);
    code.wat`${() => WORDS.d.operand(place, 'fs1')} local.tee ${double} f32.demote_f64 local.set ${single}`;
    giveUpUnless(place, () => {
      pushIsNormal(code, WORDS.s, single);
      code.wat`local.get ${double} ${() => WORDS.d.constant(code, 0n)} f64.eq i32.or`;
    });
  }
  WORDS[to].setFd(place, WORDS[to].result(place));
}

/** fd = the integer in rs1. */
export function emitFromInteger(place: Place, format: FloatFormat, integer: IntegerType): void {
  const { code, value, operands } = place;
  const { type, result, setFd } = WORDS[format];
  const isExact = format === 'd' && integer.startsWith('w');
  (isExact ? requireNearest : requireNearestInexact)(place);
  operands.rs1();
  if (integer === 'w') code.wat`i64.extend32_s`;
  if (integer === 'wu') code.wat`i64.const 0xffffffff i64.and`;
  code.wat`
    local.set ${value}
    local.get ${value} ${`${type}.convert_i64_${integer === 'lu' ? 'u' : 's'}`} local.set ${result(place)}`;
  setFd(place, result(place));
}

/** The least integer of a type, and the first one behind its greatest. */
const RANGE: Readonly<Record<IntegerType, readonly [number, number]>> = {
  w: [-(2 ** 31), 2 ** 31],
  wu: [0, 2 ** 32],
  l: [-(2 ** 63), 2 ** 63],
  lu: [0, 2 ** 64],
};

const bitsOf = (number: number): bigint => new BigUint64Array(new Float64Array([number]).buffer)[0];

/** rd = fs1 as an integer, by the rounding mode of the instruction, most often towards zero. */
export function emitToInteger(place: Place, format: FloatFormat, integer: IntegerType): void {
  const { code, double, integral } = place;
  const number = (value: number) => (): void => WORDS.d.constant(code, bitsOf(value));
  requireStaticOrNearest(place);
  if (format === 's') requireBoxed(place, ['fs1']);
  WORDS[format].operand(place, 'fs1');
  if (format === 's') code.wat`f64.promote_f32`;
  code.wat`local.set ${double} ${() => pushIntegral(place)} local.set ${integral}`;
  const [least, end] = RANGE[integer];
  giveUpUnless(place, () => {
    code.wat`
      local.get ${integral} ${number(least)} f64.ge
      local.get ${integral} ${number(end)} f64.lt i32.and
      local.get ${integral} local.get ${double} f64.eq ${() => pushInexactFrom(place)} i32.or i32.and`;
  });
  place.setRd(() => {
    code.wat`local.get ${integral} ${`i64.trunc_f64_${integer === 'lu' ? 'u' : 's'}`}`;
    if (integer === 'wu') code.wat`i64.extend32_s`; // "sign-extended", also what is unsigned
  });
}

/** Pushes the number in `double`, rounded to an integer. Ties away from zero are left to TypeScript. */
function pushIntegral(place: Place): void {
  const { code, double } = place;
  const rounded = (word: string) => (): void => void code.wat`local.get ${double} ${`f64.${word}`}`;
  const ifMode = (mode: Rounding, word: string, otherwise: () => void) => (): void => {
    code.wat`${() => place.pushRounding()} i32.const ${mode} i32.eq`;
    code.choose(F64, rounded(word), otherwise);
  };
  const nearest = (): void => {
    giveUpUnless(place, () => code.wat`${() => place.pushRounding()} i32.const ${Rounding.RMM} i32.ne`);
    rounded('nearest')();
  };
  ifMode(Rounding.RTZ, 'trunc', ifMode(Rounding.RDN, 'floor', ifMode(Rounding.RUP, 'ceil', nearest)))();
}
