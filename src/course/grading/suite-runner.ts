/**
 * How jest runs a graded suite (its option `testRunner`): the tests one after another, each reported as it begins and as it ends, so
 * that the parent knows what hangs. jest's own runner loads its matchers and snapshots anew for every part, at a third of a second.
 */
import fs from 'node:fs';
import { failureOf, fullName, report, testId, type Failure, type TestEnd } from './protocol';

/** What jest hands to a test runner (jest-runner 30, `runTest`): the part that is used here. */
interface Environment {
  readonly global: Record<string, unknown>;
}
interface Runtime {
  requireModule(file: string): unknown;
  /** Loads a package into the sandbox, out of the reach of the suite's own modules. */
  requireInternalModule(file: string): unknown;
}

interface DeclaredTest {
  readonly blocks: readonly string[];
  readonly title: string;
  readonly body: () => unknown;
}

/** Loads the suite `file`, which declares its tests, and runs those whose full name fits jest's `testNamePattern`. */
async function runSuite(
  { testNamePattern }: { readonly testNamePattern?: string },
  _project: unknown,
  environment: Environment,
  runtime: Runtime,
  file: string,
): Promise<Record<string, unknown>> {
  const strays = new Strays();
  try {
    const tests = declaredBy(environment, runtime, file);
    report({ kind: 'tests', tests: tests.flatMap(({ blocks, title }) => testId(blocks, title) ?? []) });
    await nextTurn();
    const wanted = new RegExp(testNamePattern ?? '');
    const chosen = tests.filter(({ blocks, title }) => wanted.test(fullName(blocks, title)));
    const ends: TestEnd[] = [];
    for (const test of chosen) ends.push(await run(test, strays));
    return resultOf(file, ends, strays.outsideTests);
  } finally {
    strays.stop();
  }
}

/** Both in the sandbox, for suites, and outside of it, where the laboratory is (resident-doors.ts). */
function declaredBy({ global }: Environment, runtime: Runtime, file: string): DeclaredTest[] {
  const tests: DeclaredTest[] = [];
  let blocks: readonly string[] = [];
  const describe = (name: string, body: () => void): void => {
    const outer = blocks;
    blocks = [...blocks, name];
    body();
    blocks = outer;
  };
  const test = (title: string, body: () => unknown): void => void tests.push({ blocks, title, body });
  Object.assign(globalThis, { describe, test });
  Object.assign(global, { describe, test });
  const expect = (): unknown =>
    (runtime.requireInternalModule(require.resolve('expect')) as { expect: unknown }).expect;
  Object.defineProperty(global, 'expect', { get: expect, configurable: true });
  if (/\bexpect\(/.test(fs.readFileSync(file, 'utf8'))) expect(); // to load it is no part's time
  runtime.requireModule(file);
  return tests;
}

async function run({ blocks, title, body }: DeclaredTest, strays: Strays): Promise<TestEnd> {
  const name = fullName(blocks, title);
  report({ kind: 'start', name });
  const begun = Date.now();
  strays.first = undefined;
  let failure: Failure | undefined;
  try {
    await body();
    await nextTurn();
  } catch (error) {
    failure = failureOf(error);
  }
  failure ??= strays.first;
  strays.first = undefined;
  const end = { name, ms: Date.now() - begun, ...(failure ? { failure } : {}) };
  report({ kind: 'end', end });
  return end;
}

/** What is thrown where nobody waits for it, in a timer or a promise, fails the test that is running. */
class Strays {
  first: Failure | undefined;
  readonly #take = (error: unknown): void => void (this.first ??= failureOf(error));

  constructor() {
    process.on('uncaughtException', this.#take);
    process.on('unhandledRejection', this.#take);
  }

  /** Of the time between tests. */
  get outsideTests(): Failure | undefined {
    return this.first;
  }

  stop(): void {
    process.off('uncaughtException', this.#take);
    process.off('unhandledRejection', this.#take);
  }
}

/** Timers that are due and promises that are settled get their turn. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** jest's TestResult: for jest the counts matter, and that there are tests; they have been reported. */
function resultOf(file: string, ends: readonly TestEnd[], stray: Failure | undefined): Record<string, unknown> {
  const failing = ends.filter((end) => end.failure !== undefined).length;
  return {
    testFilePath: file,
    testResults: ends.map((end) => ({ fullName: end.name, status: end.failure ? 'failed' : 'passed' })),
    numFailingTests: failing,
    numPassingTests: ends.length - failing,
    numPendingTests: 0,
    numTodoTests: 0,
    openHandles: [],
    perfStats: {},
    snapshot: { added: 0, fileDeleted: false, matched: 0, unchecked: 0, uncheckedKeys: [], unmatched: 0, updated: 0 },
    ...(stray ? { testExecError: stray } : {}),
  };
}

// jest asks for the module itself to be the function.
export = runSuite;
