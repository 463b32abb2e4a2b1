/** One resident runner process as its parent sees it: messages in order, output up to a limit, and an end that can always be forced. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { GradeJob, RunnerMessage } from './protocol';

/** V8's heap in the runner. The machine's memory is not part of it. */
const HEAP_MEGABYTES = 512;
/** All memory of the runner; typed arrays lie outside the heap. */
const RESIDENT_BYTES = 1536 * 1024 * 1024;
const MEMORY_LOOK_MS = 100;
/** Output kept of one run, in bytes. More is read, so that the runner does not block, and forgotten. */
const OUTPUT_LIMIT = 64 * 1024;

export type Death =
  | { readonly why: 'memory' }
  | {
      readonly why: 'exit';
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
      readonly text: string;
    };

export class RunnerProcess {
  onMessage: (message: RunnerMessage) => void = () => undefined;
  onDeath: (death: Death) => void = () => undefined;
  private readonly child: ChildProcess;
  private readonly memoryWatch: NodeJS.Timeout;
  private outOfMemory = false;
  private ended = false;
  private printed = new CappedText(OUTPUT_LIMIT);
  private complaints = new CappedText(OUTPUT_LIMIT);

  constructor(root: string, cache: string) {
    this.child = fork(path.join(root, 'bin', 'grader.cjs'), [root, cache], {
      cwd: root,
      env: runnerEnvironment(),
      execArgv: [`--max-old-space-size=${HEAP_MEGABYTES}`],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child.stdout?.on('data', (data: Buffer) => this.printed.add(data));
    this.child.stderr?.on('data', (data: Buffer) => this.complaints.add(data));
    this.child.on('message', (message: RunnerMessage) => this.onMessage(message));
    this.child.on('error', (error) => this.end({ why: 'exit', code: null, signal: null, text: error.message }));
    // `close` and not `exit`: by then everything that it wrote has been read.
    this.child.on('close', (code, signal) => this.end(this.deathOf(code, signal)));
    this.memoryWatch = setInterval(() => this.lookAtMemory(), MEMORY_LOOK_MS);
    this.memoryWatch.unref();
  }

  start(job: GradeJob): void {
    this.printed = new CappedText(OUTPUT_LIMIT);
    this.child.send(job);
  }

  /** What the part has printed since `start`. */
  output(): { readonly text: string; readonly bytes: number } {
    return this.printed;
  }

  /** Ends the process at once, whatever it is doing. */
  kill(): void {
    this.end(undefined);
    this.child.kill('SIGKILL');
  }

  /** An idle runner does not keep its parent alive. */
  idle(on: boolean): void {
    const handles = [this.child, this.child.channel, this.child.stdout, this.child.stderr] as (
      { ref?(): void; unref?(): void } | null | undefined
    )[];
    for (const handle of handles) {
      if (on) handle?.unref?.();
      else handle?.ref?.();
    }
  }

  private end(death: Death | undefined): void {
    if (this.ended) return;
    this.ended = true;
    clearInterval(this.memoryWatch);
    if (death) this.onDeath(death);
  }

  private deathOf(code: number | null, signal: NodeJS.Signals | null): Death {
    if (this.outOfMemory || /heap out of memory|allocation failed/i.test(this.complaints.text))
      return { why: 'memory' };
    return { why: 'exit', code, signal, text: this.complaints.text.trim() };
  }

  /** Field 2 of Linux's /proc/PID/statm is the resident size in pages (proc(5)); other systems have the heap's limit only. */
  private lookAtMemory(): void {
    try {
      const pages = Number(fs.readFileSync(`/proc/${this.child.pid}/statm`, 'utf8').split(' ')[1]);
      if (pages * 4096 > RESIDENT_BYTES) {
        this.outOfMemory = true;
        this.child.kill('SIGKILL');
      }
    } catch {
      // No such file here, or the process is gone.
    }
  }
}

/** The runner gets what a program needs to start, and nothing that changes how Node or jest behave. */
function runnerEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG', 'HV_SOURCE'];
  const env: NodeJS.ProcessEnv = { NODE_ENV: 'test', FORCE_COLOR: '0' };
  for (const name of kept) if (process.env[name] !== undefined) env[name] = process.env[name];
  return env;
}

/** Keeps the beginning of a stream and counts the rest. */
class CappedText {
  text = '';
  bytes = 0;
  private readonly limit: number;
  constructor(limit: number) {
    this.limit = limit;
  }
  add(data: Buffer): void {
    const room = this.limit - this.bytes;
    this.bytes += data.length;
    if (room > 0) this.text += data.subarray(0, room).toString();
  }
}
