/** Mistakes with what a function answers, and with what may be undefined: words outside a union, ways without a return, cases left out. */
import ts from 'typescript';
import type { Declarations } from './declarations';
import type { Found, Mistake } from './mistake';
import type { StudentSource } from './student-source';
import { upwards } from './student-source';
import { alternatives, meant } from './wording';

/** `'advance', 'block' or 'illegal'`, or the type as it is called. */
function allowed(declarations: Declarations, type: string): string {
  const words = declarations.words(type);
  return words.length > 0 ? alternatives(words) : `\`${type}\``;
}

/** `` `deliver` `` for the function that an offset belongs to, by the name that it was given. */
function nameOf(source: StudentSource, at: number): string {
  const owner = source.functionAt(at);
  if (!owner) return 'This function';
  const named =
    owner.name ??
    (ts.isVariableDeclaration(owner.parent) || ts.isPropertyAssignment(owner.parent) ? owner.parent.name : undefined);
  return named ? `\`${source.text(named)}\`` : 'This function';
}

/** The last line of the checker's reasons is the one that says why. */
const lastLine = (text: string): string => text.split('\n').at(-1)!.trim();

const wrongWord: Mistake = {
  name: 'a word that is none of the allowed ones',
  codes: ['TS2322', 'TS2820', 'TS2345'],
  advice({ text, source, declarations }) {
    const named =
      /^(?:Type|Argument of type) '"(?<word>[^"]+)"' is not assignable to (?:parameter of )?type '(?<type>[^']+)'/.exec(
        lastLine(text),
      )?.groups;
    if (!named || named.type === 'never') return undefined;
    const words = declarations.words(named.type);
    if (words.length === 0) return undefined;
    const written = source.all(ts.isStringLiteral).find((node) => node.text === named.word);
    const line = written && text.includes('\n') ? ` (line ${source.lineOf(written)})` : '';
    return `'${named.word}'${line} is not allowed here, only ${alternatives(words)}.${meant(named.word, words, "'")}`;
  },
};

const neverEqual: Mistake = {
  name: 'a comparison with a word that the value never is',
  codes: ['TS2367', 'TS2678'],
  advice({ text, at, source, declarations }) {
    const compared = /because the types '(?<type>.+)' and '"(?<word>[^"]+)"' have no overlap/.exec(text)?.groups;
    const inSwitch = /^Type '"(?<word>[^"]+)"' is not comparable to type '(?<type>.+)'\.$/.exec(text)?.groups;
    const named = compared ?? inSwitch;
    if (!named) return undefined;
    const words = declarations.words(named.type);
    const operation = source.beginningAt(at).find(ts.isBinaryExpression);
    const tested = inSwitch ? upwards(source.nodeAt(at)).find(ts.isSwitchStatement)?.expression : operation?.left;
    if (!tested || words.length === 0) return undefined;
    return `\`${source.text(tested)}\` is never '${named.word}', it is ${alternatives(words)}.${meant(named.word, words, "'")}`;
  },
};

const caseMissing: Mistake = {
  name: 'a switch that leaves a case out',
  codes: ['TS2366', 'TS2322'],
  advice({ code, text, at, source, declarations }) {
    if (code === 'TS2322' && !lastLine(text).startsWith("Type 'undefined'")) return undefined;
    const owner = source.functionAt(at);
    const last = owner?.body && ts.isBlock(owner.body) ? owner.body.statements.at(-1) : undefined;
    if (!last || !ts.isSwitchStatement(last)) return undefined;
    if (last.caseBlock.clauses.some(ts.isDefaultClause)) return undefined;
    const tested = source.text(last.expression);
    const missing = missingCases(last, source, declarations);
    const which = missing.length > 0 ? `${alternatives(missing)}` : 'every other value';
    return `The switch over \`${tested}\` (line ${source.lineOf(last)}) has no case for ${which}: there, ${nameOf(source, at)} ends without an answer.`;
  },
};

