/** Mistakes with what things have and take: properties, arguments, objects, read-only fields, and the functions that a part consists of. */
import ts from 'typescript';
import type { Declarations } from './declarations';
import type { Found, Mistake } from './mistake';
import { upwards } from './student-source';
import { alternatives, andList, meant } from './wording';

/** ` It has a, b and c.` and where to look, as far as the type is ours. */
function contents(declarations: Declarations, type: string, looked: string): string {
  const members = declarations.members(type);
  if (members.length === 0) return declarations.where(type);
  const guess = meant(looked, members);
  return guess === ''
    ? ` It has ${andList(members)}.${declarations.where(type)}`
    : `${guess}${declarations.where(type)}`;
}

/** The object whose property stands at an offset: `vcpu.csr` for `sepc` in `vcpu.csr.sepc`. */
function objectAt({ source, at }: Found): ts.Expression | undefined {
  const { parent } = source.nodeAt(at);
  return ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent) ? parent.expression : undefined;
}

const NO_PROPERTY = /^Property '(?<name>[^']+)' does not exist on type '(?<type>[^']+)'\./;

const onlySome: Mistake = {
  name: 'a property that only some kinds of a value have',
  codes: ['TS2339', 'TS2551'],
  says: NO_PROPERTY,
  advice(found, { name, type }) {
    const declared = found.declarations.find(type);
    const having = (declared?.kinds ?? []).filter(({ members }) => members.includes(name));
    const object = objectAt(found);
    if (!declared || having.length === 0 || !object) return undefined;
    const value = found.source.text(object);
    if (declared.words.length > 0)
      return `\`${value}\` can also be ${alternatives(declared.words)}, and these have no \`${name}\`. Ask first, as in \`if (typeof ${value} === 'object') ...\`.`;
    const labels = having.map(({ label }) => label);
    const [tag, first] = labels[0].split(': ');
    return `Only some of the things that \`${value}\` can be have \`${name}\`: those with ${alternatives(labels, '`')}. Ask first, as in \`if (${value}.${tag} === ${first}) ...\`.`;
  },
};

const readOnlyList: Mistake = {
  name: 'a list that is read-only, and changed',
  codes: ['TS2339', 'TS2542', 'TS2551'],
  says: /^(?:Property '(?<name>\w+)' does not exist on|Index signature in) type 'readonly .*\[\]'/,
  advice(found, { name }) {
    const mutating = ['push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'reverse', 'fill'];
    if (name !== undefined && !mutating.includes(name)) return undefined;
    const access = found.source.beginningAt(found.at).find(ts.isElementAccessExpression);
    const list = access?.expression ?? objectAt(found);
    return (
      list &&
      `\`${found.source.text(list)}\` is read-only: change a copy of your own, \`[...${found.source.text(list)}]\`.`
    );
  },
};

const overIndexes: Mistake = {
  name: 'for ... in where for ... of is meant',
  codes: ['TS2339', 'TS2551'],
  says: /^Property '\w+' does not exist on type 'string'/,
  advice(found) {
    const object = objectAt(found);
    const name = object && found.source.text(object);
    const loop = upwards(found.source.nodeAt(found.at))
      .filter(ts.isForInStatement)
      .find((one) => found.source.text(one.initializer).endsWith(` ${name}`));
    return (
      loop &&
      `\`for (... in ...)\` goes over indexes, which are strings: write \`for (${found.source.text(loop.initializer)} of ${found.source.text(loop.expression)})\`.`
    );
  },
};

const noProperty: Mistake = {
  name: 'a property that does not exist',
  codes: ['TS2339', 'TS2551'],
  says: NO_PROPERTY,
  advice(found, { name, type }) {
    const object = objectAt(found);
    if (!object)
      return type === 'Parts'
        ? `There is no part \`${name}\`.${meant(name, found.declarations.members('Parts'))} The line of the original file has its name.`
        : undefined;
    const suggested = /Did you mean '([^']+)'\?/.exec(found.text)?.[1];
    const rest =
      suggested === undefined
        ? contents(found.declarations, type, name)
        : ` Did you mean \`${suggested}\`?${found.declarations.where(type)}`;
    return `\`${found.source.text(object)}\` has no \`${name}\`.${rest}`;
  },
};

const arguments_: Mistake = {
  name: 'too few or too many arguments',
  codes: ['TS2554', 'TS2555'],
  says: /^Expected (?<expected>.+) arguments?, but got (?<got>\d+)/,
  advice({ source, at, declarations }, { expected, got }) {
    const call = source.call(at);
    if (!call) return undefined;
    const takes = expected === '1' ? '1 argument' : `${expected.replace('-', ' or ')} arguments`;
    const called = source.text(call.expression);
    const signature = declarations.signature(called.split('.').at(-1)!, expected);
    return `\`${called}\` takes ${takes} and gets ${got} here.${signature === undefined ? '' : ` It is declared as \`${signature}\`.`}`;
  },
};

const readOnly: Mistake = {
  name: 'a read-only property that is assigned to',
  codes: ['TS2540'],
  says: /^Cannot assign to '(?<name>\w+)' because it is a read-only property/,
  advice(found, { name }) {
    const object = objectAt(found);
    const property = object ? `${found.source.text(object)}.${name}` : name;
    return `\`${property}\` is read-only: it is given to your part to look at, and the hypervisor's frame changes it. What your part keeps for itself goes into a variable of its own.`;
  },
};

