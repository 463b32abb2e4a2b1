/** The resident runner: a process that keeps jest loaded and runs one suite a job. Started by child-process.ts. */
import { Worker } from 'node:worker_threads';
import { failureOf, report } from './protocol';
import type { GradeJob } from './protocol';
import { jestConfig } from './jest-config';
import { loadDoors } from './resident-doors';

/** The part of jest's result that is used here (`runCLI`, jest 30). */
interface JestResults {
  readonly testResults: readonly {
    readonly testExecError?: unknown;
    readonly failureMessage?: string | null;
  }[];
}
interface Jest {
  runCLI(argv: Record<string, unknown>, projects: readonly string[]): Promise<{ results: JestResults }>;
}

/** Runs the job's suite, which reports its tests (suite-runner.ts), and reports that it has ended. */
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
  report({
    kind: 'done',
    ...(file.testExecError ? { runFailure: runFailureOf(file.testExecError, file.failureMessage) } : {}),
  });
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
    run(jest, root, cache, job).catch((error: unknown) => report({ kind: 'broken', failure: failureOf(error) }));
  });
  loadDoors(root);
  endWithParent();
  process.on('disconnect', () => process.exit());
  report({ kind: 'ready' });
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
