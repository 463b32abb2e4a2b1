/** Blocks of statements that are repeated, skipped or kept for later: .rept, .irp, .if, .macro. GNU as manual. */
import type { Assembly } from './assembly';
import { Mistake, type SourceLine } from './program';
import { operandsOf } from './source';

/** What ends a block, by what begins it. */
const ENDS: ReadonlyMap<string, string> = new Map([
  ['.macro', '.endm'],
  ['.rept', '.endr'],
  ['.irp', '.endr'],
  ['.if', '.endif'],
  ['.ifdef', '.endif'],
  ['.ifndef', '.endif'],
]);

const nameOf = (text: string) => /^(?:[\w.$]+\s*:\s*)*(\.\w+)/.exec(text)?.[1] ?? '';

export const beginsBlock = (name: string): boolean => ENDS.has(name);

/** The statements inside the block that begins at `start`, and the index of the statement that ends it. */
export function blockAt(statements: readonly SourceLine[], start: number): { body: SourceLine[]; end: number } {
  const open = [nameOf(statements[start].text)];
  for (let i = start + 1; i < statements.length; i++) {
    const name = nameOf(statements[i].text);
    if (ENDS.has(name)) open.push(name);
    else if (ENDS.get(open[open.length - 1]) === name) open.pop();
    if (open.length === 0) return { body: statements.slice(start + 1, i), end: i };
  }
  throw new Mistake(`the block that ${open[0]} begins does not end`);
}

/** The half of a conditional block that counts. */
export function chosenHalf(
  assembly: Assembly,
  name: string,
  condition: string,
  body: readonly SourceLine[],
): readonly SourceLine[] {
  let depth = 0;
  const middle = body.findIndex(({ text }) => {
    const each = nameOf(text);
    if (each.startsWith('.if')) depth++;
    if (each === '.endif') depth--;
    return depth === 0 && each === '.else';
  });
  const holds =
    name === '.if' ? assembly.number(condition) !== 0n : assembly.isDefined(condition) === (name === '.ifdef');
  if (middle < 0) return holds ? body : [];
  return holds ? body.slice(0, middle) : body.slice(middle + 1);
}

/** A body with `\name` replaced by a value, for each of the values: `.irp reg, a0, a1`. */
export function iterations(operands: string, body: readonly SourceLine[]): SourceLine[] {
  const [name, ...values] = operandsOf(operands);
  return values.flatMap((value) => substituted(body, new Map([[name, value]]), 0));
}

export interface Macro {
  readonly name: string;
  readonly parameters: readonly { name: string; fallback: string }[];
  readonly body: readonly SourceLine[];
}

/** `.macro save first, last=0` */
export function macroFrom(header: string, body: readonly SourceLine[]): Macro {
  const [, name = '', list = ''] = /^([\w.$]+)[\s,]*(.*)$/.exec(header) ?? [];
  if (name === '') throw new Mistake('a macro needs a name');
  const parameters = list.split(/[\s,]+/).filter((each) => each !== '');
  return {
    name,
    body,
    parameters: parameters.map((each) => ({
      name: each.split('=')[0].split(':')[0],
      fallback: each.split('=')[1] ?? '',
    })),
  };
}

/** The statements that a use of a macro stands for; `count` is the number of uses so far, for `\@`. */
export function expand(macro: Macro, operands: string, count: number): SourceLine[] {
  const given = operandsOf(operands).map(unquoted);
  const surplus = given[macro.parameters.length];
  if (surplus !== undefined) throw new Mistake(`the macro "${macro.name}" has no parameter for "${surplus}"`);
  const values = new Map(macro.parameters.map(({ name, fallback }, i) => [name, given[i] || fallback]));
  for (const text of given) {
    const [, name, value] = /^(\w+)\s*=(.*)$/.exec(text) ?? [];
    if (name !== undefined && values.has(name)) values.set(name, value.trim());
  }
  return substituted(macro.body, values, count);
}

/** Quotes keep an argument together; the macro gets what is between them. */
const unquoted = (text: string): string => /^"(.*)"$/.exec(text)?.[1] ?? text;

/** Replaces `\name` by its value, `\@` by a number, and `\()` by nothing. */
function substituted(body: readonly SourceLine[], values: ReadonlyMap<string, string>, count: number): SourceLine[] {
  const replace = (whole: string, name: string) =>
    name === '@' ? String(count) : name === '()' ? '' : (values.get(name) ?? whole);
  return body.map((line) => ({ ...line, text: line.text.replaceAll(/\\(\w+|@|\(\))/g, replace) }));
}
