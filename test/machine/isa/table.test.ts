/** The table is sound: no word is two rows', fields lie apart, and what is encoded decodes to itself. */
import { decode, encode, fieldOf, fieldRange, ROWS, rowByName, type Row } from '../../../src/machine/isa';
import { randomOperands, random32 } from './random';

/** Rows that are special cases of another row: [special, general]. The decoder prefers the special one. */
const SPECIAL_CASES = [
  ['fence.tso', 'fence'],
  ['pause', 'fence'],
];

/** Whether some word is both rows', exclusions aside. */
const overlap = (a: Row, b: Row) => a.length === b.length && ((a.match ^ b.match) & a.mask & b.mask) === 0;

/** Whether one row excludes all that it would share with the other: the other fixes the excluded bits to just that value. */
const excludes = (a: Row, b: Row) =>
  a.except.some((not) => (not.mask & ~b.mask) === 0 && ((not.match ^ b.match) & not.mask) === 0);

const bitsOf = (row: Row) =>
  row.fields.map((field) =>
    field.slices.reduce((bits, { high, low }) => bits | (2n ** BigInt(high + 1) - 2n ** BigInt(low)), 0n),
  );

test('row.id is the position, names are unique, and rows of 32 bits come first', () => {
  expect(ROWS.map((row) => row.id)).toEqual(ROWS.map((_, i) => i));
  expect(new Set(ROWS.map((row) => row.name)).size).toBe(ROWS.length);
  expect(ROWS.map((row) => row.length).join('')).toMatch(/^4+2+$/);
});

test("no word is two rows', apart from the listed special cases", () => {
  const pairs = ROWS.flatMap((a, i) => ROWS.slice(i + 1).map((b) => [a, b]))
    .filter(([a, b]) => overlap(a, b) && !excludes(a, b) && !excludes(b, a))
    .map(([a, b]) => [a, b].sort((x, y) => y.mask.toString(2).split('1').length - x.mask.toString(2).split('1').length))
    .map(([special, general]) => [special.name, general.name]);
  expect(pairs).toEqual(SPECIAL_CASES);
  for (const [special, general] of SPECIAL_CASES) {
    expect(rowByName(special).mask & rowByName(general).mask).toBe(rowByName(general).mask & 0xffffffff);
    expect(decode(rowByName(special).match)?.row.name).toBe(special);
  }
});

test.each(ROWS)('$name: mask, match and fields fit the length, and no two fields share a bit', (row) => {
  const width = 2 ** (8 * row.length);
  for (const value of [row.mask, row.match]) expect(value >= 0 && value < width && Number.isInteger(value)).toBe(true);
  expect((row.match & ~row.mask) >>> 0).toBe(0);
  expect((row.match & 3) === 3).toBe(row.length === 4);
  let seen = BigInt(row.mask);
  for (const bits of bitsOf(row)) {
    expect(bits < BigInt(width) && (seen & bits) === 0n).toBe(true);
    seen |= bits;
  }
});

test.each(ROWS)('$name: random operands survive encode and decode', (row) => {
  const random = random32(row.id + 1);
  const names = [row.name, ...SPECIAL_CASES.filter(([, general]) => general === row.name).map(([special]) => special)];
  const lost = Array.from({ length: 200 }, () => randomOperands(row, random)).filter((operands) => {
    const word = encode(row, operands);
    const kept = row.fields.every(({ name }) => fieldOf(row, name, word) === operands[name]);
    return !kept || !names.includes(decode(word)?.encodedAs.name ?? 'illegal');
  });
  expect(lost).toEqual([]);
});

test('a compressed row means its full row with the operands in place', () => {
  for (const row of ROWS.filter((each) => each.length === 2)) {
    const decoded = decode(encode(row, randomOperands(row, random32(7))))!;
    expect(decoded.row.name).toBe(row.expands!.name);
    expect(decoded.row.length).toBe(4);
    expect(decoded.length).toBe(2);
    const { rd, rs1, rs2, imm } = decoded;
    const slots = { rd, fd: rd, rs1, rs2, fs2: rs2, imm };
    const full = decoded.row.fields.map((field) => [field.name, slots[field.name as 'rd']]);
    const again = decode(encode(decoded.row, Object.fromEntries(full)))!;
    expect({ rd: again.rd, rs1: again.rs1, rs2: again.rs2, imm: again.imm }).toEqual({ rd, rs1, rs2, imm });
  }
});

test('every halfword, and a million random words, decode or are illegal', () => {
  for (let word = 0; word < 1 << 16; word++) {
    const instruction = decode(word);
    if (instruction && instruction.length !== ((word & 3) === 3 ? 4 : 2)) throw new Error(`length of ${word}`);
  }
  const random = random32(3);
  for (let i = 0; i < 1e6; i++) decode(random());
});

