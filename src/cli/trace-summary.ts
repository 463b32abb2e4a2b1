/** The end of a trace: when the guest came out, and why, in one picture of text. */
import type { Counters, ExitKind, TraceEvent } from '#vmm';
import { clip, type Style } from './style';

/** When an exit was, by kind. */
export type Moments = readonly { readonly kind: ExitKind; readonly time: bigint }[];

export const momentsOf = (events: readonly TraceEvent[]): Moments =>
  events.flatMap((event) => (event.kind === 'exit' ? [{ kind: event.exit.kind, time: event.time }] : []));

const LEVELS = [...' ▁▂▃▄▅▆▇█'];
const NARROWEST = 10;
const WIDEST = 48;
/** Columns of a kind's name, its count and the gaps. */
const LEFT = 28;
/** Causes of one kind that are named. */
const MOST_CAUSES = 4;

/** A line a kind: how many exits, when in the guest's time, and their most frequent causes. */
export function summaryLines(moments: Moments, counters: Counters, columns: number, style: Style): string[] {
  if (moments.length === 0) return [];
  const from = moments[0].time;
  const ticks = moments[moments.length - 1].time - from + 1n;
  const width = Math.min(Math.max(NARROWEST, Math.min(WIDEST, columns - LEFT)), Number(ticks));
  const placeOf = (time: bigint): number => Number(((time - from) * BigInt(width)) / ticks);
  const kinds = (Object.keys(counters.byKind) as ExitKind[]).filter((kind) => counters.byKind[kind] > 0);
  const histograms = new Map(kinds.map((kind) => [kind, Array<number>(width).fill(0)]));
  for (const { kind, time } of moments) histograms.get(kind)![placeOf(time)]++;
  const highest = Math.max(...[...histograms.values()].flat());
  const lines = kinds.flatMap((kind) => [
    `  ${kind.padEnd(12)}  ${String(counters.byKind[kind]).padStart(8)}  ${bars(histograms.get(kind)!, highest)}`.trimEnd(),
    style.dim(clip(`    ${causesText(counters.byCause[kind])}`, columns)),
  ]);
  const head = `${counters.exits} exits in ${ticks} ticks; ${counters.instructionsDirect} instructions ran directly`;
  return [style.strong(clip(head, columns)), ...lines];
}

/** A column of blocks for each stretch of time; what is not nothing is at least the lowest block. */
const bars = (counts: readonly number[], highest: number): string =>
  counts.map((count) => LEVELS[Math.ceil((count / highest) * (LEVELS.length - 1))]).join('');

function causesText(causes: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(causes).sort(([, a], [, b]) => b - a);
  const named = sorted.slice(0, MOST_CAUSES).map(([cause, count]) => `${cause} ${count}`);
  return [...named, ...(sorted.length > MOST_CAUSES ? [`${sorted.length - MOST_CAUSES} more`] : [])].join(', ');
}
