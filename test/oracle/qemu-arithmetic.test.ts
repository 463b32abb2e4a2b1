/** The meaning of every row that computes, branches, loads, stores or swaps, against QEMU: corner values in all pairs, folded to one number a row. */
import { fieldRange, ROWS, usesFloat, type Row } from '../../src/machine/isa';
import { compareWithQemu, onOurs, onQemu, program } from './bare-program';
import { differsOnQemu } from './qemu-differences';

/** Where arithmetic changes its mind: signs, carries between words, shift amounts, divisors of 0 and -1. */
const VALUES = `
  0, 1, 2, 3, 31, 32, 63, 64, 0xff, 0x7fff, 0x8000, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
  0x7fffffffffffffff, -0x8000000000000000, -1, -2, -32, -0x80000000, 0x0123456789abcdef, 0x0100008000ff0001`.replaceAll(
  '\n',
  '',
);

/** F and D are in qemu-float.test.ts; hlv and hsv need a guest: test/machine/hart/hypervisor has them. */
const fullRows = ROWS.filter(
  (row) => row.length === 4 && row.extension !== 'H' && !usesFloat(row) && !differsOnQemu(row.name),
);
const fold = 'slli t0, s2, 5\n sub s2, t0, s2\n add s2, s2, a0';

/** Runs `body` with a1 and a2 being every pair of values, and reports what the results in a0 fold to. */
const overPairs = (body: string, id: number): string => `
  li s2, 0
  la s3, values
outer${id}:
  la s4, values
inner${id}:
  ld a1, 0(s3)
  ld a2, 0(s4)
  ${body}
  addi s4, s4, 8
  la t0, values_end
  bltu s4, t0, inner${id}
  addi s3, s3, 8
  bltu s3, t0, outer${id}
  mv a0, s2
  call report`;

/** Immediates of a row: the extremes, and some between. */
function immediatesOf(row: Row): number[] {
  const { least, greatest } = fieldRange(row.fields.find(({ name }) => name === 'imm')!);
  return [least, greatest, 0, 1, 5, -1, 31].filter((value) => value >= least && value <= greatest);
}

/** What to execute for a row, so that a0 tells what it did with a1 and a2; undefined for rows of another kind. */
function bodyOf(row: Row): string | undefined {
  const { name, does, syntax } = row;
  if (does.kind === 'branch') return `li a0, 1\n ${name} a1, a2, 9f\n li a0, 0\n 9: ${fold}`;
  if (does.kind === 'load') return `sd a1, 0(s5)\n ${name} a0, ${8 - does.width}(s5)\n ${fold}`;
  if (does.kind === 'store') return `sd a1, 0(s5)\n ${name} a2, ${8 - does.width}(s5)\n ld a0, 0(s5)\n ${fold}`;
  if (does.kind === 'amo') return `sd a1, 0(s5)\n ${name} a0, a2, (s5)\n ${fold}\n ld a0, 0(s5)\n ${fold}`;
  if (does.kind === 'sc') {
    const reserve = name.replace('sc', 'lr');
    return `sd a1, 0(s5)\n ${reserve} a0, (s5)\n ${fold}\n ${name} a0, a2, (s5)\n ${fold}\n ld a0, 0(s5)\n ${fold}`;
  }
  if (does.kind !== 'compute') return undefined;
  if (syntax === 'rd, rs1') return `${name} a0, a1\n ${fold}`;
  if (syntax === 'rd, rs1, rs2') return `${name} a0, a1, a2\n ${fold}`;
  if (syntax === 'rd, rs1, imm' || syntax === 'rd, rs1, shamt') {
    return immediatesOf(row)
      .map((value) => `${name} a0, a1, ${value}\n ${fold}`)
      .join('\n');
  }
  return undefined;
}

const bodies = fullRows.map((row) => ({ name: row.name, body: bodyOf(row) })).filter(({ body }) => body !== undefined);

const source = program(`
  la s5, scratch
  j main
  .balign 8
scratch: .dword 0
values: .dword ${VALUES}
values_end:
main:
  ${bodies.map(({ body }, id) => overPairs(body!, id)).join('\n')}
  lui a0, 0x80000
  call report
  lui a0, 0x7ffff
  call report
  auipc a0, 0xfffff
  call report`);

compareWithQemu('arithmetic as on QEMU', () => {
  let theirs: bigint[] = [];
  let ours: bigint[] = [];
  beforeAll(() => {
    theirs = onQemu(source);
    ours = onOurs(source);
  }, 120_000);

  test('all programs ran', () => expect([theirs.length, ours.length]).toEqual([bodies.length + 3, bodies.length + 3]));

  test.each(bodies.map(({ name }, i) => [name, i] as const))('%s', (_, i) => expect(ours[i]).toBe(theirs[i]));

  test('lui and auipc', () => expect(ours.slice(-3)).toEqual(theirs.slice(-3)));

  test('the rows that this does not reach are tested elsewhere', () => {
    const reached = new Set(bodies.map(({ name }) => name));
    const others = fullRows.filter(
      ({ name, does }) => !reached.has(name) && does.kind !== 'system' && does.kind !== 'csr',
    );
    expect(others.map(({ name }) => name)).toEqual([
      'lui',
      'auipc',
      'jal',
      'jalr',
      'fence',
      'fence.tso',
      'pause',
      'lr.w',
      'lr.d',
    ]);
  });
});
