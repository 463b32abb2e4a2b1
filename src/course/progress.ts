/** What a student has done so far: one small versioned file, `.hv/progress.json`. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { realFileCalls, writeAtomically } from './atomic-write';
import type { FileCalls } from './atomic-write';
import { UsageError, messageOf } from './errors';
import { withLock } from './lock';

/** What is kept of one lesson. Times are ISO 8601, UTC. */
export interface LessonProgress {
  /** Points of the last run, and the most ever reached. */
  readonly points: number;
  readonly best: number;
  readonly outOf: number;
  readonly runs: number;
  readonly lastRun: string;
  /** When full points were first reached. */
  readonly passedAt?: string;
  /** SHA-256 of the file that the last run graded, hexadecimal. */
  readonly graded?: string;
  /** When the solution was opened without a pass. */
  readonly gaveUpAt?: string;
  /** How many of the three hints have been shown. */
  readonly hints: number;
}

/** What is kept of one quiz question; wrong answers come back at `due`. */
export interface QuestionProgress {
  readonly asked: number;
  /** Right answers since the last wrong one. */
  readonly streak: number;
  readonly lastAsked: string;
  readonly due: string;
}

/** A quiz that was left before its end. */
export interface Sitting {
  /** What its questions are made from. */
  readonly seed: string;
  /** Ids of the questions that have been answered. */
  readonly answered: readonly string[];
}

export interface Progress {
  /** Keyed by slug. */
  readonly lessons: Readonly<Record<string, LessonProgress>>;
  /** Keyed by `slug/question id`. */
  readonly questions: Readonly<Record<string, QuestionProgress>>;
  /** Keyed by slug; missing until a quiz has been taken. */
  readonly sittings?: Readonly<Record<string, Sitting>>;
}

export const NO_PROGRESS: Progress = { lessons: {}, questions: {} };

const VERSION = 1;

interface Envelope {
  readonly version: number;
  readonly course: string;
  readonly checksum: string;
  readonly progress: Progress;
}

export class ProgressFile {
  readonly path: string;
  private readonly course: string;
  private readonly calls: FileCalls;

  /** `folder` is the workspace's state folder; `course` is the manifest's id. */
  constructor(folder: string, course: string, calls: FileCalls = realFileCalls) {
    this.path = path.join(folder, 'progress.json');
    this.course = course;
    this.calls = calls;
  }

  /** The progress so far; nothing for a student who has not begun. Throws a UsageError for a file that cannot be trusted, and keeps a copy of it. */
  read(): Progress {
    let text: string;
    try {
      text = fs.readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NO_PROGRESS;
      throw new UsageError(`Your progress in ${this.path} cannot be read (${messageOf(error)}).`);
    }
    return this.parse(text);
  }

  /** Applies a change to what is in the file now, under a lock: two commands at once lose nothing. */
  update(change: (before: Progress) => Progress): Progress {
    try {
      fs.mkdirSync(path.dirname(this.path), { recursive: true });
      return withLock(`${this.path}.lock`, () => {
        const after = change(this.read());
        writeAtomically(this.path, this.format(after), this.calls);
        return after;
      });
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(
        `Your progress could not be saved (${savingProblem(error)}); nothing saved earlier is lost (${this.path}).`,
      );
    }
  }

  private format(progress: Progress): string {
    const envelope: Envelope = { version: VERSION, course: this.course, checksum: checksumOf(progress), progress };
    return `${JSON.stringify(envelope, undefined, 2)}\n`;
  }

  private parse(text: string): Progress {
    let found: Partial<Envelope> | null;
    try {
      found = JSON.parse(text) as Partial<Envelope> | null;
    } catch {
      throw this.corrupt('is cut off or not JSON');
    }
    if (typeof found !== 'object' || found === null || typeof found.version !== 'number')
      throw this.corrupt('is no progress file');
    if (found.version > VERSION) {
      throw new UsageError(
        `${this.path} was written by a newer version of this course (format ${found.version}, this one knows ${VERSION}): update the course.`,
      );
    }
    if (found.course !== this.course) {
      throw new UsageError(
        `${this.path} belongs to the course "${String(found.course)}", not to "${this.course}": move it away to begin here.`,
      );
    }
    if (!isProgress(found.progress) || found.checksum !== checksumOf(found.progress))
      throw this.corrupt('does not match its checksum');
    return found.progress;
  }

  /** Keeps a copy under a name of its own, so that nothing done by hand to the file can lose it, and says what to do. */
  private corrupt(what: string): UsageError {
    const copy = keepCopy(this.path);
    const kept = copy === undefined ? '' : ` A copy is in ${copy}.`;
    return new UsageError(
      `${this.path} ${what}, so your progress is unknown.${kept} Restore the file, or delete it to begin anew.`,
    );
  }
}

/** `FILE.corrupt`, or `FILE.corrupt2` and so on where another broken file has that name already. Undefined if it could not be kept. */
function keepCopy(file: string): string | undefined {
  const contents = fs.readFileSync(file);
  for (let count = 1; count <= 99; count++) {
    const copy = `${file}.corrupt${count === 1 ? '' : count}`;
    try {
      fs.writeFileSync(copy, contents, { flag: 'wx' });
      return copy;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return undefined;
      if (fs.readFileSync(copy).equals(contents)) return copy;
    }
  }
  return undefined;
}

/** Progress of a lesson after a run that reached `points` of `outOf`. */
export function afterRun(
  before: LessonProgress | undefined,
  points: number,
  outOf: number,
  now: Date,
  graded?: string,
): LessonProgress {
  const time = now.toISOString();
  const passedAt = before?.passedAt ?? (points === outOf ? time : undefined);
  return {
    points,
    best: Math.max(points, before?.best ?? 0),
    outOf,
    runs: (before?.runs ?? 0) + 1,
    lastRun: time,
    ...(passedAt === undefined ? {} : { passedAt }),
    ...(graded === undefined ? {} : { graded }),
    ...(before?.gaveUpAt === undefined ? {} : { gaveUpAt: before.gaveUpAt }),
    hints: before?.hints ?? 0,
  };
}

/** Progress of a lesson after the student has been shown hint number `hints`. */
export function afterHint(before: LessonProgress | undefined, hints: number, outOf: number): LessonProgress {
  const start = before ?? notStarted(outOf);
  return { ...start, hints: Math.max(hints, start.hints) };
}

/** Progress of a lesson after the student has looked at the solution without a pass. */
export function afterGivingUp(before: LessonProgress | undefined, outOf: number, now: Date): LessonProgress {
  const start = before ?? notStarted(outOf);
  return { ...start, gaveUpAt: start.gaveUpAt ?? now.toISOString() };
}

const notStarted = (outOf: number): LessonProgress => ({ points: 0, best: 0, outOf, runs: 0, lastRun: '', hints: 0 });

function checksumOf(progress: Progress): string {
  return createHash('sha256').update(JSON.stringify(progress)).digest('hex');
}

function isProgress(value: unknown): value is Progress {
  const progress = value as Partial<Progress> | null | undefined;
  return isRecord(progress) && isRecord(progress.lessons) && isRecord(progress.questions);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function savingProblem(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full';
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return 'the folder cannot be written to';
  return messageOf(error);
}
