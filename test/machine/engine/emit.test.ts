/** Expressions in WebAssembly and in TypeScript: equal for every operation on corner values; those of few rows also by their definition. */
import { emit, emitCondition } from '../../../src/machine/engine/emit';
import { evaluator } from '../../../src/machine/engine/evaluate';
import { mulhuFunction } from '../../../src/machine/engine/interpreter/product';
import { Code } from '../../../src/machine/engine/wasm/code';
import { I32, I64 } from '../../../src/machine/engine/wasm/opcodes';
import * as x from '../../../src/machine/isa/expr';
import { running, type Running } from './wasm/run-code';

const { imm, num, rs1, rs2 } = x;
const BINARY = { parameters: [I64, I64], result: I64 } as const;
const CORNERS = [
  0n,
  1n,
  -1n,
  -(2n ** 63n),
  2n ** 63n - 1n,
  2n ** 31n,
  -(2n ** 31n),
  0x1234_5678_9abc_def0n,
  63n,
  64n,
  0x80n,
  -3n,
];

function around(code: Code) {
  const nothing = (): void => void code.wat`i64.const 0`;
  const operands = {
    rs1: () => void code.wat`local.get 0`,
    rs2: () => void code.wat`local.get 1`,
    fs1: nothing,
    fs2: nothing,
    fs3: nothing,
    imm: () => void code.wat`i64.const -5`,
    pc: nothing,
    old: nothing,
  };
  return { operands, mulhu: 1 };
}

function compiled(expr: x.Expr): Running {
  const code = new Code(2);
  emit(code, expr, around(code));
  return running(BINARY, code, { type: BINARY, code: mulhuFunction() });
}

const OPERATIONS: readonly (keyof typeof x)[] = [
  'add',
  'sub',
  'mul',
  'mulhu',
  'and',
  'or',
  'xor',
  'shl',
  'shrS',
  'shrU',
  'eq',
  'ne',
  'ltS',
  'ltU',
  'geS',
  'geU',
];
const DIVISIONS: readonly (keyof typeof x)[] = ['divS', 'divU', 'remS', 'remU'];
const binary = (name: keyof typeof x): x.Expr => (x[name] as (a: x.Expr, b: x.Expr) => x.Expr)(rs1, rs2);

const NO_FLOATS = { fs1: 0n, fs2: 0n, fs3: 0n };

/** Compares on all pairs of corners that `defined` lets through. */
function expectSame(expr: x.Expr, defined: (a: bigint, b: bigint) => boolean = () => true): void {
  const [wasm, reference] = [compiled(expr), evaluator(expr)];
  for (const a of CORNERS) {
    for (const b of CORNERS.filter((each) => defined(a, each))) {
      const expected = reference({ rs1: a, rs2: b, ...NO_FLOATS, imm: -5n, pc: 0n, old: 0n });
      expect([a, b, wasm(a, b)]).toEqual([a, b, expected]);
    }
  }
}

it.each(OPERATIONS)('%s', (name) => expectSame(binary(name)));

it.each(DIVISIONS)('%s, where it is defined', (name) => {
  expectSame(binary(name), (a, b) => b !== 0n && !(a === -(2n ** 63n) && b === -1n));
});

it.each(['sext8', 'sext16', 'sext32', 'clz', 'ctz', 'popcnt'] as const)('%s', (name) => expectSame(x[name](rs1)));

it('counts bits as Zbb defines it: 64 for zero', () => {
  expect(compiled(x.clz(rs1))(0n, 0n)).toBe(64n);
  expect(compiled(x.clz(rs1))(1n, 0n)).toBe(63n);
  expect(compiled(x.ctz(rs1))(0n, 0n)).toBe(64n);
  expect(compiled(x.ctz(rs1))(8n, 0n)).toBe(3n);
  expect(compiled(x.popcnt(rs1))(-1n, 0n)).toBe(64n);
});

it('the high half of (2^64 - 1)^2 is 2^64 - 2', () => {
  expect(compiled(x.mulhu(rs1, rs2))(-1n, -1n)).toBe(-2n);
});

it('select evaluates one side only: a division by zero on the other does not trap', () => {
  const guarded = x.select(x.eq(rs2, num(0)), imm, x.divU(rs1, rs2));
  expect(compiled(guarded)(7n, 0n)).toBe(-5n);
  expect(compiled(guarded)(7n, 2n)).toBe(3n);
});

it('a condition is any value but zero, also one whose low half is zero', () => {
  const code = new Code(2);
  emitCondition(code, rs1, around(code));
  const run = running({ parameters: [I64, I64], result: I32 }, code, { type: BINARY, code: mulhuFunction() });
  expect([run(0n, 0n), run(2n ** 32n, 0n), run(-1n, 0n)]).toEqual([0, 1, 1]);
});
