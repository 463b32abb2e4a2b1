/** A verdict as a student reads it: three rows of boxes, and under each what to look at. */
import type { GroupVerdict, TestVerdict, TypeProblem, Verdict } from '#course/grading';
import type { Style } from './style';
import { padEnd, widthOf, wrap } from './style';

export interface VerdictPage {
  readonly style: Style;
  readonly columns: number;
  /** What stands at the right of the first line, as `saved 14:02:11 · 0.42 s`. */
  readonly when: string;
  /** `03 trap-and-emulate · exercises/03-trap-and-emulate/virtual-supervisor.ts` */
  readonly title: string;
  /** The file is the student's own, and not a solution that somebody looks at. */
  readonly own?: boolean;
  /** Lines that there is room for; any number if not given. */
  readonly rows?: number;
}

const NAME_WIDTH = 14;
const WIDEST = 100;

/** All lines of the verdict, without a newline at their ends. Where room is short, the last failures are told by title only. */
export function verdictLines(verdict: Verdict, page: VerdictPage): string[] {
  const failures = verdict.groups.flatMap((group) => group.tests).filter((test) => test.lines.length > 0).length;
  for (let inFull = failures; ; inFull--) {
    const lines = compose(verdict, page, inFull, failures - inFull);
    if (page.rows === undefined || lines.length <= page.rows || inFull === 0) return lines;
  }
}

/** `inFull` failures with all that is known about them, `short` ones by title. */
function compose(verdict: Verdict, page: VerdictPage, inFull: number, short: number): string[] {
  const lines = [...titleLines(page)];
  if (verdict.state === 'not-written') return [...lines, ...notWrittenLines(verdict, page)];
  if (verdict.problem !== undefined) lines.push(...marked(verdict.problem, page));
  let left = inFull;
  for (const group of verdict.groups) {
    lines.push(...groupLines(group, page));
    if (verdict.problem !== undefined) continue;
    for (const test of group.tests) lines.push(...testLines(test, page, test.lines.length > 0 && left-- > 0));
    lines.push(...notRunLines(group, page));
  }
  for (const sentence of verdict.misconceptions) lines.push('', ...block(sentence, page, 2).map(page.style.strong));
  if (verdict.printed.text !== '') lines.push('', ...printedLines(verdict, page));
  if (short > 0) lines.push(page.style.dim(`  ${short} more in full: npx hv test ${verdict.lesson}`));
  return [...lines, `  ${pointsText(verdict, page)}`];
}

function pointsText(verdict: Verdict, { style, own }: VerdictPage): string {
  const text = `${verdict.points} of ${verdict.outOf} points`;
  if (verdict.state !== 'passed') return text;
  return style.good(own ? `${text}: this part of the hypervisor is yours now` : text);
}

/** What the type checker found, in the student's file, with advice. Where room is short, the last problems are only counted. */
export function typeLines(
  problems: readonly TypeProblem[],
  file: string,
  page: Pick<VerdictPage, 'style' | 'columns' | 'rows'>,
): string[] {
  if (problems.length === 0) return [];
  const width = Math.min(page.columns, WIDEST);
  const blocks = problems.slice(0, MOST_TYPE_PROBLEMS).map((problem, i) => [
    `    ${file}:${problem.line}:${problem.column}  ${page.style.dim(problem.code)}`,
    ...wrap(problem.text, width, 6),
    // Several places, one cause: said once.
    ...(problems.findIndex(({ advice }) => advice === problem.advice) < i
      ? []
      : adviceLines(problem, width, page.style)),
  ]);
  const room = page.rows === undefined ? Infinity : page.rows - 2;
  while (blocks.length > 1 && blocks.flat().length > room) blocks.pop();
  const more = problems.length > blocks.length ? [`    ... and ${problems.length - blocks.length} more`] : [];
  return [`  ${page.style.strong('The type checker')} (points do not depend on it)`, ...blocks.flat(), ...more];
}

const MOST_TYPE_PROBLEMS = 8;

