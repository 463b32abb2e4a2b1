/** The instructions that F and D have alike: unprivileged manual, chapters "F" and "D" and the listing of RV32/64G. */
import { bitOperations } from './float-bits';
import { float, floatBits } from './rows';
import type { FloatFormat, IntegerType } from './row';

/** The bits of the encoding that name a format. */
const FMT: Readonly<Record<FloatFormat, string>> = { s: '00', d: '01' };

/** The rows for one format, the letter at the end of the mnemonic. */
export const floatRows = (format: FloatFormat) => [
  ...arithmeticRows(format, FMT[format]),
  ...bitRows(format, FMT[format]),
  ...conversionRows(format, FMT[format]),
];

/** Computed and rounded once. */
function arithmeticRows(format: FloatFormat, fmt: string) {
  const arithmetic = (op: 'add' | 'sub' | 'mul' | 'div', pattern: string) =>
    float(`f${op}.${format}`, pattern, 'fd, fs1, fs2, rm', { op, format });
  const fused = (name: string, pattern: string, negateProduct: boolean, negateAddend: boolean) =>
    float(`${name}.${format}`, pattern, 'fd, fs1, fs2, fs3, rm', { op: 'fma', format, negateProduct, negateAddend });

  return [
    fused('fmadd', `fs3 ${fmt} fs2 fs1 rm fd 1000011`, false, false),
    fused('fmsub', `fs3 ${fmt} fs2 fs1 rm fd 1000111`, false, true),
    fused('fnmsub', `fs3 ${fmt} fs2 fs1 rm fd 1001011`, true, false),
    fused('fnmadd', `fs3 ${fmt} fs2 fs1 rm fd 1001111`, true, true),
    arithmetic('add', `00000 ${fmt} fs2 fs1 rm fd 1010011`),
    arithmetic('sub', `00001 ${fmt} fs2 fs1 rm fd 1010011`),
    arithmetic('mul', `00010 ${fmt} fs2 fs1 rm fd 1010011`),
    arithmetic('div', `00011 ${fmt} fs2 fs1 rm fd 1010011`),
    float(`fsqrt.${format}`, `01011 ${fmt} 00000 fs1 rm fd 1010011`, 'fd, fs1, rm', { op: 'sqrt', format }),
  ];
}

/** Exact: they only look at bits. */
function bitRows(format: FloatFormat, fmt: string) {
  const bits = bitOperations(format);
  return [
    floatBits(`fsgnj.${format}`, `00100 ${fmt} fs2 fs1 000 fd 1010011`, 'fd, fs1, fs2', bits.sgnj),
    floatBits(`fsgnjn.${format}`, `00100 ${fmt} fs2 fs1 001 fd 1010011`, 'fd, fs1, fs2', bits.sgnjn),
    floatBits(`fsgnjx.${format}`, `00100 ${fmt} fs2 fs1 010 fd 1010011`, 'fd, fs1, fs2', bits.sgnjx),
    floatBits(`fmin.${format}`, `00101 ${fmt} fs2 fs1 000 fd 1010011`, 'fd, fs1, fs2', bits.min, bits.minMaxFlags),
    floatBits(`fmax.${format}`, `00101 ${fmt} fs2 fs1 001 fd 1010011`, 'fd, fs1, fs2', bits.max, bits.minMaxFlags),
    floatBits(`feq.${format}`, `10100 ${fmt} fs2 fs1 010 rd 1010011`, 'rd, fs1, fs2', bits.eq, bits.eqFlags),
    floatBits(`flt.${format}`, `10100 ${fmt} fs2 fs1 001 rd 1010011`, 'rd, fs1, fs2', bits.lt, bits.orderedFlags),
    floatBits(`fle.${format}`, `10100 ${fmt} fs2 fs1 000 rd 1010011`, 'rd, fs1, fs2', bits.le, bits.orderedFlags),
    floatBits(`fclass.${format}`, `11100 ${fmt} 00000 fs1 001 rd 1010011`, 'rd, fs1', bits.class),
  ];
}

/** From and to integers. */
function conversionRows(format: FloatFormat, fmt: string) {
  const toInteger = (integer: IntegerType, pattern: string) =>
    float(`fcvt.${integer}.${format}`, pattern, 'rd, fs1, rm', { op: 'toInteger', format, integer });
  const fromInteger = (integer: IntegerType, pattern: string) =>
    float(`fcvt.${format}.${integer}`, pattern, isExact(format, integer) ? 'fd, rs1' : 'fd, rs1, rm', {
      op: 'fromInteger',
      format,
      integer,
    });

  return [
    toInteger('w', `11000 ${fmt} 00000 fs1 rm rd 1010011`),
    toInteger('wu', `11000 ${fmt} 00001 fs1 rm rd 1010011`),
    toInteger('l', `11000 ${fmt} 00010 fs1 rm rd 1010011`),
    toInteger('lu', `11000 ${fmt} 00011 fs1 rm rd 1010011`),
    fromInteger('w', `11010 ${fmt} 00000 rs1 rm fd 1010011`),
    fromInteger('wu', `11010 ${fmt} 00001 rs1 rm fd 1010011`),
    fromInteger('l', `11010 ${fmt} 00010 rs1 rm fd 1010011`),
    fromInteger('lu', `11010 ${fmt} 00011 rs1 rm fd 1010011`),
  ];
}

/** Nothing is rounded, so that assembly has no rounding mode for it although the encoding does. */
const isExact = (format: FloatFormat, integer: IntegerType): boolean => format === 'd' && integer.startsWith('w');
