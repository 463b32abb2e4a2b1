/** Mistakes with numbers and bigints: registers, CSRs and addresses are bigints here, counts and numbers of registers are numbers. */
import ts from 'typescript';
import type { Found, Mistake } from './mistake';
import { upwards } from './student-source';
import { asBigint } from './wording';

const TWO_TYPES = /^Operator '(?<op>[^']+)' cannot be applied to types '(?<left>.+)' and '(?<right>.+)'/;

const isBigint = (type: string): boolean => type === 'bigint' || /^-?\d+n$/.test(type);
const isNumber = (type: string): boolean => type === 'number' || /^-?\d+( \| -?\d+)*$/.test(type);

/** A literal of a bigint as one of a number: `1` for `1n`. */
const asNumber = (text: string): string | undefined => (/^\d\w*n$/.test(text) ? text.slice(0, -1) : undefined);

/** The texts on both sides of the operation, and what the bigint's other side has to become. */
function mixed({ source, at }: Found, { op, left, right }: Readonly<Record<string, string>>) {
  if (!((isBigint(left) && isNumber(right)) || (isNumber(left) && isBigint(right)))) return undefined;
  const operation = source.operation(at, op, isNumber(right) ? right : undefined);
  if (!operation) return undefined;
  const [first, second] = [source.text(operation.left), source.text(operation.right)];
  return { first, second, bigint: isBigint(left) ? first : second, number: isBigint(left) ? second : first };
}

const shift: Mistake = {
  name: 'a bigint shifted by a number, or a number by a bigint',
  codes: ['TS2365'],
  says: TWO_TYPES,
  advice(found, named) {
    if (!/^(<<|>>)=?$/.test(named.op)) return undefined;
    const sides = mixed(found, named);
    if (!sides) return undefined;
    const { first, second } = sides;
    return isBigint(named.left)
      ? `\`${first}\` is a bigint, and bigints are shifted by bigints: write \`${named.op} ${asBigint(second)}\`.`
      : `\`${second}\` is a bigint, and \`${first}\`, which it shifts, a number: write \`${asBigint(first)}\` for a bigint, or shift by \`Number(${second})\`.`;
  },
};

const unsignedShift: Mistake = {
  name: 'an unsigned shift of a bigint',
  codes: ['TS2365'],
  says: /^Operator '>>>=?' cannot be applied to types '(?<left>.+)' and '(?<right>.+)'/,
  advice: (_, { left }) =>
    isBigint(left)
      ? 'Bigints have no `>>>`. Registers and CSRs are unsigned here, and for values that are not negative `>>` does the same.'
      : undefined,
};

const notCalled: Mistake = {
  name: 'a function that is not called',
  codes: ['TS2365', 'TS2322', 'TS2345', 'TS2774', 'TS2362', 'TS2363'],
  advice({ code, text, at, source }) {
    const type = /'\(\) => [^']+' (?:and '|is not assignable to (?:parameter of )?type '(?!\())/.test(text);
    const always = code === 'TS2774';
    if (!type && !always) return undefined;
    const name =
      always || code === 'TS2365'
        ? source.beginningAt(at).filter(ts.isPropertyAccessExpression).at(-1)
        : source.given(at)?.value;
    if (!name || !(ts.isPropertyAccessExpression(name) || ts.isIdentifier(name))) return undefined;
    return `\`${source.text(name)}\` is a function, and you use the function itself: call it, \`${source.text(name)}()\`.`;
  },
};

const precedence: Mistake = {
  name: 'a comparison that binds more tightly than & and |',
  codes: ['TS2365'],
  says: /^Operator '(?<op>[&|^])' cannot be applied to types '(?<type>\S+)' and 'boolean'/,
  advice({ source, at }, { op, type }) {
    const operation = source.operation(at, op);
    if (!operation || !ts.isBinaryExpression(operation.right)) return undefined;
    const { left, right } = operation;
    const [mask, compare, value] = [right.left, right.operatorToken, right.right].map((node) => source.text(node));
    if (!/^[=!<>]/.test(compare)) return undefined;
    const asOperand = (text: string): string =>
      isBigint(type) && /^\d/.test(text) && !text.endsWith('n') ? `${text}n` : text;
    return `\`${compare}\` binds more tightly than \`${op}\`: this compares \`${mask} ${compare} ${value}\` first. Write \`(${source.text(left)} ${op} ${asOperand(mask)}) ${compare} ${asOperand(value)}\`.`;
  },
};

