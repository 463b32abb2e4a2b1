/**
 * Every row of F and D against QEMU: corner values in all combinations, in all rounding modes, with the exceptions that each raises,
 * on all executors. The values of a row and mode are folded to one number.
 */
import { compiler, interpreter } from '../../src/machine/engine/interpret';
import { stepper } from '../../src/machine/engine/step';
import type { Hart } from '../../src/machine/hart/hart';
import type { Executor } from '../../src/machine/hart/ports';
import { FULL_ISA, ROWS, usesFloat, type FloatFormat, type Row } from '../../src/machine/isa';
import { compareWithQemu, onOurs, onQemu, program } from './bare-program';

const words = (text: string, prefix: string): string[] =>
  text
    .trim()
    .split(/\s+/)
    .map((bits) => prefix + bits);
const boxed = (text: string): string[] => words(text, '0xffffffff');
const double = (text: string): string[] => words(text, '0x');

/** Zeros, subnormals and their neighbours, halves, ones and theirs, limits of integers, extremes, infinity, NaNs; both signs of most. */
const VALUES: Readonly<Record<FloatFormat, readonly string[]>> = {
  s: [
    ...boxed(`
      00000000 00000001 00400001 007fffff 00800000 00800001 3effffff 3f000000 3f7fffff 3f800000 3f800001 3fc00000 40490fdb
      4b800001 4effffff 4f000000 4f7fffff 5f000000 5f800000 7f7fffff 7f800000 7f800001 7fc00000 80000000 80000001 80800000
      bf000000 bf800000 bfc00001 cf000000 cf000001 df000000 ff7fffff ff800000 ffa00000 1a2b3c4d c2f6e979`),
    '0xfffffffe3f800000', // not NaN-boxed
    '0x000000003f800000',
  ],
  d: double(`
    0000000000000000 0000000000000001 0008000000000001 000fffffffffffff 0010000000000000 0010000000000001 36a0000000000000
    380fffffffffffff 3810000000000000 3fdfffffffffffff 3fe0000000000000 3fefffffffffffff 3ff0000000000000 3ff0000000000001
    3ff0000010000000 3ff8000000000000 400921fb54442d18 41dfffffffc00000 41dfffffffe00000 41efffffffe00000 43dfffffffffffff
    43e0000000000000 43f0000000000000 47efffffefffffff 47effffff0000000 7fefffffffffffff 7ff0000000000000 7ff0000000000001
    7ff8000000000000 8000000000000000 8000000000000001 8010000000000000 bfe0000000000000 bff0000000000000 bff8000000000001
    c1e0000000000000 c1e0000000200000 c3e0000000000000 ffefffffffffffff fff0000000000000 fff4000000000000 1a2b3c4d5e6f7081`),
};
/** For three operands: not so many. */
const FEW: typeof VALUES = {
  s: boxed(`
    00000000 00000001 00800000 3f000000 3f7fffff 3f800001 4b800001 7f7fffff 7f800000 7f800001 80000000 bf800000 c2f6e979
    ff800000`),
  d: double(`
    0000000000000000 0000000000000001 0010000000000000 3fe0000000000000 3fefffffffffffff 3ff0000000000001 400921fb54442d18
    7fefffffffffffff 7ff0000000000000 7ff0000000000001 8000000000000000 bff0000000000000 c3e0000000200001 fff0000000000000`),
};
const INTEGERS = words(
  `0 1 -1 0x7fffffff -0x80000000 0xffffffff 0x1000001 0x7fffffc0 0x20000000000001 0x7fffffffffffffff -0x8000000000000000
   0x7fffffffffffffc0 0xfffffffffffffbff 0x123456789abcdef`,
  '',
);

const MODES = ['rne', 'rtz', 'rdn', 'rup', 'rmm'];
const rows = ROWS.filter((row) => row.length === 4 && usesFloat(row));

/** The label of the table of values for the operands of a row. */
function tableOf({ name, fields, does }: Row): string {
  const has = (field: string): boolean => fields.some((each) => each.name === field);
  if (has('fs3')) return `few_${name.at(-1)!}`;
  if (!has('fs1')) return has('fs2') || does.kind === 'load' ? 'values_d' : 'integers';
  return does.kind === 'float' && does.operation.op === 'convert'
    ? `values_${does.operation.from}`
    : `values_${name.at(-1) === 'x' || name.endsWith('.w') ? 's' : name.at(-1)!}`;
}

