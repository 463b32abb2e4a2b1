/** What all instructions of F and D share in generated code: when it may do them, operands, results, exceptions. */
import { Rounding, SINGLE, DOUBLE } from '../../float/format';
import { Csr } from '../../hart/fields';
import { FLOAT_ON, INEXACT_BEFORE } from '../../hart/floating-point';
import type { Expr, OperandName } from '../../isa/expr';
import type { FloatFormat, Semantics } from '../../isa/row';
import type { Place } from '../access';
import { emit } from '../emit';
import { HART } from '../layout';
import type { Code, Local } from '../wasm/code';

/*
 * WebAssembly rounds to nearest, ties to even, and has no exceptions; NaNs come out with any payload. So an instruction that
 * rounds is done here only if it rounds that way, NX is set already, and its result shows that nothing but NX can be raised:
 * a normal number, or an exact zero. QEMU uses the host's arithmetic by the same rule (fpu/softfloat.c, "Hardfloat").
 */

const FCSR = HART.CSR + 8 * Csr.fcsr;

export type FloatOperand = Extract<OperandName, 'fs1' | 'fs2' | 'fs3'>;

/**
 * Leaves the instruction to TypeScript if it is illegal, or changes FS: unless FS is Dirty, or not Off where the floating-point
 * state is only read. Systems that save and restore it, as setjmp does, are seldom Dirty.
 */
export function requireFloat(place: Place, does: Semantics): void {
  const onlyReads = does.kind === 'store' || (does.kind === 'compute' && !does.float && !does.flags);
  const bit = onlyReads ? 1 << FLOAT_ON : 1;
  giveUpUnless(place, () => place.code.wat`${() => place.pushFloatState()} i32.const ${bit} i32.and`);
}

/** The same, and unless it rounds to nearest. */
export function requireNearest(place: Place): void {
  giveUpUnless(place, () => {
    place.code.wat`${() => place.pushFloatState()} ${() => place.pushRounding()} i32.shr_u i32.const 1 i32.and`;
  });
}

/** The same, and unless NX is set. */
export function requireNearestInexact(place: Place): void {
  giveUpUnless(place, () => {
    place.code.wat`
      ${() => place.pushFloatState()} local.tee ${place.entry} ${() => place.pushRounding()} i32.shr_u
      ${() => pushInexactFrom(place)} i32.and`;
  });
}

/** Unless FS is Dirty and the rounding mode, if dynamic, to nearest. */
export function requireStaticOrNearest(place: Place): void {
  giveUpUnless(place, () => {
    place.code.wat`
      ${() => place.pushFloatState()} local.tee ${place.entry}
      ${() => place.pushRounding()} i32.const ${Rounding.DYN} i32.eq i32.const ${Rounding.DYN} i32.mul i32.shr_u i32.const 1 i32.and`;
  });
}

/** Pushes 1 if NX is set, else 0; the state is in `entry`. */
export const pushInexactFrom = ({ code, entry }: Place): unknown =>
  code.wat`local.get ${entry} i32.const ${INEXACT_BEFORE} i32.shr_u`;

/** `push` pushes an i32. */
export function giveUpUnless(place: Place, push: () => void): void {
  place.code.wat`${push} i32.eqz`;
  place.code.if(() => place.giveUp());
}

/** Leaves the instruction to TypeScript unless its single-precision operands are NaN-boxed. */
export function requireBoxed(place: Place, operands: readonly FloatOperand[]): void {
  giveUpUnless(place, () => {
    operands.forEach((name, i) => {
      place.operands[name]();
      if (i > 0) place.code.wat`i64.and`;
    });
    place.code.wat`i64.const ${-(2n ** 32n)} i64.ge_u`;
  });
}

/** A format as WebAssembly's words have it. */
export interface Words {
  readonly type: 'f32' | 'f64';
  /** Pushes an operand, which is boxed, or the number with these bits. */
  operand(place: Place, name: FloatOperand): void;
  constant(code: Code, bits: bigint): void;
  /** fd = the number in a local. */
  setFd(place: Place, result: Local): void;
  /** Scratch. */
  result(place: Place): Local;
  readonly infinity: bigint;
  readonly leastNormal: bigint;
}

export const WORDS: Readonly<Record<FloatFormat, Words>> = {
  s: {
    type: 'f32',
    operand: (place, name) => place.code.wat`${place.operands[name]} i32.wrap_i64 f32.reinterpret_i32`,
    constant: (code, bits) => code.wat`i32.const ${bits} f32.reinterpret_i32`,
    setFd: (place, result) =>
      place.setFd(
        () => place.code.wat`local.get ${result} i32.reinterpret_f32 i64.extend_i32_u i64.const ${-(2n ** 32n)} i64.or`,
      ),
    result: ({ single }) => single,
    infinity: SINGLE.infinity,
    leastNormal: 1n << 23n,
  },
  d: {
    type: 'f64',
    operand: (place, name) => place.code.wat`${place.operands[name]} f64.reinterpret_i64`,
    constant: (code, bits) => code.wat`i64.const ${bits} f64.reinterpret_i64`,
    setFd: (place, result) => place.setFd(() => place.code.wat`local.get ${result} i64.reinterpret_f64`),
    result: ({ double }) => double,
    infinity: DOUBLE.infinity,
    leastNormal: 1n << 52n,
  },
};

/** Pushes 1 if the number in `result` is finite, else 0. */
export function pushIsFinite(code: Code, { type, constant, infinity }: Words, result: Local): void {
  code.wat`local.get ${result} ${`${type}.abs`} ${() => constant(code, infinity)} ${`${type}.lt`}`;
}

/** Pushes 1 if it is also above the least normal number, which may stand for a tiny one that was rounded up. */
export function pushIsNormal(code: Code, words: Words, result: Local): void {
  const { type, constant, leastNormal } = words;
  pushIsFinite(code, words, result);
  code.wat`
    local.get ${result} ${`${type}.abs`} ${() => constant(code, leastNormal)} ${`${type}.gt`} i32.and`;
}

/** fflags |= the value of `flags`, which are not NX: HART.FLOAT follows that one. */
export function emitFlags(place: Place, flags: Expr): void {
  const { code, pushHart, hart } = place;
  code.wat`
    ${pushHart}
    ${pushHart} i64.load8_u offset=${hart + FCSR} ${() => emit(code, flags, place)} i64.or
    i64.store8 offset=${hart + FCSR}`;
}