/** The words that the switch's value can be, by the type that the parameter was given, and that have no case. */
function missingCases(
  { expression, caseBlock }: ts.SwitchStatement,
  source: StudentSource,
  declarations: Declarations,
): string[] {
  const [name, property] = source.text(expression).split('.');
  const parameter = source.all(ts.isParameter).find((one) => source.text(one.name) === name);
  const type = parameter?.type && source.text(parameter.type);
  if (type === undefined) return [];
  const kinds = declarations.find(type)?.kinds ?? [];
  const words =
    property === undefined
      ? declarations.words(type)
      : kinds.flatMap(({ label }) => /^(\w+): '(.*)'$/.exec(label)?.slice(1) ?? []).filter((one) => one !== property);
  const handled = caseBlock.clauses.flatMap((clause) =>
    ts.isCaseClause(clause) && ts.isStringLiteral(clause.expression) ? [clause.expression.text] : [],
  );
  return words.filter((word) => !handled.includes(word));
}

const notExhausted: Mistake = {
  name: 'a case that comes to where none should come',
  codes: ['TS2322', 'TS2345', 'TS1360'],
  says: /^(?:Type|Argument of type) '(?<left>.+)' (?:is not assignable to (?:parameter of )?type|does not satisfy the expected type) 'never'/,
  advice(_, { left }) {
    const words = [...left.matchAll(/"([^"]+)"/g)].map(([, word]) => word);
    const which = words.length > 0 ? alternatives(words).replace(' or ', ' and ') : 'a case';
    return `Not every case is handled above: ${which} ${words.length > 1 ? 'come' : 'comes'} to this line.`;
  },
};

const noReturn: Mistake = {
  name: 'a way through a function without a return',
  codes: ['TS2322', 'TS2366', 'TS2355', 'TS7030'],
  advice({ code, text, at, source, declarations }) {
    const last = /^Type '(?:undefined|void)' is not assignable to type '(?<type>[^']+)'/.exec(lastLine(text))?.groups;
    if (code === 'TS2322' && (!last || !/^Type '\(.*\) => /.test(text))) return undefined;
    const owner = source.functionAt(at);
    if (!owner) return undefined;
    const type = last?.type ?? (owner.type && source.text(owner.type));
    const must = type === undefined ? 'return something' : `return ${allowed(declarations, type)}`;
    const empty = source.returns(owner).find(ts.isReturnStatement);
    if (empty)
      return `\`return;\` in line ${source.lineOf(empty)} returns nothing; ${nameOf(source, at)} must ${must}.`;
    return `${nameOf(source, at)} can come to its end without a \`return\`; on every way it must ${must}.`;
  },
};

const asynchronous: Mistake = {
  name: 'async and await',
  codes: ['TS2322', 'TS1308', 'TS2345', 'TS1375', 'TS1378'],
  advice({ code, text, at, source }) {
    if (code.startsWith('TS1'))
      return '`await` has nothing to wait for here: everything that a part can call answers at once. Leave it out.';
    if (
      !/^Type 'Promise<.*>' is not assignable to type/.test(lastLine(text)) &&
      !/=> Promise</.test(text.split('\n')[0])
    )
      return undefined;
    return `${nameOf(source, at)} is \`async\` and so returns a Promise; the hypervisor wants the answer itself, at once. Leave \`async\` and \`await\` out.`;
  },
};

const wrongAnswer: Mistake = {
  name: 'an answer of another type',
  codes: ['TS2322'],
  says: /^Type '\(.*\) => .+' is not assignable to type '\(.*\) => .+'\./,
  advice({ text, at, source, declarations }) {
    const named = /^Type '(?<from>[^']+)' is not assignable to type '(?<type>[^']+)'\.$/.exec(lastLine(text))?.groups;
    if (!named || text.includes('Types of parameters') || text.includes('Target signature')) return undefined;
    const owner = source.functionAt(at);
    const lines = owner ? source.returns(owner).map((one) => source.lineOf(one)) : [];
    const where = lines.length === 1 ? ` (line ${lines[0]})` : '';
    return `${nameOf(source, at)} returns \`${named.from}\`${where}; it must return ${allowed(declarations, named.type)}.${declarations.where(named.type)}`;
  },
};

const maybeUndefined: Mistake = {
  name: 'a value that may be undefined',
  codes: ['TS18048', 'TS2532', 'TS18047', 'TS2531', 'TS2322', 'TS2345'],
  advice(found) {
    const { code, text, at, source } = found;
    const nothing = /\bnull\b/.test(text.split('\n')[0]) ? 'null' : 'undefined';
    const name = /^'(.+)' is possibly '/.exec(text)?.[1];
    if (name !== undefined) return maybe(found, name, nothing);
    if (code === 'TS2322' || code === 'TS2345') {
      if (!MAYBE_GIVEN.test(text)) return undefined;
      const given = source.given(at)?.value;
      return given && maybe(found, source.text(given), nothing);
    }
    const value = source.beginningAt(at).filter(isPlace).at(-1);
    return value && maybe(found, wholeValue(source.text(value)), nothing);
  },
};