function adviceLines({ advice }: TypeProblem, width: number, style: Style): string[] {
  return advice === undefined ? [] : wrap(advice, width, 8).map((line) => style.strong(line));
}

function titleLines({ title, when, columns, style }: VerdictPage): string[] {
  const gap = Math.min(columns, WIDEST) - widthOf(title) - widthOf(when);
  if (gap >= 2) return [style.strong(title) + ' '.repeat(gap) + style.dim(when)];
  return [...wrap(title, columns).map((line) => style.strong(line)), style.dim(when)];
}

function notWrittenLines(verdict: Verdict, page: VerdictPage): string[] {
  const first = verdict.groups.flatMap((group) => group.tests).find((test) => test.outcome === 'not-written');
  return [
    ...block(`Nothing is written yet: ${first?.lines[0]?.replace(/^not written yet: /, '') ?? 'the stub'}.`, page, 2),
    `  0 of ${verdict.outOf} points`,
  ];
}

function groupLines(group: GroupVerdict, page: VerdictPage): string[] {
  if (group.tests.length === 0) return [];
  const row = `  ${padEnd(group.group, NAME_WIDTH)}${boxes(group, page)}   ${group.points} of ${group.outOf}`;
  const measures = group.measures.map((measure) => `   ${measure}`).join('');
  if (widthOf(row) + widthOf(measures) <= page.columns) return [row + measures];
  return [row, ...group.measures.flatMap((measure) => block(measure, page, 6))];
}

/** One box a point, filled if it was reached. */
function boxes(group: GroupVerdict, page: VerdictPage): string {
  const { good, bad } = page.style;
  const filled = Array.from({ length: group.points }, () => good('■'));
  const open = Array.from({ length: group.outOf - group.points }, () => bad('□'));
  return [...filled, ...open].join(' ');
}

function testLines(test: TestVerdict, page: VerdictPage, inFull: boolean): string[] {
  if (test.outcome === 'passed' || test.outcome === 'not-run') return [];
  const { style, columns } = page;
  const worth = `${test.points} ${test.points === 1 ? 'point' : 'points'}`;
  const head = `    ${style.bad('✗')} ${test.title}`;
  const gap = Math.min(columns, WIDEST) - widthOf(head) - widthOf(worth);
  const title = gap >= 2 ? [head + ' '.repeat(gap) + style.dim(worth)] : titleWrapped(test.title, worth, page);
  return inFull ? [...title, ...test.lines.flatMap((line) => block(line, page, 8))] : title;
}

/** The run ended before them: there is nothing to tell about each. */
function notRunLines(group: GroupVerdict, page: VerdictPage): string[] {
  const count = group.tests.filter((test) => test.outcome === 'not-run').length;
  return count === 0
    ? []
    : [page.style.dim(`    ${count} ${count === 1 ? 'test' : 'tests'} not run: the run ended before`)];
}

function titleWrapped(title: string, worth: string, { style, columns }: VerdictPage): string[] {
  const [first, ...rest] = wrap(`${title} (${worth})`, Math.min(columns, WIDEST), 6);
  return [`    ${style.bad('✗')} ${first.trimStart()}`, ...rest];
}

function marked(text: string, page: VerdictPage): string[] {
  const [first, ...rest] = block(text, page, 4);
  return [`  ${page.style.bad('✗')} ${first.trimStart()}`, ...rest];
}

function printedLines({ printed }: Verdict, { style, columns }: VerdictPage): string[] {
  const all = printed.text.trimEnd().split('\n');
  const shown = all.slice(0, 10).map((line) => `    ${line}`);
  const hidden = all.length - shown.length;
  const more = hidden > 0 ? [style.dim(`    ... ${hidden} more lines`)] : [];
  return [`  ${style.strong('Your part printed')}`, ...shown.flatMap((line) => wrap(line, columns)), ...more];
}

function block(text: string, page: Pick<VerdictPage, 'columns'>, indent: number): string[] {
  return wrap(text, Math.min(page.columns, WIDEST), indent);
}
