/** What the resident runner and the process that starts it say to each other. */

/** Popek and Goldberg's three properties: the groups of every suite. */
export const GROUPS = ['Equivalence', 'Safety', 'Efficiency'] as const;
export type Group = (typeof GROUPS)[number];

/** Run one suite on one part. */
export interface GradeJob {
  /** Absolute path of the suite. */
  readonly suite: string;
  /** Absolute path of the file that is graded. */
  readonly part: string;
  /** Full names of the tests to run; undefined: all. */
  readonly only?: readonly string[];
}

/** A test as the suite declares it. `name` is jest's full name and identifies the test. */
export interface TestId {
  readonly name: string;
  readonly group: Group;
  /** Without the points at its end. */
  readonly title: string;
  readonly points: number;
}

/** What a failing test threw. */
export interface Failure {
  /** The error's class: `PartFailure`, `Divergence`, `NotWritten`, `TypeError` ... */
  readonly name: string;
  readonly message: string;
  /** Its own stack and that of its cause, which is where a student's line stands. */
  readonly stack: string;
}

export interface TestEnd {
  readonly name: string;
  readonly ms: number;
  readonly failure?: Failure;
}

/** A figure that a suite reports of a passing or failing run, as "611 exits (pass 800, par 540)". */
export interface Measure {
  readonly group: Group;
  readonly text: string;
}

export type RunnerMessage =
  /** The process has loaded jest and waits for a job. */
  | { readonly kind: 'ready' }
  /** The suite has been loaded; nothing has run. */
  | { readonly kind: 'tests'; readonly tests: readonly TestId[] }
  | { readonly kind: 'start'; readonly name: string }
  | { readonly kind: 'end'; readonly end: TestEnd }
  | { readonly kind: 'measure'; readonly measure: Measure }
  /** The run is over. */
  | { readonly kind: 'done'; readonly runFailure?: Failure }
  /** The runner itself went wrong. */
  | { readonly kind: 'broken'; readonly failure: Failure };

/** Tells the parent, at once: a test that never ends has been announced. */
export function report(message: RunnerMessage): void {
  process.send?.(message);
}

/** A test's name from its describe blocks, outermost first, and its title. */
export function fullName(blocks: readonly string[], title: string): string {
  return [...blocks, title].join(' ');
}

const POINTS = /\s*\[(\d+) points?\]$/;

/** A test's identity from the names of its describe blocks and its title; the title may end with its points: `... [2 points]`. */
export function testId(blocks: readonly string[], fullTitle: string): TestId | undefined {
  const group = GROUPS.find((candidate) => blocks.includes(candidate));
  if (group === undefined) return undefined;
  const points = POINTS.exec(fullTitle);
  return {
    name: fullName(blocks, fullTitle),
    group,
    title: fullTitle.replace(POINTS, ''),
    points: points ? Number(points[1]) : 1,
  };
}

/** A thrown value as it travels: it may be anything, and comes from another realm. */
export function failureOf(thrown: unknown): Failure {
  const error = (typeof thrown === 'object' && thrown !== null ? thrown : { message: String(thrown) }) as Partial<
    Record<keyof Failure, unknown>
  >;
  const text = (value: unknown, otherwise: string): string =>
    typeof value === 'string' ? value.slice(0, LONGEST_TEXT) : otherwise;
  const cause = (thrown as { cause?: { stack?: unknown } } | null | undefined)?.cause;
  const stack = [error.stack, typeof cause === 'object' ? cause.stack : undefined]
    .map((part) => text(part, ''))
    .join('\n');
  return { name: text(error.name, 'Error'), message: text(error.message, String(thrown)), stack };
}

/** A student's error message may be as long as memory; nobody reads more than this. */
const LONGEST_TEXT = 20_000;
