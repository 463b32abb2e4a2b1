/** Where the exits of a run went, beside those of the same run with the reference's part: what a missed budget is told with. */
import type { Counters } from '#vmm';

/** Causes that are shown; those that differ most come first. */
const MOST_CAUSES = 6;

/** A heading and a line a cause, as `privileged: sstatus   1,500   500`; one `Counters` for each VM. Nothing if both are alike. */
export function exitsBeside(yours: readonly Counters[], par: readonly Counters[]): string[] {
  const [own, reference] = [yours, par].map(byCause);
  const causes = [...new Set([...own.keys(), ...reference.keys()])]
    .map((cause) => ({ cause, own: own.get(cause) ?? 0, par: reference.get(cause) ?? 0 }))
    .sort((a, b) => Math.abs(b.own - b.par) - Math.abs(a.own - a.par) || b.own - a.own)
    .slice(0, MOST_CAUSES);
  if (causes.every((one) => one.own === one.par)) return [];
  const width = Math.max(14, ...causes.map(({ cause }) => cause.length));
  const row = (cause: string, first: string, second: string) =>
    `  ${cause.padEnd(width)}  ${first.padStart(9)}  ${second.padStart(9)}`;
  const text = (count: number) => count.toLocaleString('en-US');
  return [row('exits by cause', 'yours', 'par'), ...causes.map((one) => row(one.cause, text(one.own), text(one.par)))];
}

function byCause(all: readonly Counters[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const counters of all) {
    for (const [kind, causes] of Object.entries(counters.byCause)) {
      for (const [cause, times] of Object.entries(causes)) {
        const name = cause === kind ? kind : `${kind}: ${cause}`;
        sums.set(name, (sums.get(name) ?? 0) + times);
      }
    }
  }
  return sums;
}
