/** Expressions of the assembler. Operators bind as in GNU as: * / % << >>, then | & ^, then + - and comparisons, then &&, then ||. */
import { Mistake } from './program';
import { unescape } from './source';

/** A part of the program that will be placed as a whole; its address is known at the end only. */
export interface Place {
  readonly name: string;
}

/** An absolute number, or a number of bytes behind the start of a section. */
export interface Value {
  readonly section?: Place;
  readonly number: bigint;
}

export type Expression =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'unary'; readonly op: string; readonly a: Expression }
  | { readonly kind: 'binary'; readonly op: string; readonly a: Expression; readonly b: Expression };

/** What names mean now; undefined if that is known later (or never). `.` is the address of the current statement. */
export type Scope = (name: string) => Value | undefined;

const TOKEN =
  /\s*(0[xX][0-9A-Fa-f]+|0[bB][01]+|\d+|'(?:\\.[^']*|[^'\\])'|[A-Za-z_.$][\w.$]*|<<|>>|&&|[|][|]|[=!<>]=|[-+*/%&|^~!<>()]|\S)/gy;
/** Operators that bind alike, the loosest first. */
const LEVELS = [
  ['||'],
  ['&&'],
  ['+', '-', '==', '!=', '<', '>', '<=', '>='],
  ['|', '&', '^'],
  ['*', '/', '%', '<<', '>>'],
];

/** Reads an expression. Names that `scope` knows are replaced by what they mean now, so a later .set does not change them. */
export function parseExpression(text: string, scope: Scope): Expression {
  const tokens = [...text.matchAll(TOKEN)].map((found) => found[1]);
  let next = 0;
  const wrong = () => new Mistake(`"${text}" is not an expression`);
  if (tokens.length > 1000) throw new Mistake('an expression of more than 1000 parts is too long');

  function level(depth: number): Expression {
    if (depth === LEVELS.length) return unary();
    let a = level(depth + 1);
    while (LEVELS[depth].includes(tokens[next])) a = { kind: 'binary', op: tokens[next++], a, b: level(depth + 1) };
    return a;
  }
  function unary(): Expression {
    if (['-', '+', '~', '!'].includes(tokens[next])) return { kind: 'unary', op: tokens[next++], a: unary() };
    if (tokens[next] !== '(') return atom(tokens[next++]);
    next++;
    const inner = level(0);
    if (tokens[next++] !== ')') throw wrong();
    return inner;
  }
  function atom(token: string | undefined): Expression {
    if (token === undefined) throw wrong();
    if (/^\d/.test(token)) return constant(numberOf(token));
    if (token.startsWith("'") && token.length > 1) return constant(BigInt(unescape(token.slice(1, -1))[0]));
    if (!/^[\w.$]/.test(token)) throw wrong();
    const value = scope(token);
    return value ? { kind: 'value', value } : { kind: 'symbol', name: token };
  }

  const whole = level(0);
  if (next !== tokens.length) throw wrong();
  return whole;
}

const constant = (number: bigint): Expression => ({ kind: 'value', value: { number } });

/** As in C: 0x1f, 0b101, 017, 15. */
function numberOf(token: string): bigint {
  if (!/^0\d/.test(token)) return BigInt(token);
  if (/[89]/.test(token)) throw new Mistake(`"${token}" starts with 0, so it is octal, where 8 and 9 do not exist`);
  return BigInt(`0o${token.slice(1)}`);
}

/** The value of an expression; throws Mistake for a name that `scope` does not know. */
export function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'value':
      return expression.value;
    case 'symbol': {
      const value = scope(expression.name);
      if (!value) throw new Mistake(`"${expression.name}" is not defined`);
      return value;
    }
    case 'unary':
      return { number: unaryOf(expression.op, absolute(evaluate(expression.a, scope))) };
    case 'binary':
      return binaryOf(expression.op, evaluate(expression.a, scope), evaluate(expression.b, scope));
  }
}

/** The number, if it is one already: an address is not before the sections have been placed. */
export function absolute(value: Value): bigint {
  if (value.section) throw new Mistake(`an address in ${value.section.name} stands where a number is needed`);
  return value.number;
}

function unaryOf(op: string, a: bigint): bigint {
  if (op === '-') return -a;
  if (op === '~') return ~a;
  return op === '!' ? BigInt(a === 0n) : a;
}

/** Addresses may be moved by a number and subtracted from each other; everything else is for numbers. */
function binaryOf(op: string, a: Value, b: Value): Value {
  if (op === '+' && a.section && !b.section) return { section: a.section, number: a.number + b.number };
  if (op === '+' && b.section && !a.section) return { section: b.section, number: a.number + b.number };
  if (op === '-' && a.section && a.section === b.section) return { number: a.number - b.number };
  if (op === '-' && a.section && !b.section) return { section: a.section, number: a.number - b.number };
  return { number: BigInt.asIntN(64, OPERATIONS.get(op)!(absolute(a), absolute(b))) };
}

/** A comparison is -1 if it holds; && and || give 1. */
const OPERATIONS: ReadonlyMap<string, (a: bigint, b: bigint) => bigint> = new Map([
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => a / divisor(b)],
  ['%', (a, b) => a % divisor(b)],
  ['&', (a, b) => a & b],
  ['|', (a, b) => a | b],
  ['^', (a, b) => a ^ b],
  ['<<', (a, b) => a << shiftAmount(b)],
  ['>>', (a, b) => a >> shiftAmount(b)],
  ['==', (a, b) => -BigInt(a === b)],
  ['!=', (a, b) => -BigInt(a !== b)],
  ['<', (a, b) => -BigInt(a < b)],
  ['>', (a, b) => -BigInt(a > b)],
  ['<=', (a, b) => -BigInt(a <= b)],
  ['>=', (a, b) => -BigInt(a >= b)],
  ['&&', (a, b) => BigInt(a !== 0n && b !== 0n)],
  ['||', (a, b) => BigInt(a !== 0n || b !== 0n)],
]);

function divisor(b: bigint): bigint {
  if (b === 0n) throw new Mistake('an expression divides by zero');
  return b;
}

function shiftAmount(b: bigint): bigint {
  if (b < 0n || b > 63n) throw new Mistake(`an expression shifts by ${b}`);
  return b;
}
