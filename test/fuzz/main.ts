/**
 * `npm run fuzz -- --cases 1e7 --progress night.json`: random attackers for as long as one likes, in a process for each processor. A
 * failure is made smaller and written to test/fuzz/regressions, where `npm test` finds it; the run goes on, and ends with exit code 1.
 */
import { build } from 'esbuild';
import { fork } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parseCase } from './case';
import { kindOf } from './minimize';
import type { Done, Found, Piece } from './piece';
import { writeRegression } from './regression';

/** What a process is given at once. Each piece builds its VMs anew. */
const PIECE = 2000;
const TOLD_EVERY = 10_000;

const root = path.join(__dirname, '../..');
const bundle = path.join(root, 'dist/fuzz.cjs');

/** Where a run is. `next`: all seeds below it are done. */
interface Progress {
  next: number;
  /** One behind the last seed. */
  end: number;
  /** Kinds of failure. */
  kinds: string[];
}

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1e6' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(os.availableParallelism()) },
    progress: { type: 'string' },
  },
});
const [cases, first, jobs] = [values.cases, values.seed, values.jobs].map(Number);
if (![cases, first, jobs].every((number) => Number.isSafeInteger(number) && number > 0)) {
  console.error('Give whole numbers: npm run fuzz -- --cases 1e7 --seed 1 --jobs 2');
  process.exit(2);
}

/** With --progress, what the file says, if there is one: a run that was interrupted goes on. */
function begin(): Progress {
  const { progress: file } = values;
  if (file === undefined || !existsSync(file)) return { next: first, end: first + cases, kinds: [] };
  return JSON.parse(readFileSync(file, 'utf8')) as Progress;
}

class Run {
  readonly #progress = begin();
  readonly #from = this.#progress.next;
  /** The first seed of the next piece. */
  #given = this.#progress.next;
  /** By first seed: pieces behind `next` that are done. */
  readonly #done = new Map<number, Done>();
  readonly #exits: Record<string, number> = {};
  readonly #seeds: Record<string, number> = {};
  #mostSteps = 0;

  /** Undefined: no seeds are left. */
  give(): Piece | undefined {
    const left = this.#progress.end - this.#given;
    if (left <= 0) return undefined;
    const piece = { first: this.#given, cases: Math.min(PIECE, left) };
    this.#given += piece.cases;
    return piece;
  }

  take(done: Done): void {
    for (const found of done.found) this.#tell(found);
    for (const [technique, count] of Object.entries(done.exits))
      this.#exits[technique] = (this.#exits[technique] ?? 0) + count;
    this.#mostSteps = Math.max(this.#mostSteps, done.mostSteps);
    this.#done.set(done.first, done);
    for (let next; (next = this.#done.get(this.#progress.next)); this.#advance(next.cases))
      this.#done.delete(next.first);
    if (values.progress !== undefined) writeFileSync(values.progress, `${JSON.stringify(this.#progress)}\n`);
  }

  #advance(count: number): void {
    const { next } = this.#progress;
    this.#progress.next += count;
    if (Math.floor((next - this.#from) / TOLD_EVERY) < Math.floor((this.#progress.next - this.#from) / TOLD_EVERY))
      console.log(`all seeds below ${this.#progress.next}: ${this.summary()}`);
  }

  /** The first of each kind with its case; all others are counted. */
  #tell({ seed, message, least }: Found): void {
    const kind = kindOf(message);
    this.#seeds[kind] = (this.#seeds[kind] ?? 0) + 1;
    if (this.#progress.kinds.includes(kind) || !least) return;
    this.#progress.kinds.push(kind);
    const file = writeRegression(`seed-${seed}`, {
      because: `seed ${seed}`,
      message,
      cases: least.map((each) => parseCase(each)),
    });
    console.log(`FAILED, seed ${seed}: ${message}\n  written to ${file}:\n${least.join('\n')}`);
  }

  plan(): string {
    return `seeds ${this.#from} to ${this.#progress.end - 1}, ${jobs} at a time`;
  }

  summary(): string {
    const { kinds } = this.#progress;
    return `${kinds.length} kinds of failure, ${this.#mostSteps} look-ups in one exit at most`;
  }

  /** Exit code: 0 if no case failed. */
  end(): number {
    const exits = Object.entries(this.#exits).map(([technique, count]) => `${technique} ${count}`);
    console.log(`${this.#progress.next - this.#from} cases from seed ${this.#from} on: ${this.summary()}`);
    console.log(`exits: ${exits.join(', ')}`);
    for (const [kind, count] of Object.entries(this.#seeds)) console.log(`FAILED ${count} times: ${kind}`);
    return this.#progress.kinds.length === 0 ? 0 : 1;
  }

  /** How to go on after an interruption. */
  interrupted(): number {
    const { next, end } = this.#progress;
    const how =
      values.progress === undefined ? `--cases ${end - next} --seed ${next}` : `--progress ${values.progress}`;
    console.log(`${this.summary()}; to go on: npm run fuzz -- ${how}`);
    return 130;
  }
}

/** Resolves when there is nothing left to do. */
function work(run: Run): Promise<void> {
  return new Promise((resolve) => {
    const worker = fork(bundle);
    const next = (): void => {
      const piece = run.give();
      if (piece) worker.send(piece);
      else worker.disconnect();
    };
    worker.on('message', (done: Done) => {
      run.take(done);
      next();
    });
    process.on('exit', () => worker.kill());
    worker.on('exit', (code, signal) => {
      if (code === 0) return resolve();
      if (signal === 'SIGINT') return; // Ctrl-C reaches all processes
      console.error(`a process of the fuzzer ended: ${signal ?? `code ${code}`}`);
      process.exit(1);
    });
    next();
  });
}

async function main(): Promise<void> {
  await build({
    entryPoints: [path.join(__dirname, 'worker.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    logLevel: 'warning',
  });
  const run = new Run();
  process.on('SIGINT', () => process.exit(run.interrupted()));
  console.log(run.plan());
  await Promise.all(Array.from({ length: jobs }, () => work(run)));
  process.exitCode = run.end();
}

void main();
