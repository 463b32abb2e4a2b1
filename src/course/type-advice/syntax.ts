/** Mistakes of syntax: what is missing, and where it was forgotten. While there is one, the checker says nothing about types. */
import ts from 'typescript';
import type { Found, Mistake } from './mistake';
import type { StudentSource } from './student-source';

const OPENING: Readonly<Record<string, string>> = { '}': '{', ')': '(', ']': '[' };

/** Where a brace was opened that is closed by one of another indentation, or not at all: the innermost such block. */
function unclosed(source: StudentSource): number | undefined {
  const { tree } = source;
  const indentation = (offset: number): number => {
    const line = tree.text.slice(tree.getLineStarts()[source.lineAt(offset) - 1]);
    return /^[ \t]*/.exec(line)![0].length;
  };
  const braced = source
    .all(
      (node): node is ts.Block | ts.ObjectLiteralExpression => ts.isBlock(node) || ts.isObjectLiteralExpression(node),
    )
    .filter((node) => {
      const [first, last] = [node.getStart(tree), node.end - 1];
      if (tree.text[last] !== '}') return true;
      return source.lineAt(first) !== source.lineAt(last) && indentation(first) !== indentation(last);
    });
  const innermost = braced.at(-1);
  return innermost && source.lineOf(innermost);
}

const closingBrace: Mistake = {
  name: 'a block that is not closed',
  codes: ['TS1005', 'TS1128'],
  says: /^'\}' expected/,
  advice({ source }) {
    const line = unclosed(source);
    return `A \`{\` is never closed${line === undefined ? '' : `: by the indentation it is the one in line ${line}`}. Put the missing \`}\` where its block ends.`;
  },
};

const tooManyBraces: Mistake = {
  name: 'a brace too many',
  codes: ['TS1128'],
  says: /^Declaration or statement expected/,
  advice({ source, at }) {
    const here = source.tree.text[at];
    return here === '}' || here === ')'
      ? `This \`${here}\` closes nothing any more: there is one too many here or above, or a \`${OPENING[here]}\` is missing.`
      : undefined;
  },
};

const condition: Mistake = {
  name: 'a condition without parentheses',
  codes: ['TS1005'],
  says: /^'\(' expected/,
  advice: ({ source, at }) => `A condition stands in parentheses: \`${wordBefore(source, at) ?? 'if'} (...)\`.`,
};

const wordBefore = (source: StudentSource, at: number): string | undefined =>
  /(\w+)\s*$/.exec(source.tree.text.slice(0, at))?.[1];

const missingToken: Mistake = {
  name: 'a parenthesis, comma or other sign that is missing',
  codes: ['TS1005'],
  says: /^'(?<sign>[^']+)' expected/,
  advice({ source, at }, { sign }) {
    const before = source.tree.text.slice(0, at).trimEnd();
    const line = source.lineAt(Math.max(0, before.length - 1));
    const after = (before.split('\n').at(-1) ?? '').trim();
    if (sign === ',' && line < source.lineAt(at) && insideObject(source, at))
      return `The entries of an object are separated by commas: one is missing at the end of line ${line}.`;
    if (sign in OPENING)
      return `A \`${OPENING[sign]}\` is not closed: \`${sign}\` is missing behind \`${clipped(after)}\` (line ${line}).`;
    return `\`${sign}\` is missing behind \`${clipped(after)}\` (line ${line}), or what follows it does not belong there.`;
  },
};

const clipped = (text: string): string => (text.length > 40 ? `... ${text.slice(-40).trimStart()}` : text);

const insideObject = (source: StudentSource, at: number): boolean =>
  source.all(ts.isObjectLiteralExpression).some((node) => node.getStart(source.tree) < at && at <= node.end);

const expression: Mistake = {
  name: 'a value that is missing',
  codes: ['TS1109'],
  advice({ source, at }: Found) {
    const before = /(\S+)\s*$/.exec(source.tree.text.slice(0, at))?.[1];
    return before === undefined
      ? undefined
      : `Behind \`${before}\` a value is missing: \`${source.tree.text[at] ?? 'the end of the file'}\` cannot stand there.`;
  },
};

const unterminated: Mistake = {
  name: 'a text or comment that does not end',
  codes: ['TS1002', 'TS1160', 'TS1010'],
  advice: ({ code }) =>
    code === 'TS1002'
      ? "The text has no closing quote on its line. (An apostrophe within '...' needs a backslash: \\'.)"
      : code === 'TS1160'
        ? 'A text that begins with a backquote (`) has no second one: all that follows belongs to it.'
        : 'A comment that begins with /* has no */: all that follows belongs to it.',
};

const otherLanguage: Mistake = {
  name: 'a declaration of another language',
  codes: ['TS1434'],
  advice({ source, at }) {
    const line = source.tree.text.slice(at).split('\n')[0];
    const declared = /^(?<type>[\w ]+?)\s+\*?(?<name>\w+)\s*=/.exec(line)?.groups;
    return declared
      ? `A variable is declared with \`const\` or \`let\`, its type comes after the name: \`let ${declared.name}: number = ...\` (or bigint).`
      : undefined;
  },
};

export const syntax: readonly Mistake[] = [
  closingBrace,
  tooManyBraces,
  condition,
  missingToken,
  expression,
  unterminated,
  otherLanguage,
];