/** The row as an instruction on fa1, fa2, fa3 or a1, with its result in a0; `mode` is its rounding mode. */
function instruction({ name, syntax, does }: Row, mode: string): string {
  if (does.kind === 'load') return `sd a1, 0(s8)\n ${name} fa0, 0(s8)\n fmv.x.d a0, fa0`;
  if (does.kind === 'store') return `sd zero, 0(s8)\n fmv.d.x fa1, a1\n ${name} fa1, 0(s8)\n ld a0, 0(s8)`;
  const registers: Readonly<Record<string, string>> = {
    fd: 'fa0',
    fs1: 'fa1',
    fs2: 'fa2',
    fs3: 'fa3',
    rd: 'a0',
    rs1: 'a1',
    rm: mode,
  };
  const text = `${name} ${syntax.replaceAll(/\w+/g, (operand) => registers[operand])}`;
  return syntax.startsWith('fd') ? `${text}\n fmv.x.d a0, fa0` : text;
}

const FOLD = 'slli t0, s2, 5\n sub s2, t0, s2\n add s2, s2, a0';

/**
 * All combinations of operands: result and fflags, first from clear flags, then with NX set, where generated code does more itself.
 * The loops run s4, s5 and s6 over the table from s3 to s7.
 */
function overOperands(row: Row, mode: string, id: string): string {
  const count = ['fs3', 'fs2', 'fs1'].findIndex((field) => row.fields.some(({ name }) => name === field));
  const operands = count === -1 || row.does.kind === 'store' ? 1 : 3 - count;
  const registers = ['s4', 's5', 's6'].slice(0, operands);
  const once = [0, 1]
    .map((flags) => `fsflagsi ${flags}\n ${instruction(row, mode)}\n ${FOLD}\n frflags a0\n ${FOLD}`)
    .join('\n');
  const load = (register: string, i: number): string => `ld a1, 0(${register})\n fmv.d.x fa${i + 1}, a1`;
  const body = `${registers.map(load).join('\n')}\n ld a1, 0(s4)\n ${once}`;
  return registers.reduceRight(
    (inner, register, i) =>
      `mv ${register}, s3\n loop${id}_${i}:\n ${inner}\n addi ${register}, ${register}, 8\n bltu ${register}, s7, loop${id}_${i}`,
    body,
  );
}

/** A row, and how its rounding mode is given: in the instruction, or by frm. */
interface Case {
  readonly row: Row;
  readonly frm: number;
  readonly mode: string;
}
const cases = rows.flatMap((row): Case[] => {
  if (!row.syntax.includes('rm')) return [{ row, frm: 0, mode: '' }];
  return MODES.flatMap((mode, number) => [
    { row, frm: number, mode: 'dyn' },
    { row, frm: (number + 1) % 5, mode },
  ]);
});

const table = (name: string, values: readonly string[]): string => `${name}: .dword ${values.join(', ')}\n${name}_end:`;

const source = (chosen: readonly Case[]): string =>
  program(`
  li t0, 0x2000
  csrs mstatus, t0
  la s8, scratch
  j main
  .balign 8
scratch: .dword 0
${table('values_s', VALUES.s)}
${table('values_d', VALUES.d)}
${table('few_s', FEW.s)}
${table('few_d', FEW.d)}
${table('integers', INTEGERS)}
main:
  ${chosen
    .map(
      ({ row, frm, mode }, i) => `
        li s2, 0
        fsrmi ${frm}
        la s3, ${tableOf(row)}
        la s7, ${tableOf(row)}_end
        ${overOperands(row, mode, String(i))}
        mv a0, s2
        call report`,
    )
    .join('\n')}`);

const EAGER = { threshold: 8, warm: 1, mostInstructions: 100_000, mostRegions: 512 };
const EXECUTORS: Readonly<Record<string, (hart: Hart) => Executor>> = {
  step: stepper,
  interpret: (hart) => interpreter(hart.memory)(hart),
  compile: (hart) => compiler(hart.memory, FULL_ISA, EAGER)(hart),
};

compareWithQemu('floating point as on QEMU', () => {
  const text = source(cases);
  let theirs: bigint[] = [];
  beforeAll(() => {
    theirs = onQemu(text, 'rv64,h=false,sstc=false');
  }, 120_000);

  test('QEMU ran all', () => expect(theirs.length).toBe(cases.length));

  test.each(Object.keys(EXECUTORS))(
    '%s',
    (name) => {
      const ours = onOurs(text, { executor: EXECUTORS[name] });
      const wrong = cases.filter((_, i) => ours[i] !== theirs[i]);
      expect(wrong.map(({ row, frm, mode }) => `${row.name} ${mode} frm=${frm}`)).toEqual([]);
    },
    300_000,
  );
});