test('the index of the decoder finds what a search through all rows finds', () => {
  const random = random32(5);
  const words = Array.from({ length: 20_000 }, (_, i) =>
    i % 2 ? (random() | 3) >>> 0 : (random() & 0xfffc) | (random() % 3),
  );
  const wrong = words.filter((word) => {
    const found = ROWS.filter((row) => row.length === ((word & 3) === 3 ? 4 : 2))
      .filter((row) => (word & row.mask) >>> 0 === row.match)
      .filter((row) => row.except.every((not) => (word & not.mask) >>> 0 !== not.match));
    const special = SPECIAL_CASES.find(
      ([, general]) => found.length === 2 && found.some(({ name }) => name === general),
    );
    return found.length > (special ? 2 : 1) || decode(word)?.encodedAs.name !== (special?.[0] ?? found[0]?.name);
  });
  expect(wrong).toEqual([]);
});

test('a negative number means the same word as the unsigned one', () => {
  expect(decode(0xfff50513 | 0)).toEqual(decode(0xfff50513));
  expect(decode(0xfff50513)).toMatchObject({
    row: { name: 'addi' },
    rd: 10,
    rs1: 10,
    imm: -1,
    word: 0xfff50513,
    length: 4,
  });
});

// Reserved encodings by the unprivileged manual's listings and the text beside them ("code points … are reserved").
test.each([
  [0x0000, 'all zeros: defined illegal'],
  [0x0004, 'c.addi4spn with nzuimm = 0'],
  [0x2001, 'c.addiw x0'],
  [0x6081, 'c.lui ra, 0'],
  [0x6001, 'c.lui x0, 0'],
  [0x6101, 'c.addi16sp 0'],
  [0x4002, 'c.lwsp x0'],
  [0x6002, 'c.ldsp x0'],
  [0x8002, 'c.jr x0'],
  [0x9c41, 'quadrant 1, funct3 100, reserved in RV64'],
  [0x8000, 'quadrant 0, funct3 100'],
  [0x0000007f, 'an instruction of 80 bits or more'],
  [0x00100573, 'ebreak with rd = a0'],
  [0x120000f3, 'sfence.vma with rd = ra'],
  [0x10200173, 'sret with rd = sp'],
  [0x1005a52f | (1 << 20), 'lr.w with rs2 = 1'],
  [0x0200151b, 'slliw by 32'],
  [0x04051513, 'slli with bit 26 set'],
  [0x00001067, 'jalr with funct3 = 1'],
  [0x00002063, 'a branch with funct3 = 2'],
  [0x00007003, 'a load with funct3 = 7'],
  [0x00004023, 'a store with funct3 = 4'],
  [(0x00002073 & ~0x2000) | 0x4000, 'SYSTEM with funct3 = 4 (hypervisor loads)'],
])('%p is illegal: %s', (word) => expect(decode(word)).toBeUndefined());

// Hints and reserved-but-ignored fields are legal.
test.each([
  [0x0085, 'c.addi', 'c.addi ra, 1'],
  [0x0005, 'c.nop', 'c.nop with an immediate'],
  [0x4005, 'c.li', 'c.li x0'],
  [0x6005, 'c.lui', 'c.lui x0, 1'],
  [0x0002, 'c.slli', 'c.slli x0, 0'],
  [0x800a, 'c.mv', 'c.mv x0, sp'],
  [0x900a, 'c.add', 'c.add x0, sp'],
  [0x8001, 'c.srli', 'c.srli s0, 0'],
  [0x0100000f, 'pause', 'pause'],
  [0x8330000f, 'fence.tso', 'fence.tso'],
  [0x8330008f, 'fence.tso', 'fence.tso with rd'],
  [0x4120a08f & ~0x7000, 'fence', 'fence with a reserved fm, rs1 and rd'],
  [0xfff0f08f & ~0x6000, 'fence.i', 'fence.i with imm, rs1 and rd'],
])('%p is %s: %s', (word, name) => expect(decode(word)?.encodedAs.name).toBe(name));

test('encode refuses what does not fit, in words for its author', () => {
  const message = (name: string, operands: object) => {
    try {
      return encode(rowByName(name), operands).toString(16);
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(message('addi', { rd: 1, rs1: 1, imm: 2048 })).toBe(
    'an immediate of 2048 is not possible here (-2048 to 2047)',
  );
  expect(message('beq', { imm: 3 })).toBe('an immediate of 3 is not possible here (-4096 to 4094, multiples of 2)');
  expect(message('c.lw', { rd: 7 })).toBe('register x7 is not possible here (8 to 15)');
  expect(message('c.lwsp', { rd: 0 })).toBe('c.lwsp cannot have register x0');
  expect(message('c.addi16sp', {})).toBe('c.addi16sp cannot have an immediate of 0');
  expect(fieldRange(rowByName('lui').fields.find((field) => field.name === 'imm')!).greatest).toBe(2 ** 31 - 4096);
});