const arithmetic: Mistake = {
  name: 'a number and a bigint in one operation',
  codes: ['TS2365'],
  says: TWO_TYPES,
  advice(found, named) {
    const sides = mixed(found, named);
    if (!sides) return undefined;
    const { bigint, number } = sides;
    const change = asNumber(bigint) !== undefined && !/^\d/.test(number) ? asNumber(bigint)! : asBigint(number);
    return `\`${named.op}\` takes two bigints or two numbers: \`${bigint}\` is a bigint and \`${number}\` a number. Write \`${change}\`.`;
  },
};

const compared: Mistake = {
  name: 'a bigint compared with a number',
  codes: ['TS2367'],
  says: /because the types '(?<left>.+)' and '(?<right>.+)' have no overlap/,
  advice({ source, at }, { left, right }) {
    if (!((isBigint(left) && isNumber(right)) || (isNumber(left) && isBigint(right)))) return undefined;
    const operation = source
      .beginningAt(at)
      .filter(ts.isBinaryExpression)
      .find((node) => /^[=!]==?$/.test(source.text(node.operatorToken)));
    if (!operation) return undefined;
    const [first, second] = [source.text(operation.left), source.text(operation.right)];
    const [bigint, number] = isBigint(left) ? [first, second] : [second, first];
    return `\`${bigint}\` is a bigint and never equal to the number \`${number}\`: write \`${asBigint(number)}\`.`;
  },
};

const NOT_ASSIGNABLE =
  /^(?:Type|Argument of type) '(?<from>[^']+)' is not assignable to (?:parameter of )?type '(?<to>[^']+)'\.$/;

const bigintForgotten: Mistake = {
  name: 'a number where a bigint belongs',
  codes: ['TS2322', 'TS2345'],
  says: NOT_ASSIGNABLE,
  advice({ source, at }, { from, to }) {
    if (!isNumber(from) || to !== 'bigint') return undefined;
    const given = source.given(at);
    if (!given) return undefined;
    const value = source.text(given.value);
    return `${given.target === undefined ? 'A bigint belongs here' : `\`${given.target}\` is a bigint`}, and \`${value}\` is a number: write \`${asBigint(value)}\`.`;
  },
};

const numberNeeded: Mistake = {
  name: 'a bigint where a number belongs',
  codes: ['TS2322', 'TS2345'],
  says: NOT_ASSIGNABLE,
  advice({ source, at }, { from, to }) {
    if (!isBigint(from) || to !== 'number') return undefined;
    const given = source.given(at);
    if (!given) return undefined;
    const value = source.text(given.value);
    const called = source.call(at);
    const maths =
      called && source.text(called).startsWith('Math.')
        ? ' `Math` has nothing for bigints: compare them, `a > b ? a : b`.'
        : '';
    const shorter = asNumber(value) ?? `Number(${value})`;
    return `${given.target === undefined ? 'A number belongs here' : `\`${given.target}\` is a number`}, and \`${value}\` is a bigint: write \`${shorter}\`.${maths}`;
  },
};

const unaryPlus: Mistake = {
  name: 'a bigint made a number with +',
  codes: ['TS2736'],
  says: /^Operator '\+' cannot be applied to type 'bigint'/,
  advice({ source, at }) {
    const plus = upwards(source.nodeAt(at)).find(ts.isPrefixUnaryExpression);
    return plus && `A plus does not make a number of a bigint: write \`Number(${source.text(plus.operand)})\`.`;
  },
};

const bigintIndex: Mistake = {
  name: 'a list indexed by a bigint',
  codes: ['TS2538'],
  says: /^Type 'bigint' cannot be used as an index type/,
  advice({ source, at }) {
    const access = source
      .beginningAt(at)
      .map((node) => node.parent)
      .find(ts.isElementAccessExpression);
    if (!access) return undefined;
    const [list, index] = [source.text(access.expression), source.text(access.argumentExpression)];
    const number = asNumber(index) ?? `Number(${index})`;
    return `A list is indexed by numbers, and \`${index}\` is a bigint: write \`${list}[${number}]\`.`;
  },
};

export const numbers: readonly Mistake[] = [
  notCalled,
  shift,
  unsignedShift,
  precedence,
  arithmetic,
  compared,
  bigintForgotten,
  numberNeeded,
  unaryPlus,
  bigintIndex,
];
