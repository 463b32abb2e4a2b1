/** Grades one part after another with a resident runner; a part that never returns costs its budget and a new process, not the session. */
import type { Death } from './child-process';
import { RunnerProcess } from './child-process';
import type { GradeJob, Measure, RunnerMessage, TestEnd, TestId } from './protocol';
import type { Failure } from './protocol';

/** Everything that one run of a suite on a part showed. */
export interface Run {
  /** All tests of the suite; empty if it could not be loaded. */
  readonly tests: readonly TestId[];
  /** By full name; a test that is missing here did not run. */
  readonly ends: ReadonlyMap<string, TestEnd>;
  readonly measures: readonly Measure[];
  /** What went wrong outside any test: the suite could not be loaded, or the process had to be stopped between tests. */
  readonly runFailure?: Failure;
  readonly printed: { readonly text: string; readonly bytes: number };
  readonly ms: number;
}

export interface RunnerOptions {
  readonly root: string;
  readonly cache: string;
  /** How long one test may take, in milliseconds. */
  readonly budgetMs?: number;
  /** How often a run goes on in a new process after a test had to be stopped. */
  readonly restarts?: number;
}

const BUDGET_MS = 5_000;
/** Starting Node and jest and compiling everything for the first time, on a slow machine. */
const START_MS = 60_000;
const RESTARTS = 2;
/** jest keeps a little of every run; a new process now and then keeps the runner small. */
const JOBS_PER_PROCESS = 60;

/** `grade` rejects with this after `cancel`. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** How a process's work on a job ended. */
type JobEnd =
  | { readonly how: 'done'; readonly runFailure?: Failure }
  | { readonly how: 'stopped'; readonly sentence: string }
  | { readonly how: 'cancelled' };

export class Runner {
  private readonly options: RunnerOptions;
  private process: RunnerProcess | undefined;
  private jobs = 0;
  private endJob: (end: JobEnd) => void = () => undefined;

  constructor(options: RunnerOptions) {
    this.options = options;
  }

  /** Starts the process before there is a job for it. */
  warm(): void {
    this.acquire();
  }

  close(): void {
    this.process?.kill();
    this.process = undefined;
  }

  /** Gives up the run at hand: its `grade` rejects with Cancelled. Nothing happens if there is none. */
  cancel(): void {
    this.endJob({ how: 'cancelled' });
  }

  /**
   * Runs `job.suite` on `job.part`. `partName` is what sentences call the part. `onMessage` sees the run as it happens.
   * Rejects with a plain Error if the runner itself is broken, never because of the part.
   */
  async grade(
    job: GradeJob,
    partName: string,
    onMessage: (message: RunnerMessage) => void = () => undefined,
  ): Promise<Run> {
    const begun = Date.now();
    const record = new Recorder();
    let only = job.only;
    for (let restarts = 0; ; restarts++) {
      const process = this.acquire();
      process.idle(false);
      const end = await this.runOnce(
        process,
        { ...job, ...(only === undefined ? {} : { only }) },
        partName,
        (message) => {
          record.take(message);
          onMessage(message);
        },
      );
      record.printed(process.output());
      process.idle(true);
      if (end.how === 'done') return record.run(Date.now() - begun, end.runFailure);
      this.close();
      if (end.how === 'cancelled') throw new Cancelled();
      const stopped = record.stop(end.sentence);
      if (stopped) onMessage({ kind: 'end', end: stopped });
      else return record.run(Date.now() - begun, { name: 'PartFailure', message: end.sentence, stack: '' });
      only = record.notRun();
      if (only.length === 0 || restarts >= (this.options.restarts ?? RESTARTS)) return record.run(Date.now() - begun);
    }
  }

  private acquire(): RunnerProcess {
    if (this.jobs >= JOBS_PER_PROCESS) this.close();
    if (this.process === undefined) {
      this.process = new RunnerProcess(this.options.root, this.options.cache);
      this.process.onDeath = () => (this.process = undefined);
      this.jobs = 0;
    }
    this.jobs += 1;
    return this.process;
  }

  /** One job in one process: until it says that it is done, dies, or is silent for longer than the budget. */
  private runOnce(
    process: RunnerProcess,
    job: GradeJob,
    partName: string,
    take: (message: RunnerMessage) => void,
  ): Promise<JobEnd> {
    const budget = this.options.budgetMs ?? BUDGET_MS;
    let timer: NodeJS.Timeout | undefined;
    // Before the suite has been loaded, nothing of the part has run: what goes wrong then is ours.
    let loaded = false;
    const ended = new Promise<JobEnd>((resolve, reject) => {
      const stopped = (sentence: string) =>
        loaded ? resolve({ how: 'stopped', sentence }) : reject(new Error(`the runner did not start: ${sentence}`));
      const wait = (ms: number) => {
        clearTimeout(timer);
        timer = setTimeout(() => stopped(`${partName} had not returned after ${seconds(ms)}.`), ms);
      };
      this.endJob = resolve;
      process.onMessage = (message) => {
        if (message.kind === 'ready') return;
        if (message.kind === 'broken') {
          reject(new Error(`the runner failed: ${message.failure.stack || message.failure.message}`));
          return;
        }
        loaded = true;
        take(message);
        if (message.kind === 'done')
          resolve({ how: 'done', ...(message.runFailure ? { runFailure: message.runFailure } : {}) });
        else wait(budget);
      };
      process.onDeath = (death) => {
        this.process = undefined;
        stopped(deathSentence(death, partName));
      };
      wait(START_MS);
      process.start(job);
    });
    return ended.finally(() => clearTimeout(timer));
  }
}

function deathSentence(death: Death, partName: string): string {
  if (death.why === 'memory')
    return `${partName} asked for more memory than a run may have (512 MB of JavaScript objects, 1.5 GB in all).`;
  const how = death.signal ? `signal ${death.signal}` : `exit code ${death.code}`;
  return `The process that ran ${partName} ended (${how}) before the test did.${death.text ? ` It said: ${death.text.slice(0, 500)}` : ''}`;
}

function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`;
}

/** Collects what the messages of one or more processes say about one run. */
class Recorder {
  private tests: readonly TestId[] = [];
  private readonly ends = new Map<string, TestEnd>();
  private readonly measures: Measure[] = [];
  private running: string | undefined;
  private text = '';
  private bytes = 0;

  take(message: RunnerMessage): void {
    if (message.kind === 'tests') {
      if (this.tests.length === 0) this.tests = message.tests;
    } else if (message.kind === 'start') {
      this.running = message.name;
    } else if (message.kind === 'end') {
      this.running = undefined;
      this.ends.set(message.end.name, message.end);
    } else if (message.kind === 'measure') {
      this.measures.push(message.measure);
    }
  }

  printed(output: { readonly text: string; readonly bytes: number }): void {
    this.text += output.text;
    this.bytes += output.bytes;
  }

  /** The test that was running fails with this sentence. Undefined if none was. */
  stop(sentence: string): TestEnd | undefined {
    if (this.running === undefined) return undefined;
    const end: TestEnd = { name: this.running, ms: 0, failure: { name: 'PartFailure', message: sentence, stack: '' } };
    this.take({ kind: 'end', end });
    return end;
  }

  notRun(): string[] {
    return this.tests.map((test) => test.name).filter((name) => !this.ends.has(name));
  }

  run(ms: number, runFailure?: Failure): Run {
    const { tests, ends, measures } = this;
    return {
      tests,
      ends,
      measures,
      ms,
      printed: { text: this.text, bytes: this.bytes },
      ...(runFailure ? { runFailure } : {}),
    };
  }
}
