/** How long a student waits for a verdict: a cold `hv test`, and the resident runner behind `hv watch`. */
import { Runner } from '#course/grading';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { best, times, wallMs } from '../clock';
import { fixed, printTable } from '../table';

/** Lessons are folders of solutions/ with one file each. */
function partsIn(root: string): { lesson: string; part: string; suite: string }[] {
  const solutions = join(root, 'solutions');
  return readdirSync(solutions).map((lesson) => ({
    lesson,
    part: join(solutions, lesson, readdirSync(join(solutions, lesson))[0]),
    suite: join(root, 'test/lessons', `${lesson}.test.ts`),
  }));
}

export async function verdicts(root: string, rounds: number): Promise<void> {
  const cache = mkdtempSync(join(tmpdir(), 'worldswitch-bench-'));
  const rows: string[][] = [];
  try {
    for (const { lesson, part, suite } of partsIn(root)) {
      const runner = new Runner({ root, cache });
      await runner.grade({ suite, part }, 'the solution'); // starts the process and fills the cache, as the first save does
      const resident: number[] = [];
      for (let i = 0; i < rounds; i++) resident.push((await runner.grade({ suite, part }, 'the solution')).ms);
      runner.close();
      const test = (): number =>
        wallMs(() => spawnSync(process.execPath, [join(root, 'bin/hv.cjs'), 'test', lesson], { input: '', cwd: root }));
      const seconds = (ms: number): string => `${fixed(ms / 1000, 2)} s`;
      rows.push([lesson, seconds(best(resident)), seconds(best(times(rounds, test)))]);
    }
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
  printTable(
    'A verdict, wall time: the solution after a save under hv watch; hv test on the file in exercises/',
    ['lesson', 'hv watch', 'hv test'],
    rows,
  );
}
