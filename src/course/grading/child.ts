/** The resident runner: a process that keeps jest loaded and runs one suite a job. Started by child-process.ts. */
import { Worker } from 'node:worker_threads';
import { failureOf } from './protocol';
import type { GradeJob, RunnerMessage, TestEnd } from './protocol';
import { jestConfig } from './jest-config';
import { loadDoors } from './resident-doors';

/** The part of jest's result that is used here (`runCLI`, jest 30). */
interface JestResults {
  readonly testResults: readonly {
    readonly testExecError?: unknown;
    readonly failureMessage?: string | null;
    readonly testResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly duration?: number | null;
      readonly failureDetails: readonly unknown[];
      readonly failureMessages: readonly string[];
    }[];
  }[];
}
interface Jest {
  runCLI(argv: Record<string, unknown>, projects: readonly string[]): Promise<{ results: JestResults }>;
}

function send(message: RunnerMessage): void {
  process.send?.(message);
}

/** Runs the job's suite and reports how it ended. */
async function run(jest: Jest, root: string, cache: string, job: GradeJob): Promise<void> {
  process.env.HV_PART = job.part;
  const argv = {
    $0: 'hv',
    _: [job.suite],
    config: JSON.stringify(jestConfig(root, cache, job.suite)),
    runTestsByPath: true,
    runInBand: true,
    reporters: [],
    silent: true,
    ci: true,
    ...(job.only === undefined ? {} : { testNamePattern: `^(${job.only.map(escapeRegExp).join('|')})$` }),
  };
  const { results } = await jest.runCLI(argv, [root]);
  const file = results.testResults[0];
  if (file === undefined) throw new Error(`jest found no suite at ${job.suite}`);
  const ends = file.testResults.filter((test) => test.status === 'passed' || test.status === 'failed').map(endOf);
  send({
    kind: 'done',
    ends,
    ...(file.testExecError ? { runFailure: runFailureOf(file.testExecError, file.failureMessage) } : {}),
  });
}

function endOf(test: JestResults['testResults'][number]['testResults'][number]): TestEnd {
  const end = { name: test.fullName, ms: test.duration ?? 0 };
  if (test.status === 'passed') return end;
  return {
    ...end,
    failure: failureOf(test.failureDetails[0] ?? { message: test.failureMessages[0] ?? 'failed without a message' }),
  };
}

/** jest sometimes leaves the error's fields out and keeps the text. */
function runFailureOf(error: unknown, text: string | null | undefined) {
  const failure = failureOf(error);
  return {
    ...failure,
    message: failure.message || (text ?? 'the suite could not be loaded'),
    stack: failure.stack || (text ?? ''),
  };
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** Serves jobs, one at a time, until the parent goes away. */
export function serve(root: string, cache: string): void {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- resolved at run time, so that a bundle leaves it alone
  const jest = require('jest') as Jest;
  process.on('message', (job: GradeJob) => {
    run(jest, root, cache, job).catch((error: unknown) => send({ kind: 'broken', failure: failureOf(error) }));
  });
  loadDoors(root);
  endWithParent();
  process.on('disconnect', () => process.exit());
  send({ kind: 'ready' });
}

/**
 * A parent that was killed cannot stop a part that never returns, and the part keeps this thread from noticing: another
 * thread looks whether the parent is still the parent. (On Windows the number of the parent stays, and `disconnect` has to do.)
 */
function endWithParent(): void {
  const watch = `
    const parent = process.ppid;
    setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 1000);`;
  new Worker(watch, { eval: true }).unref();
}

// The name of this entry is bin/grader.cjs; its arguments are the package folder and the cache folder.
if (process.send && process.argv.length >= 4) serve(process.argv[2], process.argv[3]);
