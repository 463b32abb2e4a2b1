/** Mistakes with names: not declared, not imported, imported from elsewhere, or without a type. */
import ts from 'typescript';
import type { Found, Mistake } from './mistake';
import { upwards, type StudentSource } from './student-source';
import { alternatives, meant } from './wording';

const DOORS = ['#vmm', '#machine', '#popek-goldberg'];

const door = (declaration: ts.ImportDeclaration): string =>
  ts.isStringLiteral(declaration.moduleSpecifier) ? declaration.moduleSpecifier.text : '';

/** What to do to have a name that `from` exports. */
function howToImport(source: StudentSource, name: string, from: string): string {
  const there = source.all(ts.isImportDeclaration).find((one) => door(one) === from);
  return there
    ? `add it to the import from '${from}' in line ${source.lineOf(there)}`
    : `write \`import { ${name} } from '${from}';\` at the top`;
}

const unknownName: Mistake = {
  name: 'a name that nobody has declared',
  codes: ['TS2304', 'TS2552'],
  says: /^Cannot find name '(?<name>[^']+)'\.(?: Did you mean '(?<guess>[^']+)'\?)?/,
  advice({ source, declarations }, { name, guess }) {
    const from = declarations.door(name);
    if (from !== undefined)
      return `\`${name}\` comes from '${from}' and is not imported: ${howToImport(source, name, from)}.`;
    if (guess !== undefined) return `Nothing is called \`${name}\`. Did you mean \`${guess}\`?`;
    const near = DOORS.flatMap((one) => [...declarations.names(one)]);
    return `Nothing is called \`${name}\` here.${meant(name, near)} Declare it with \`const\`, or as a parameter, before you use it.`;
  },
};

const notExported: Mistake = {
  name: 'an import of something that is not there',
  codes: ['TS2305', 'TS2724', 'TS2614'],
  says: /^(?:Module )?'?"(?<from>#[\w-]+)"'? has no exported member (?:named )?'(?<name>\w+)'\.(?: Did you mean '(?<guess>\w+)'\?)?/,
  advice({ declarations }, { from, name, guess }) {
    const other = declarations.door(name);
    if (other !== undefined) return `\`${name}\` is in '${other}', not in '${from}'.`;
    const rest = guess === undefined ? meant(name, [...declarations.names(from)]) : ` Did you mean \`${guess}\`?`;
    return `'${from}' exports no \`${name}\`.${rest} What it exports stands in src/${from.slice(1)}/index.ts.`;
  },
};

const noModule: Mistake = {
  name: 'an import from a place that does not exist',
  codes: ['TS2307', 'TS2792'],
  says: /^Cannot find module '(?<module>[^']+)'/,
  advice: (_, { module }) =>
    `There is no \`${module}\`: a part is one file, and imports from ${alternatives(DOORS)} only.${meant(module, DOORS, "'")}`,
};

const typeAsValue: Mistake = {
  name: 'a type used as a value',
  codes: ['TS2693', 'TS1361', 'TS18042'],
  says: /^'(?<name>\w+)' (?<why>only refers to a type|cannot be used as a value)/,
  advice({ code, declarations }, { name }) {
    if (code === 'TS2693') {
      const words = declarations.words(name);
      const write =
        words.length > 0 ? `write one of its values: ${alternatives(words)}.` : 'write a value of this type.';
      return `\`${name}\` is a type and is gone when the program runs: ${write}${declarations.where(name)}`;
    }
    return `\`import type\` brings types only, and \`${name}\` is needed as a value: write \`import { ${name} } from '${declarations.door(name) ?? '...'}';\`.`;
  },
};

const parameterType: Mistake = {
  name: 'a parameter without a type',
  codes: ['TS7006', 'TS7031', 'TS7019'],
  says: /^(?:Rest p|P)arameter '(?<name>[^']+)'|^Binding element '(?<element>[^']+)'/,
  advice(found, { name, element }) {
    const what = name ?? element;
    const part = partOf(found);
    if (part !== undefined)
      return `The types of these parameters come from \`Parts['${part}']\`, and something else is wrong in the heading of \`${part}\`: its name, its type, or how many parameters it has. The original file has it right.`;
    const example = element === undefined ? `${what}: bigint` : `{ ${what} }: { ${what}: bigint }`;
    return `Nobody says what \`${what}\` is: give it a type, as in \`${example}\`.`;
  },
};

/** The exported part whose own function an offset is in the parameters of. */
function partOf({ source, at }: Found): string | undefined {
  const chain = upwards(source.nodeAt(at));
  const functions = chain.filter(
    (node) => ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isMethodDeclaration(node),
  );
  const declaration = chain.find(ts.isVariableDeclaration);
  if (functions.length !== 1 || !declaration?.type || !/^\w+\['/.test(source.text(declaration.type))) return undefined;
  return source.text(declaration.name);
}

const indexType: Mistake = {
  name: 'an index that may be any string',
  codes: ['TS7053', 'TS7015'],
  says: /expression of type '(?<index>.+)' can't be used to index type '(?<type>.+)'\./,
  advice({ source, at, declarations }, { index, type }) {
    const access = source.beginningAt(at).find(ts.isElementAccessExpression);
    if (!access) return undefined;
    const key = /^Record<([A-Z]\w+), /.exec(type)?.[1];
    const narrower = key === undefined ? 'one of its names' : `a \`${key}\``;
    return `\`${source.text(access.argumentExpression)}\` may be any ${index}, and \`${source.text(access.expression)}\` has certain names only: let its type be ${narrower}.${key === undefined ? '' : declarations.where(key)}`;
  },
};

const declaredTwice: Mistake = {
  name: 'a name that is declared twice',
  codes: ['TS2451', 'TS2300'],
  says: /^(?:Cannot redeclare block-scoped variable|Duplicate identifier) '(?<name>\w+)'/,
  advice({ source }, { name }) {
    const lines = [
      ...new Set(
        source
          .all(ts.isVariableDeclaration)
          .filter((one) => source.text(one.name) === name)
          .map((one) => source.lineOf(one)),
      ),
    ];
    return `\`${name}\` is declared twice in one place${lines.length > 1 ? ` (lines ${lines.join(' and ')})` : ''}: leave \`const\` or \`let\` out where it only gets a new value, or choose another name.`;
  },
};

export const names: readonly Mistake[] = [
  unknownName,
  notExported,
  noModule,
  typeAsValue,
  parameterType,
  indexType,
  declaredTwice,
];