const MAYBE_GIVEN =
  /^(?:Argument of type|Type) '[^(']+ \| (?:undefined|null)' is not assignable to (?:.+)\n\s+Type '(?:undefined|null)' is not assignable/;

/** `a()`, `a[b]`, `a.b`. */
const isPlace = (node: ts.Node): node is ts.Expression =>
  ts.isIdentifier(node) ||
  ts.isPropertyAccessExpression(node) ||
  ts.isCallExpression(node) ||
  ts.isElementAccessExpression(node);

/** What has the property that is asked for: `a.b()` of `a.b().c`. */
const wholeValue = (text: string): string => text.replace(/(\)|\])\.\w+$/, '$1');

function maybe({ source, at }: Found, expression: string, nothing: string): string {
  const declared = source.declarationOf(expression, at)?.initializer;
  const origin = declared
    ? `\`${expression}\` comes from \`${source.text(declared)}\`, which may give ${nothing}`
    : `\`${expression}\` may be ${nothing}`;
  const isName = /^\w+$/.test(expression);
  return isName
    ? `${origin}: first say what happens then, as in \`if (${expression} === ${nothing}) return ...\`.`
    : `${origin}: keep it in a \`const\`, and first say what happens then.`;
}

const otherValue: Mistake = {
  name: 'a value of another kind',
  codes: ['TS2322', 'TS2345'],
  says: /^(?:Type|Argument of type) '(?<from>string|number|boolean|bigint|undefined|null)' is not assignable to (?:parameter of )?type '(?<to>[^']+)'\.$/,
  advice({ source, at, declarations }, { from, to }) {
    const given = source.given(at);
    if (!given || to === 'never') return undefined;
    const value = source.text(given.value);
    const owner = source.functionAt(at);
    if (from === 'string' && owner?.type && source.text(owner.type) === 'string' && declarations.words(to).length > 0)
      return `By its \`: string\`, ${nameOf(source, at)} may return any text; it must return ${allowed(declarations, to)}. Leave \`: string\` out.`;
    const isOne = from === value ? `\`${value}\` is not` : `\`${value}\` is a ${from}, not`;
    const what = /^(?:string|number|boolean|bigint)$/.test(to) ? `a ${to}` : allowed(declarations, to);
    const how = from === 'boolean' && to === 'bigint' ? ` Write \`${value} ? 1n : 0n\`.` : '';
    return `${given.target === undefined ? '' : `\`${given.target}\`: `}${isOne} ${what}.${how}${declarations.where(to)}`;
  },
};

const fallthrough: Mistake = {
  name: 'a case that runs on into the next',
  codes: ['TS7029'],
  advice({ source, at }) {
    const clause = upwards(source.nodeAt(at)).find(
      (node): node is ts.CaseOrDefaultClause => ts.isCaseClause(node) || ts.isDefaultClause(node),
    );
    const name = clause && ts.isCaseClause(clause) ? `\`case ${source.text(clause.expression)}\`` : 'This case';
    return `${name} has no \`break\` or \`return\` at its end, and goes on with the next case.`;
  },
};

const usedBeforeAssigned: Mistake = {
  name: 'a variable that has no value yet',
  codes: ['TS2454', 'TS2448'],
  advice: ({ code, source, at }) => {
    const name = source.text(source.nodeAt(at));
    return code === 'TS2448'
      ? `\`${name}\` is declared further down (line ${source.lineAt(source.declarationOf(name, 0)?.getStart() ?? at)}): move its declaration before this line.`
      : `\`${name}\` has no value on some way to this line: give it one where it is declared, or on each way.`;
  },
};

export const answers: readonly Mistake[] = [
  asynchronous,
  notExhausted,
  caseMissing,
  wrongWord,
  neverEqual,
  noReturn,
  maybeUndefined,
  wrongAnswer,
  otherValue,
  fallthrough,
  usedBeforeAssigned,
];
