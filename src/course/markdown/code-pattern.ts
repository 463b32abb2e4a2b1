/**
 * Finds code by pattern, so that a lesson can point at a declaration and never at a line number:
 * `src/vmm/exit.ts#Next`, `src/vmm/parts.ts#Parts.runLoop`, `src/guests/hello.s#greeting`, `path#/a regular expression/`, or `path`.
 */
import fs from 'node:fs';
import path from 'node:path';

export interface CodeReference {
  /** Relative to the package, with slashes. */
  readonly file: string;
  /** 1-based line of the declaration; 1 where the whole file is meant. */
  readonly line: number;
  /** First (its doc comment's) and last line of the declaration, 1-based, inclusive. */
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

export type FoundCode =
  { readonly ok: true; readonly code: CodeReference } | { readonly ok: false; readonly problem: string };

/** Resolves a pattern under the package root; a pattern that finds nothing, or two things, is a problem in one sentence. */
export function findCode(root: string, pattern: string): FoundCode {
  const [file, ...rest] = pattern.split('#');
  const what = rest.join('#');
  const absolute = path.resolve(root, file);
  if (path.isAbsolute(file) || path.relative(root, absolute).startsWith('..'))
    return no(`${file} is outside the package`);
  if (!fs.statSync(absolute, { throwIfNoEntry: false })?.isFile()) return no(`there is no file ${file}`);
  const lines = fs.readFileSync(absolute, 'utf8').replace(/\n$/, '').split('\n');
  const whole = { start: 0, end: lines.length - 1 };
  const found = what === '' ? whole : locate(lines, what, file.endsWith('.s'));
  if (typeof found === 'string') return no(`${file} has ${found}`);
  const from = what === '' ? 0 : withComment(lines, found.start);
  return {
    ok: true,
    code: { file, line: found.start + 1, from: from + 1, to: found.end + 1, lines: lines.slice(from, found.end + 1) },
  };
}

interface Extent {
  readonly start: number;
  readonly end: number;
}

/** The extent of what `what` names, or what is wrong: "no `x`". */
function locate(lines: readonly string[], what: string, assembly: boolean): Extent | string {
  const expression = /^\/(.+)\/$/.exec(what);
  if (expression) {
    const start = lines.findIndex((line) => new RegExp(expression[1]).test(line));
    return start === -1 ? `no line that matches ${what}` : { start, end: start };
  }
  if (assembly) return locateLabel(lines, what);
  let extent: Extent = { start: -1, end: lines.length };
  for (const name of what.split('.')) {
    const start = declarationOf(lines, name, extent);
    if (typeof start === 'string') return start;
    extent = { start, end: endOfDeclaration(lines, start) };
  }
  return extent;
}

function locateLabel(lines: readonly string[], label: string): Extent | string {
  const start = lines.findIndex((line) => line.startsWith(`${label}:`));
  if (start === -1) return `no label \`${label}\``;
  const isNext = (line: string, index: number): boolean =>
    index > start && (/^[a-z_]\w*:/i.test(line) || line.trim() === '');
  const next = lines.findIndex(isNext);
  return { start, end: next === -1 ? lines.length - 1 : next - 1 };
}

/** The line that declares `name` inside an extent: a top-level declaration first, else the only member or local of that name. */
function declarationOf(lines: readonly string[], name: string, inside: Extent): number | string {
  const id = name.replaceAll(/[^\w$-]/g, '');
  const keyword = '(?:export |default |declare |abstract |async )*(?:const|let|function\\*?|class|interface|type)';
  const topLevel = new RegExp(`^${keyword} ${id}\\b`);
  const nested = new RegExp(
    `^\\s+(?:${keyword} ${id}\\b|(?:(?:readonly|static|private|async|override|get|set) )*['"#]?${id}['"]?\\??\\s*[(:<])`,
  );
  const candidates = (pattern: RegExp): number[] =>
    lines.flatMap((line, index) => (index > inside.start && index <= inside.end && pattern.test(line) ? [index] : []));
  const [first, ...others] = inside.start === -1 ? candidates(topLevel) : [];
  if (first !== undefined && others.length === 0) return first;
  const members = candidates(nested);
  if (members.length === 1) return members[0];
  return members.length === 0 ? `no \`${name}\`` : `${members.length} places called \`${name}\`: write Outer.${name}`;
}

/**
 * Where the declaration that starts at a line ends: brackets closed and the statement, member or body finished. A type or a
 * constant goes on to its semicolon, whatever braces close before it.
 */
function endOfDeclaration(lines: readonly string[], start: number): number {
  const end = /^\s*(?:export |declare )*(?:type|const|let) /.test(lines[start]) ? /;\s*$/ : /[;},]\s*$/;
  let depth = 0;
  for (let at = start; at < lines.length; at++) {
    const code = withoutText(lines[at]);
    for (const character of code) depth += '([{'.includes(character) ? 1 : ')]}'.includes(character) ? -1 : 0;
    if (depth <= 0 && end.test(code)) return at;
    if (depth < 0) return at - 1;
  }
  return lines.length - 1;
}

/** A line without strings, regular expressions' usual brackets and comments, whose brackets do not count. */
function withoutText(line: string): string {
  return line
    .replaceAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g, "''")
    .replace(/\/\/.*$/, '')
    .replaceAll(/\/\*.*?\*\//g, '')
    .replace(/^\s*\*.*$/, '');
}

/** The first line of the comment that stands directly above a line, or that line. */
function withComment(lines: readonly string[], line: number): number {
  let from = line;
  while (from > 0 && /^\s*(\/\/|\/\*\*|\*|#)/.test(lines[from - 1])) from--;
  return from;
}

const no = (problem: string): FoundCode => ({ ok: false, problem });
