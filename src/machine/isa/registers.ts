/** Names of the integer and floating-point registers: RISC-V ABIs specification (psABI), "Register Convention". */

const INTEGER =
  'zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6'.split(' ');
const FLOAT =
  'ft0 ft1 ft2 ft3 ft4 ft5 ft6 ft7 fs0 fs1 fa0 fa1 fa2 fa3 fa4 fa5 fa6 fa7 fs2 fs3 fs4 fs5 fs6 fs7 fs8 fs9 fs10 fs11 ft8 ft9 ft10 ft11'.split(
    ' ',
  );

const INTEGER_NUMBERS = numbersOf(INTEGER, 'x').set('fp', 8);
const FLOAT_NUMBERS = numbersOf(FLOAT, 'f');

function numbersOf(names: readonly string[], prefix: 'x' | 'f'): Map<string, number> {
  return new Map(
    names.flatMap(
      (name, i) =>
        [
          [name, i],
          [`${prefix}${i}`, i],
        ] as const,
    ),
  );
}

/** The ABI name of x`i`: registerName(10) is 'a0'. */
export const registerName = (i: number): string => INTEGER[i];
/** The ABI name of f`i`: floatRegisterName(10) is 'fa0'. */
export const floatRegisterName = (i: number): string => FLOAT[i];

/** The number of an integer register by its ABI name, 'fp', or 'x0'..'x31'; undefined if it is none. */
export const registerNumber = (name: string): number | undefined => INTEGER_NUMBERS.get(name);
/** The number of a floating-point register by its ABI name or 'f0'..'f31'; undefined if it is none. */
export const floatRegisterNumber = (name: string): number | undefined => FLOAT_NUMBERS.get(name);
