/** Where in the guest its exits come from: a bar for each of its symbols, and below it one for each kind of exit, side by side as in a flame graph. */
import type { Symbols } from '#machine';
import type { VmExit } from '#vmm';
import { clip, type Style } from './style';

/** Exits by symbol, kind and cause. */
export type Places = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, number>>>;

/** What is known of one exit. */
interface Exited {
  readonly pc: bigint;
  readonly exit: VmExit;
}

const NOWHERE = '(no symbol)';

/** The symbol at or below the place; far from every symbol there is none. */
export const symbolAt = (names: Symbols, pc: bigint): string => names.nearest(pc)?.name ?? NOWHERE;

/** `causeOf` says in a word or two what exactly an exit was for. */
export function placesOf(exits: readonly Exited[], names: Symbols, causeOf: (exit: VmExit) => string): Places {
  const places = new Map<string, Map<string, Map<string, number>>>();
  for (const { pc, exit } of exits) {
    const kinds = getOrAdd(places, symbolAt(names, pc), () => new Map<string, Map<string, number>>());
    const causes = getOrAdd(kinds, exit.kind, () => new Map<string, number>());
    const cause = causeOf(exit);
    causes.set(cause, (causes.get(cause) ?? 0) + 1);
  }
  return places;
}

function getOrAdd<V>(table: Map<string, V>, key: string, make: () => V): V {
  const value = table.get(key) ?? make();
  table.set(key, value);
  return value;
}

/** Symbols, and causes of one kind, that are named. */
const MOST_SYMBOLS = 12;
const MOST_CAUSES = 4;
/** Columns of a name, of its count, of the causes with all gaps, and of a bar. */
const NAME = 20;
const COUNT = 6;
const CAUSES = 30;
const NARROWEST = 8;
const WIDEST = 40;

/** The most frequent first. */
export function whereLines(places: Places, columns: number, style: Style): string[] {
  const symbols = sorted(places, (kinds) => total(kinds, sum));
  if (symbols.length === 0) return [];
  const width = Math.max(NARROWEST, Math.min(WIDEST, columns - NAME - COUNT - CAUSES));
  const scale = width / symbols[0].count;
  const lines = symbols.slice(0, MOST_SYMBOLS).flatMap(({ name, value, count }) => {
    let before = 0;
    const kinds = sorted(value, sum).map((kind) => {
      const line = `${row(`  ${kind.name}`, kind.count, bar(before, kind.count, scale))}  ${causesText(kind.value)}`;
      before += kind.count;
      return style.dim(clip(line, columns));
    });
    return [clip(row(name, count, bar(0, count, scale)), columns), ...kinds];
  });
  const rest = symbols.slice(MOST_SYMBOLS);
  const more = rest.reduce((exits, { count }) => exits + count, 0);
  return [
    style.strong('where they come from'),
    ...lines,
    ...(more > 0 ? [style.dim(`  ... ${more} more, from ${rest.length} other symbols`)] : []),
  ];
}

const sum = (counts: ReadonlyMap<string, number>): number => total(counts, (count) => count);

const total = <T>(table: ReadonlyMap<string, T>, count: (value: T) => number): number =>
  [...table.values()].reduce((all, value) => all + count(value), 0);

/** Equal counts stand in the order in which they came first. */
function sorted<T>(table: ReadonlyMap<string, T>, count: (value: T) => number) {
  const rows = [...table].map(([name, value]) => ({ name, value, count: count(value) }));
  return rows.sort((a, b) => b.count - a.count);
}

const row = (name: string, count: number, drawn: string): string =>
  `  ${clip(name, NAME).padEnd(NAME)}${String(count).padStart(COUNT)}  ${drawn}`;

/** From `before` on; what is not nothing is at least one column wide. */
function bar(before: number, count: number, scale: number): string {
  const [from, to] = [before, before + count].map((exits) => Math.round(exits * scale));
  return ' '.repeat(from) + '█'.repeat(Math.max(1, to - from));
}

function causesText(causes: ReadonlyMap<string, number>): string {
  const all = sorted(causes, (count) => count);
  const named = all.slice(0, MOST_CAUSES).map(({ name, count }) => (all.length === 1 ? name : `${name} ${count}`));
  return [...named, ...(all.length > MOST_CAUSES ? [`${all.length - MOST_CAUSES} more`] : [])].join(', ');
}