const constant: Mistake = {
  name: 'a const that is assigned to again',
  codes: ['TS2588'],
  says: /^Cannot assign to '(?<name>\w+)' because it is a constant/,
  advice({ source, at }, { name }) {
    const declared = source.declarationOf(name, at);
    const line = declared ? ` in line ${source.lineOf(declared)}` : '';
    return `\`${name}\` was declared with \`const\`${line} and keeps its value: declare it with \`let\` if it is to change.`;
  },
};

const MISSING = [
  /^Property '(?<names>\w+)' is missing in type '.+' but required in type '(?<type>[^']+)'\.$/,
  /^Type '.+' is missing the following properties from type '(?<type>[^']+)': (?<names>.+)$/,
];

const missing: Mistake = {
  name: 'an object that lacks something',
  codes: ['TS2741', 'TS2739', 'TS2740', 'TS2345', 'TS2322'],
  advice({ text, at, source, declarations }) {
    const named = MISSING.map((one) => one.exec(lastOf(text))?.groups).find(Boolean);
    if (!named || text.includes('Types of parameters')) return undefined;
    const names = named.names.replace(/, and \d+ more\.?$/, ', ...').split(', ');
    const given = source.given(at);
    const object = given?.target === undefined ? 'The object' : `\`${given.target}\``;
    return `${object} lacks ${andList(names)}, which every \`${named.type}\` has.${declarations.where(named.type)}`;
  },
};

const lastOf = (text: string): string => text.split('\n').at(-1)!.trim();

const excess: Mistake = {
  name: 'an object with something that its type does not have',
  codes: ['TS2353', 'TS2561'],
  says: /^Object literal may only specify known properties, (?:and|but) '(?<name>\w+)' does not exist in type '(?<type>.+?)'\.(?: Did you mean to write '(?<guess>\w+)'\?)?$/,
  advice({ declarations }, { name, type, guess }) {
    if (/^\(.*\) => /.test(type)) return `A function belongs here, \`${type}\`, not an object with \`${name}\`.`;
    const rest =
      guess === undefined
        ? contents(declarations, type, name)
        : ` Did you mean \`${guess}\`?${declarations.where(type)}`;
    return `\`${type}\` has no \`${name}\`.${rest}`;
  },
};

const FUNCTIONS = /^Type '(?<yours>\(.*\) => .+)' is not assignable to type '(?<wanted>\(.*\) => .+)'\./;

const signature: Mistake = {
  name: 'a function with other parameters than its part has',
  codes: ['TS2322', 'TS2345'],
  says: /(?<why>Target signature provides too few arguments|Types of parameters '(?<yours>\w+)' and '(?<theirs>\w+)' are incompatible)/,
  advice({ text, source, at }, { why, yours, theirs }) {
    const wanted = FUNCTIONS.exec(text.split('\n')[0])?.groups?.wanted;
    if (wanted === undefined) return undefined;
    const name = source.given(at)?.target;
    const what = why.startsWith('Target')
      ? 'has more parameters than it is given arguments'
      : yours === theirs
        ? `takes a \`${yours}\` of another type than it is given`
        : `takes \`${yours}\` where it is given \`${theirs}\``;
    return `${name === undefined ? 'This function' : `\`${name}\``} ${what}. It is called as \`${wanted}\`: these parameters, in this order, and no types need be written.`;
  },
};

const functionForObject: Mistake = {
  name: 'a function where a part is an object of functions',
  codes: ['TS2322'],
  says: /^Type '\(.*\) => .+' is not assignable to type '(?<type>\w+)'/,
  advice({ declarations, source, at }, { type }) {
    const members = declarations.members(type);
    const name = source.given(at)?.target;
    return members.length === 0 || name === undefined
      ? undefined
      : `\`${name}\` is an object with the functions ${andList(members)}, not one function.${declarations.where(type)}`;
  },
};

const notCallable: Mistake = {
  name: 'something called that is no function',
  codes: ['TS2349'],
  says: /Type '(?<type>.+)' has no call signatures/,
  advice({ source, at }, { type }) {
    const called = source.call(at)?.expression;
    if (!called) return undefined;
    const kind = /^(?:BigInt|Number|String|Boolean)$/.test(type) ? `a ${type.toLowerCase()}` : 'an object';
    const functions = [...type.matchAll(/[{;] (\w+)\(/g)].map(([, name]) => `${source.text(called)}.${name}`);
    const instead =
      kind !== 'an object'
        ? ' Leave the parentheses out.'
        : functions.length > 0
          ? ` Its functions are ${andList(functions)}.`
          : ' Read a property of it: `.name`, or `[...]`.';
    return `\`${source.text(called)}\` is ${kind} and no function.${instead}`;
  },
};

export const shapes: readonly Mistake[] = [
  signature,
  functionForObject,
  missing,
  excess,
  onlySome,
  readOnlyList,
  overIndexes,
  noProperty,
  arguments_,
  readOnly,
  constant,
  notCallable,
];
