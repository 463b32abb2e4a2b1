/** What is measured: user CPU time of all threads, so that V8's compiler threads count, and a busy machine disturbs less than by wall time. */

/** User seconds that `work` took in this process. */
export function userSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1e6;
}

/** Wall milliseconds. */
export function wallMs(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** The best of several: what disturbs a measurement only ever makes it slower. */
export const best = (values: readonly number[]): number => Math.min(...values);

export const times = <T>(n: number, work: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => work(i));
