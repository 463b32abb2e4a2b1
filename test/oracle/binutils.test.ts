/** Our assembler and disassembler against GNU as and objdump: every row with random operands, random words, aliases, and whole programs. */
import { assemble, CSR_NUMBERS, decode, disassemble, encode, fieldOf, ROWS, type Row } from '../../src/machine/isa';
import { random32, randomOperands } from '../machine/isa/random';
import { gnuAssemble, gnuDisassemble, gnuIsMissing, gnuKnows } from './gnu';
import { ALIAS_LINES, DATA_PROGRAM, ERRORS_IN_BOTH, MACRO_PROGRAM, SYMBOL_PROGRAM } from './programs';

const ORIGIN = 0x8000_0000n;
const missing = gnuIsMissing();
if (missing) console.warn(`binutils.test.ts is skipped: ${missing}`);
const compare = missing ? describe.skip : describe;

/** CSRs that both sides name alike, and some of the custom ones that nobody names. */
const CSRS = [...Object.values(CSR_NUMBERS), 0x7c0, 0x800, 0x8ff, 0xcc0];

/** Random words of one row, without what assembly text cannot say: reserved fm, rounding modes of what is exact, and empty sets of a fence, which GNU as rejects. */
function wordsOf(row: Row, count: number, random: () => number): number[] {
  return Array.from({ length: count }, () => {
    const operands = randomOperands(row, random);
    if (operands.csr !== undefined) operands.csr = CSRS[random() % CSRS.length];
    if (operands.fm !== undefined) operands.fm = 0;
    if (!row.syntax.includes('rm')) operands.rm = 0;
    for (const set of ['pred', 'succ'] as const) if (operands[set] === 0) operands[set] = 15;
    return encode(row, operands);
  });
}

const bytesOf = (word: number) => Array.from({ length: (word & 3) === 3 ? 4 : 2 }, (_, i) => (word >>> (8 * i)) & 0xff);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** The words one behind the other, and what both disassemblers make of each: [address, word, ours, theirs]. */
function disassembleBoth(words: readonly number[], options: 'aliases' | 'no-aliases') {
  const theirs = gnuDisassemble(Uint8Array.from(words.flatMap(bytesOf)), ORIGIN, options);
  let pc = ORIGIN;
  return words.map((word) => {
    const address = pc;
    pc += BigInt(bytesOf(word).length);
    const ours = disassemble(word, { pc: address, aliases: options === 'aliases' });
    return { word, ours, theirs: theirs.get(address) };
  });
}

/** Legal hints, which binutils knows under names from RV128 only (c.slli64). */
const isShortShiftBy0 = (word: number, row: Row) => /^c\.s[lr][la]i$/.test(row.name) && fieldOf(row, 'imm', word) === 0;

/** Written without its operand by some, and not at all by GNU as. */
const isPlainNop = (word: number) => word === 1;

/** fm, rd and rs1 of a fence, which change nothing: what is left over when the fixed bits, pred and succ are taken away. */
const hasIgnoredBits = (word: number, row: Row) =>
  row.name.startsWith('fence') && (word & ~row.mask & (row.name === 'fence' ? 0xf00fffff : 0xffffffff)) !== 0;

/** Where objdump 2.40 writes something else for a word that means the same, and why we do not. */
const DIFFERENT: readonly [why: string, when: (word: number, row: Row) => boolean][] = [
  ['an extension that binutils 2.40 does not know', (_, row) => !gnuKnows(row)],
  [
    'a fence of nothing is "unknown" to objdump',
    (word, row) => row.name === 'fence' && !(fieldOf(row, 'pred', word) && fieldOf(row, 'succ', word)),
  ],
  ['c.nop is written as c.addi zero', (_, row) => row.name === 'c.nop'],
  ['RVC shifts by 0 have names of their own from RV128', isShortShiftBy0],
  [
    'the rounding mode of what is exact must be 0 for objdump',
    (word, row) => !row.syntax.includes('rm') && (fieldOf(row, 'rm', word) ?? 0) !== 0,
  ],
  ['the ignored fields of fences must be 0 for objdump', hasIgnoredBits],
  [
    'CSRs of extensions that we do not name',
    (word, row) => row.does.kind === 'csr' && !CSRS.includes(fieldOf(row, 'csr', word)!),
  ],
];

/** With aliases, objdump also writes hints as they are encoded, and leaves `add a0,zero,a1` alone. */
const DIFFERENT_ALIASES: typeof DIFFERENT = [
  ...DIFFERENT,
  [
    'a compressed hint',
    (word, row) =>
      row.length === 2 &&
      row.name.startsWith('c.') &&
      decode(word)!.rd === 0 &&
      /^c\.(li|lui|mv|add|slli)$/.test(row.name),
  ],
  ['c.addi by 0, a hint', (word, row) => row.name === 'c.addi' && fieldOf(row, 'imm', word) === 0],
  ['add rd,zero,rs2, which we write as c.mv', (word, row) => row.name === 'add' && fieldOf(row, 'rs1', word) === 0],
];

