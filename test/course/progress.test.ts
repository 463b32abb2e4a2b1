/** The progress file is never lost: not to a crash, a full disk, two commands at once, a newer version, or a stray edit. */
import { fork, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { realFileCalls } from '../../src/course/atomic-write';
import type { FileCalls } from '../../src/course/atomic-write';
import { UsageError } from '../../src/course/errors';
import { withLock } from '../../src/course/lock';
import { NO_PROGRESS, ProgressFile, afterHint, afterRun } from '../../src/course/progress';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'progress-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const NOON = new Date('2027-03-01T12:00:00Z');
const LATER = new Date('2027-03-02T12:00:00Z');

function withPoints(file: ProgressFile, slug: string, points: number) {
  return file.update((before) => ({
    ...before,
    lessons: { ...before.lessons, [slug]: afterRun(before.lessons[slug], points, 12, NOON) },
  }));
}

test('a student who has not begun has no progress, and no file appears by looking', () => {
  expect(new ProgressFile(folder, 'c').read()).toEqual(NO_PROGRESS);
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('what was saved is read back, and nothing is left beside the file', () => {
  const file = new ProgressFile(folder, 'c');
  withPoints(file, 'event-handler', 9);
  withPoints(file, 'event-handler', 12);
  expect(new ProgressFile(folder, 'c').read().lessons['event-handler']).toMatchObject({
    points: 12,
    best: 12,
    runs: 2,
    passedAt: NOON.toISOString(),
  });
  expect(fs.readdirSync(folder)).toEqual(['progress.json']);
});

test('a later, worse run keeps the best points and the date of passing', () => {
  const passed = afterRun(undefined, 12, 12, NOON);
  expect(afterRun(passed, 3, 12, LATER)).toMatchObject({
    points: 3,
    best: 12,
    passedAt: NOON.toISOString(),
    lastRun: LATER.toISOString(),
  });
  expect(afterHint(passed, 2, 12)).toMatchObject({ points: 12, hints: 2 });
  expect(afterHint(afterHint(undefined, 3, 12), 1, 12).hints).toBe(3);
});

describe('a file that cannot be trusted', () => {
  function broken(text: string): UsageError {
    fs.writeFileSync(path.join(folder, 'progress.json'), text);
    try {
      new ProgressFile(folder, 'c').read();
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      return error as UsageError;
    }
    throw new Error('it was trusted');
  }
  const good = () => {
    withPoints(new ProgressFile(folder, 'c'), 'event-handler', 9);
    return fs.readFileSync(path.join(folder, 'progress.json'), 'utf8');
  };

  test('cut off at any byte: one sentence, and a copy of it is kept', () => {
    const text = good();
    for (let length = 0; length < text.length - 1; length += 7) {
      const cut = text.slice(0, length);
      expect(broken(cut).message).toContain('.corrupt');
      const copies = fs.readdirSync(folder).filter((name) => name.includes('corrupt'));
      expect(copies.some((name) => fs.readFileSync(path.join(folder, name), 'utf8') === cut)).toBe(true);
    }
  });

  test('one changed digit is noticed', () => {
    expect(broken(good().replace('"points": 9', '"points": 8')).message).toContain('checksum');
  });

  test('a newer version is named and left alone', () => {
    const text = good().replace('"version": 1', '"version": 2');
    expect(broken(text).message).toContain('newer version');
    expect(fs.readFileSync(path.join(folder, 'progress.json'), 'utf8')).toBe(text);
  });

  test('another course is named', () => {
    expect(broken(good().replace('"course": "c"', '"course": "compilers"')).message).toContain('"compilers"');
  });

  test.each([
    'null',
    '[]',
    '3',
    '{}',
    '{"version":"1"}',
    '{"version":1,"course":"c"}',
    '{"version":1,"course":"c","progress":{"lessons":[],"questions":{}}}',
  ])('%s', (text) => {
    expect(broken(text).message).toContain(folder);
  });

  test('is never overwritten by an update', () => {
    const text = '{"version":';
    broken(text);
    expect(() => withPoints(new ProgressFile(folder, 'c'), 'event-handler', 1)).toThrow(UsageError);
    expect(fs.readFileSync(path.join(folder, 'progress.json'), 'utf8')).toBe(text);
  });

  test('broken twice in the same way keeps one copy, in two ways two copies', () => {
    broken('{');
    broken('{');
    broken('[');
    expect(fs.readdirSync(folder).sort()).toEqual(['progress.json', 'progress.json.corrupt', 'progress.json.corrupt2']);
  });
});

describe('a failure at any step of saving', () => {
  class Full extends Error {
    readonly code = 'ENOSPC';
  }

  /** Fails at the n-th system call. */
  function failingAt(n: number, failure: Error): FileCalls {
    let count = 0;
    const step =
      <A extends unknown[], R>(call: (...args: A) => R) =>
      (...args: A): R => {
        count += 1;
        if (count === n) throw failure;
        return call(...args);
      };
    const { open, write, fsync, close, rename, unlink } = realFileCalls;
    return {
      open: step(open),
      write: step(write),
      fsync: step(fsync),
      close: step(close),
      rename: step(rename),
      unlink,
    };
  }

  test.each([1, 2, 3, 4, 5])('step %d: the old progress is still there, and the sentence says so', (n) => {
    withPoints(new ProgressFile(folder, 'c'), 'event-handler', 9);
    expect(() => withPoints(new ProgressFile(folder, 'c', failingAt(n, new Full())), 'event-handler', 12)).toThrow(
      'the disk is full',
    );
    expect(new ProgressFile(folder, 'c').read().lessons['event-handler'].points).toBe(9);
    expect(fs.readdirSync(folder)).toEqual(['progress.json']);
  });

  test.each([6, 7, 8])('step %d comes after the rename: the new progress is there', (n) => {
    withPoints(new ProgressFile(folder, 'c'), 'event-handler', 9);
    expect(() => withPoints(new ProgressFile(folder, 'c', failingAt(n, new Full())), 'event-handler', 12)).toThrow(
      'the disk is full',
    );
    expect(new ProgressFile(folder, 'c').read().lessons['event-handler'].points).toBe(12);
  });
});

const saver = path.join(__dirname, 'saver.cjs');

test('kill -9 at a random moment of endless saving leaves a file that can be read', async () => {
  for (let round = 0; round < 5; round++) {
    const child = fork(saver, [folder, '1000000'], { stdio: 'ignore' });
    await new Promise((resolve) => child.once('message', resolve));
    await new Promise((resolve) => setTimeout(resolve, 11 * round));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(new ProgressFile(folder, 'c').read().lessons['event-handler'].outOf).toBe(12);
    // The dead one's lock does not stop the next command.
    withPoints(new ProgressFile(folder, 'c'), 'event-handler', 5);
  }
}, 30_000);

test('a lock whose owner was killed before it had written its name does not stop the next command', () => {
  const lock = path.join(folder, 'lock');
  fs.writeFileSync(lock, '');
  expect(withLock(lock, () => 'mine', 60)).toBe('mine');
  expect(fs.existsSync(lock)).toBe(false);
});

test('three commands saving at once lose nothing', async () => {
  const savers = [1, 2, 3].map(() => spawn(process.execPath, [saver, folder, '20'], { stdio: 'ignore' }));
  await Promise.all(savers.map((child) => new Promise((resolve) => child.once('exit', resolve))));
  expect(new ProgressFile(folder, 'c').read().lessons['event-handler'].runs).toBe(60);
}, 30_000);

test('a living owner is waited for, then named', () => {
  fs.writeFileSync(path.join(folder, 'lock'), JSON.stringify({ pid: process.ppid }));
  expect(() => withLock(path.join(folder, 'lock'), () => 0, 60)).toThrow(`process ${process.ppid}`);
});
