/**
 * What rows compute from registers and immediates, against functions written here from the manual's descriptions, on corner values and random ones. (On
 * QEMU too: test/oracle. This runs everywhere.)
 */
import { evaluator } from '../../../src/machine/engine/evaluate';
import { ROWS, rowByName } from '../../../src/machine/isa';
import { Chance } from '../engine/lockstep/chance';

type Meaning = (a: bigint, b: bigint) => bigint | boolean;

/** All values are unsigned 64-bit; `s` reads them as signed, `w` extends a word by its sign, `low` by zeros. */
const s = (x: bigint, bits = 64): bigint => BigInt.asIntN(bits, x);
const u = (x: bigint): bigint => BigInt.asUintN(64, x);
const w = (x: bigint): bigint => s(x, 32);
const low = (x: bigint): bigint => BigInt.asUintN(32, x);
const bits = (x: bigint, size: number): string => BigInt.asUintN(size, x).toString(2).padStart(size, '0');
const bytes = (x: bigint): string[] => u(x).toString(16).padStart(16, '0').match(/../g)!;
const leadingZeros = (text: string): bigint => BigInt(text.indexOf('1') < 0 ? text.length : text.indexOf('1'));
const reversed = (text: string): string => [...text].reverse().join('');
const rotated = (text: string, right: bigint): bigint => {
  const by = text.length - Number(right % BigInt(text.length));
  return BigInt(`0b${text.slice(by)}${text.slice(0, by)}`);
};

/** "Integer Computational Instructions"; the same with an immediate, which is sign-extended, or a constant amount. */
const INTEGER: Record<string, Meaning> = {
  add: (a, b) => a + b,
  slt: (a, b) => s(a) < s(b),
  sltu: (a, b) => a < b,
  xor: (a, b) => a ^ b,
  or: (a, b) => a | b,
  and: (a, b) => a & b,
  sll: (a, b) => a << (b % 64n),
  srl: (a, b) => a >> (b % 64n),
  sra: (a, b) => s(a) >> (b % 64n),
  addw: (a, b) => w(a + b),
  sllw: (a, b) => w(a << (b % 32n)),
  srlw: (a, b) => w(low(a) >> (b % 32n)),
  sraw: (a, b) => w(a) >> (b % 32n),
  bclr: (a, b) => a & ~(1n << (b % 64n)),
  bext: (a, b) => (a >> (b % 64n)) & 1n,
  binv: (a, b) => a ^ (1n << (b % 64n)),
  bset: (a, b) => a | (1n << (b % 64n)),
  ror: (a, b) => rotated(bits(a, 64), b),
  rorw: (a, b) => w(rotated(bits(a, 32), b)),
};

/** "M", its table "Semantics for division by zero and division overflow", and "B". */
const REGISTERS: Record<string, Meaning> = {
  ...INTEGER,
  sub: (a, b) => a - b,
  subw: (a, b) => w(a - b),
  mul: (a, b) => a * b,
  mulh: (a, b) => (s(a) * s(b)) >> 64n,
  mulhsu: (a, b) => (s(a) * b) >> 64n,
  mulhu: (a, b) => (a * b) >> 64n,
  mulw: (a, b) => w(a * b),
  div: (a, b) => (b === 0n ? -1n : s(a) / s(b)),
  divu: (a, b) => (b === 0n ? -1n : a / b),
  rem: (a, b) => (b === 0n ? a : s(a) % s(b)),
  remu: (a, b) => (b === 0n ? a : a % b),
  divw: (a, b) => (low(b) === 0n ? -1n : w(w(a) / w(b))),
  divuw: (a, b) => (low(b) === 0n ? -1n : w(low(a) / low(b))),
  remw: (a, b) => (low(b) === 0n ? w(a) : w(w(a) % w(b))),
  remuw: (a, b) => (low(b) === 0n ? w(a) : w(low(a) % low(b))),
  sh1add: (a, b) => b + 2n * a,
  sh2add: (a, b) => b + 4n * a,
  sh3add: (a, b) => b + 8n * a,
  'add.uw': (a, b) => b + low(a),
  'sh1add.uw': (a, b) => b + 2n * low(a),
  'sh2add.uw': (a, b) => b + 4n * low(a),
  'sh3add.uw': (a, b) => b + 8n * low(a),
  andn: (a, b) => a & ~b,
  orn: (a, b) => a | ~b,
  xnor: (a, b) => ~(a ^ b),
  max: (a, b) => (s(a) < s(b) ? b : a),
  maxu: (a, b) => (a < b ? b : a),
  min: (a, b) => (s(a) < s(b) ? a : b),
  minu: (a, b) => (a < b ? a : b),
  rol: (a, b) => rotated(bits(a, 64), 64n - (b % 64n)),
  rolw: (a, b) => w(rotated(bits(a, 32), 32n - (b % 32n))),
  'czero.eqz': (a, b) => (b === 0n ? 0n : a),
  'czero.nez': (a, b) => (b === 0n ? a : 0n),
};