/** objdump 2.40 abbreviates addi as add, csrrwi as csrrw, and so on. */
const likeObjdump = (text: string) =>
  text
    .replace(/^(add|and|or|xor|sll|srl|sra|slt|ror|bclr|bext|binv|bset)i(w|u|) /, '$1$2 ')
    .replace(/^(csrr?[wsc])i /, '$1 ');

const judged = (exceptions: typeof DIFFERENT) => (word: number) => {
  const row = decode(word)!.encodedAs;
  return !exceptions.some(([, when]) => when(word, row));
};

/** 100 words for each row, and random words of both lengths as far as they are legal. */
const random = random32(2024);
const sampled = ROWS.flatMap((row) => wordsOf(row, 100, random));
const stray = Array.from({ length: 60_000 }, (_, i) => (i % 2 ? (random() | 3) >>> 0 : random() & 0xffff)).filter(
  (word) => decode(word),
);
/** What text cannot say about a rounding mode that does not matter. */
const rounding = ROWS.filter((row) => !row.syntax.includes('rm') && fieldOf(row, 'rm', row.match) !== undefined).map(
  (row) => encode(row, { rm: 7 }),
);
const words = [...sampled, ...rounding, ...stray.map((word) => decode(word)!.word)];

compare('binutils', () => {
  test('every row: what we disassemble, GNU as and our assembler turn into the same bytes', () => {
    const inBoth = ROWS.filter(gnuKnows)
      .flatMap((row) => wordsOf(row, 60, random))
      .filter((word) => !isShortShiftBy0(word, decode(word)!.encodedAs) && !isPlainNop(word));
    // Without .option norvc, GNU as would compress the full rows on its own.
    const full = inBoth.filter((word) => (word & 3) === 3);
    const short = inBoth.filter((word) => (word & 3) !== 3);
    const lines = (list: number[]) => list.map((word) => disassemble(word)).join('\n');
    const source = `.option norvc\n${lines(full)}\n.option rvc\n${lines(short)}\n`;
    const expected = Uint8Array.from([...full, ...short].flatMap(bytesOf));
    const ours = assemble(source, { origin: ORIGIN }).bytes;
    expect(hex(ours)).toBe(hex(expected));
    expect(hex(gnuAssemble(source, ORIGIN))).toBe(hex(expected));
  });

  test("every row and random words: canonical text is objdump's", () => {
    const pairs = disassembleBoth(words.filter(judged(DIFFERENT)), 'no-aliases');
    expect(pairs.filter(({ ours, theirs }) => ours !== theirs)).toEqual([]);
    expect(pairs.length).toBeGreaterThan(20_000);
  });

  test("every row and random words: text with aliases is objdump's", () => {
    const pairs = disassembleBoth(words.filter(judged(DIFFERENT_ALIASES)), 'aliases');
    expect(pairs.filter(({ ours, theirs }) => likeObjdump(ours) !== likeObjdump(theirs!))).toEqual([]);
  });

  test.each(DIFFERENT)('the exception is still needed: %s', (_, when) => {
    const excepted = words.filter((word) => when(word, decode(word)!.encodedAs));
    const pairs = disassembleBoth(excepted, 'no-aliases');
    expect(pairs.some(({ ours, theirs }) => ours !== theirs)).toBe(true);
  });

  // Low addresses, so that lui reaches them.
  test.each([
    ['aliases and pseudo-instructions', ALIAS_LINES],
    ['data, alignment and expressions', DATA_PROGRAM],
    ['symbols in several sections', SYMBOL_PROGRAM],
    ['macros, repetition and conditions', MACRO_PROGRAM],
  ])('%s: the same bytes as from GNU as and ld', (_, program) => {
    const source = `.option norvc\n${program}`;
    const { bytes } = assemble(source, { origin: 0x10000n });
    const theirs = gnuAssemble(source, 0x10000n);
    expect(hex(bytes.subarray(0, theirs.length))).toBe(hex(theirs));
    expect(bytes.subarray(theirs.length).every((byte) => byte === 0)).toBe(true); // .bss
  });

  test('li: the same instructions for 64-bit constants of every shape', () => {
    const constants = Array.from({ length: 400 }, (_, i) => {
      const value = (BigInt(random()) << 32n) | BigInt(random());
      return BigInt.asIntN(64, (value >> BigInt(i % 64)) << BigInt(random() % 32));
    });
    const corners = [
      0n,
      2047n,
      2048n,
      -2048n,
      -2049n,
      0x7fffffffn,
      0x7ffff800n,
      0x80000000n,
      -0x80000000n,
      -(1n << 63n),
      (1n << 63n) - 1n,
    ];
    const source = `.option norvc\n${[...corners, ...constants].map((value) => `li a0, ${value}`).join('\n')}\n`;
    expect(hex(assemble(source, { origin: ORIGIN }).bytes)).toBe(hex(gnuAssemble(source, ORIGIN)));
  });

  test.each(ERRORS_IN_BOTH)('both assemblers reject "%s"', (line) => {
    expect(() => gnuAssemble(`.option norvc\n${line}\n`, ORIGIN)).toThrow();
    expect(() => assemble(`${line}\n`, { origin: ORIGIN })).toThrow(/^<source>:\d+: /);
  });
});
