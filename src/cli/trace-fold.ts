/** Repeats in a trace, folded: what a guest does again and again is shown once, with how often. */
import type { TracedExit } from '#course/trace';

/** The exits before this were repeated: `times` more times the last `period` of them, up to exit number `last`. */
export interface Repeats {
  readonly period: number;
  readonly times: number;
  readonly last: number;
  /** What the repeats printed, if all they did was to print. */
  readonly printed?: string;
}

/** The longest series of different exits whose repetition is looked for. */
const LONGEST = 8;

/** Exits as they are, and Repeats where at least two lines can be saved. */
export function foldRepeats(exits: readonly TracedExit[]): (TracedExit | Repeats)[] {
  const keys = exits.map(keyOf);
  const folded: (TracedExit | Repeats)[] = [];
  let at = 0;
  while (at < exits.length) {
    const { period, times } = bestSeries(keys, at);
    if (times === 0) {
      folded.push(exits[at++]);
      continue;
    }
    const repeated = exits.slice(at + period, at + period * (1 + times));
    folded.push(...exits.slice(at, at + period));
    folded.push({ period, times, last: repeated[repeated.length - 1].number, printed: printedBy(repeated) });
    at += period * (1 + times);
  }
  return folded;
}

/** The same place, the same kind of exit, the same answer; addresses and characters may differ. */
const keyOf = ({ pc, exit, did }: TracedExit): string => `${pc} ${exit.kind} ${did.join()}`;

/** The series that begins here and saves most lines when its repetitions are folded; `times` 0 if none saves two. */
function bestSeries(keys: readonly string[], at: number): { period: number; times: number } {
  let best = { period: 1, times: 0, saved: 1 };
  for (let period = 1; period <= LONGEST; period++) {
    let same = 0;
    while (at + period + same < keys.length && keys[at + same] === keys[at + period + same]) same++;
    const times = Math.floor(same / period);
    const saved = period * times - 1;
    if (saved > best.saved) best = { period, times, saved };
  }
  return best;
}

/** SBI, ch. 5: console putchar. */
const PUTCHAR = 1n;

function printedBy(exits: readonly TracedExit[]): string | undefined {
  let text = '';
  for (const { exit } of exits) {
    if (exit.kind !== 'ecall' || exit.extension !== PUTCHAR) return undefined;
    text += String.fromCharCode(Number(exit.args[0] & 0xffn));
  }
  return text;
}
