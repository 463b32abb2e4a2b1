/** From what a run showed to what a student reads: groups, points, and one explanation where one is enough. */
import type { WrittenLesson } from '../manifest';
import type { Signature } from './signatures';
import { misconceptionsOf } from './signatures';
import { GROUPS } from './protocol';
import type { Failure, Group, TestId } from './protocol';
import type { Run } from './runner';
import type { TypeProblem } from './type-check';

export type Outcome = 'passed' | 'failed' | 'not-written' | 'not-run';

export interface TestVerdict {
  readonly title: string;
  readonly points: number;
  readonly outcome: Outcome;
  /** What to tell about a test that did not pass; may be empty. */
  readonly lines: readonly string[];
}

export interface GroupVerdict {
  readonly group: Group;
  readonly tests: readonly TestVerdict[];
  readonly points: number;
  readonly outOf: number;
  /** As "611 exits (pass 800, par 540)". */
  readonly measures: readonly string[];
}

export interface Verdict {
  /** The lesson's slug. */
  readonly lesson: string;
  /** `passed`: all points. `not-written`: every test met a `todo()`. */
  readonly state: 'passed' | 'failed' | 'not-written';
  readonly points: number;
  readonly outOf: number;
  readonly groups: readonly GroupVerdict[];
  /** One thing that is wrong with the file as a whole, so that no test needs to repeat it. */
  readonly problem?: string;
  /** What students read who made the same mistake before. */
  readonly misconceptions: readonly string[];
  readonly typeProblems: readonly TypeProblem[];
  readonly printed: { readonly text: string; readonly bytes: number };
  readonly ms: number;
}

/** The engine of the course failed, not the part: never a pass, never a fail. */
export class InternalError extends Error {
  override readonly name = 'InternalError';
}

/** Lines of one failure that are shown. */
const SHOWN_LINES = 14;

/** Throws an InternalError where the run says more about us than about the part. */
export function verdictOf(
  lesson: WrittenLesson,
  part: string,
  run: Run,
  signatures: readonly Signature[],
  typeProblems: readonly TypeProblem[],
): Verdict {
  const failures = [...run.ends.values()].flatMap((end) => end.failure ?? []);
  for (const failure of failures) refuseOurBug(failure, part);
  if (run.tests.length === 0) refuseUnloaded(lesson, run, part);

  const problem = run.runFailure?.message ?? commonProblem(failures, run);
  const groups = GROUPS.map((group) => groupVerdict(group, run, part, problem));
  const points = sum(groups.map((group) => group.points));
  const outOf = run.tests.length === 0 ? lesson.points : sum(groups.map((group) => group.outOf));
  const failing = run.tests.filter((test) => run.ends.get(test.name)?.failure).map((test) => test.name);
  const notWritten = failures.length > 0 && points === 0 && failures.every((failure) => failure.name === 'NotWritten');
  return {
    lesson: lesson.slug,
    state: notWritten ? 'not-written' : points === outOf && failing.length === 0 ? 'passed' : 'failed',
    points,
    outOf,
    groups,
    ...(problem === undefined ? {} : { problem }),
    misconceptions: problem === undefined && !notWritten ? misconceptionsOf(failing, signatures) : [],
    typeProblems,
    printed: run.printed,
    ms: run.ms,
  };
}

function groupVerdict(group: Group, run: Run, part: string, problem: string | undefined): GroupVerdict {
  const tests = run.tests.filter((test) => test.group === group);
  const verdicts = tests.map((test) => testVerdict(test, run, part, problem));
  return {
    group,
    tests: verdicts,
    points: sum(verdicts.filter((test) => test.outcome === 'passed').map((test) => test.points)),
    outOf: sum(verdicts.map((test) => test.points)),
    measures: run.measures.filter((measure) => measure.group === group).map((measure) => measure.text),
  };
}

function testVerdict(test: TestId, run: Run, part: string, problem: string | undefined): TestVerdict {
  const { title, points } = test;
  const end = run.ends.get(test.name);
  if (end === undefined) return { title, points, outcome: 'not-run', lines: [] };
  if (end.failure === undefined) return { title, points, outcome: 'passed', lines: [] };
  if (end.failure.name === 'NotWritten') return { title, points, outcome: 'not-written', lines: [end.failure.message] };
  return {
    title,
    points,
    outcome: 'failed',
    lines: end.failure.message === problem ? [] : failureLines(end.failure, part),
  };
}

/** A sentence that every test failed with says something about the file, not about the tests. */
function commonProblem(failures: readonly Failure[], run: Run): string | undefined {
  const first = failures[0];
  if (first === undefined || first.name === 'NotWritten' || failures.length < run.tests.length || run.tests.length < 2)
    return undefined;
  return failures.every((failure) => failure.message === first.message) ? first.message : undefined;
}

/** What a failure says to a student: its message, and for errors out of their own code also the line. */
function failureLines(failure: Failure, part: string): string[] {
  const message = failure.message
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  const shown =
    message.length > SHOWN_LINES
      ? [...message.slice(0, SHOWN_LINES), `... (${message.length - SHOWN_LINES} more lines)`]
      : message;
  const place = placeIn(failure.stack, part);
  return place === undefined || failure.name === 'Divergence' ? shown : [...shown, place];
}

/** `at virtual-supervisor.ts:41:7`: the innermost frame in the student's file. */
function placeIn(stack: string, part: string): string | undefined {
  const frame = stack.split('\n').find((line) => line.includes(part));
  const place = frame && /([^\\/]+\.ts:\d+:\d+)/.exec(frame);
  return place ? `at ${place[1]}` : undefined;
}

/** Outside the student's file these mean a mistake in the suite or in what it uses. */
const PROGRAMMING_ERRORS = ['TypeError', 'ReferenceError', 'SyntaxError', 'RangeError'];

function refuseOurBug(failure: Failure, part: string): void {
  // The hypervisor's frame says by itself when it is at fault (vmm/part-failure.ts).
  const ours =
    failure.name === 'FrameFault' || (PROGRAMMING_ERRORS.includes(failure.name) && !failure.stack.includes(part));
  if (!ours) return;
  throw new InternalError(`${failure.name}: ${failure.message}\n${failure.stack}`);
}

/** A suite without tests: either the part kept it from loading, or it is broken or missing. */
function refuseUnloaded(lesson: WrittenLesson, { runFailure }: Run, part: string): void {
  if (runFailure === undefined) throw new InternalError(`the suite of ${lesson.slug} has no test in any group`);
  if (runFailure.name === 'PartFailure' || runFailure.stack.includes(part)) return;
  throw new InternalError(`the suite of ${lesson.slug} cannot be loaded: ${runFailure.message}`);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