/** add, sltu and sllw are addi, sltiu and slliw; slli.uw has no form with a register. */
const IMMEDIATES: Record<string, Meaning> = {
  ...Object.fromEntries(Object.entries(INTEGER).map(([name, meaning]) => [name.replace(/([uw]?)$/, 'i$1'), meaning])),
  'slli.uw': (a, b) => low(a) << (b % 64n),
};

const ONE_REGISTER: Record<string, Meaning> = {
  clz: (a) => leadingZeros(bits(a, 64)),
  ctz: (a) => leadingZeros(reversed(bits(a, 64))),
  cpop: (a) => BigInt(bits(a, 64).replaceAll('0', '').length),
  clzw: (a) => leadingZeros(bits(a, 32)),
  ctzw: (a) => leadingZeros(reversed(bits(a, 32))),
  cpopw: (a) => BigInt(bits(a, 32).replaceAll('0', '').length),
  'sext.b': (a) => s(a, 8),
  'sext.h': (a) => s(a, 16),
  'zext.h': (a) => a % 0x1_0000n,
  'orc.b': (a) =>
    BigInt(
      `0x${bytes(a)
        .map((byte) => (byte === '00' ? '00' : 'ff'))
        .join('')}`,
    ),
  rev8: (a) => BigInt(`0x${bytes(a).reverse().join('')}`),
};

/** "Conditional Branches". */
const BRANCHES: Record<string, Meaning> = {
  beq: (a, b) => a === b,
  bne: (a, b) => a !== b,
  blt: (a, b) => s(a) < s(b),
  bge: (a, b) => s(a) >= s(b),
  bltu: (a, b) => a < b,
  bgeu: (a, b) => a >= b,
};

const chance = new Chance(64);
const values = Array.from({ length: 40 }, () => chance.value());
const immediates = [0, 1, -1, 2047, -2048, ...Array.from({ length: 20 }, () => chance.below(4096) - 2048)].map((n) =>
  u(BigInt(n)),
);
const amounts = (most: number): bigint[] => Array.from({ length: most }, (_, i) => BigInt(i));

/** The operands for which the row computes something else. */
function wrong(name: string, meaning: Meaning, seconds: readonly bigint[], second: 'rs2' | 'imm') {
  const { does } = rowByName(name);
  if (does.kind !== 'compute' && does.kind !== 'branch') throw new Error(`${name} computes nothing`);
  const compute = evaluator(does.kind === 'compute' ? does.value : does.taken);
  const others = { fs1: 0n, fs2: 0n, fs3: 0n, pc: 0n, old: 0n, rs2: 0n, imm: 0n };
  const pairs = values.flatMap((a) => seconds.map((b) => ({ a, b })));
  const results = pairs.map(({ a, b }) => ({
    a,
    b,
    ours: u(compute({ ...others, rs1: s(a), [second]: s(b) })),
    manual: u(BigInt(meaning(a, b))),
  }));
  return results.filter(({ ours, manual }) => ours !== manual);
}

test.each(Object.entries({ ...REGISTERS, ...BRANCHES }))('%s of two registers', (name, meaning) => {
  expect(wrong(name, meaning, values, 'rs2')).toEqual([]);
});
test.each(Object.entries(ONE_REGISTER))('%s of a register', (name, meaning) => {
  expect(wrong(name, meaning, [0n], 'rs2')).toEqual([]);
});
test.each(Object.entries(IMMEDIATES))('%s of a register and a constant', (name, meaning) => {
  const shifts = rowByName(name).syntax.endsWith('shamt');
  const constants = shifts ? amounts(/[^u]w$/.test(name) ? 32 : 64) : immediates;
  expect(wrong(name, meaning, constants, 'imm')).toEqual([]);
});

test('no row of I, M, B or Zicond that computes is missing', () => {
  const tested = new Set([REGISTERS, BRANCHES, ONE_REGISTER, IMMEDIATES].flatMap((table) => Object.keys(table)));
  const rows = ROWS.filter(({ does, length }) => length === 4 && (does.kind === 'compute' || does.kind === 'branch'));
  const elsewhere = ['lui', 'auipc', 'pause']; // and what concerns f registers
  const untested = rows.filter(({ name }) => !tested.has(name) && !elsewhere.includes(name) && !name.startsWith('f'));
  expect(untested.map(({ name }) => name)).toEqual([]);
});
