/** What a lesson's guests cost under the reference hypervisor: run while the site is built, shown as a table and bars. */
import { guests } from '#guests';
import type { ExitKind, Parts } from '#vmm';
import { readGuest, runInVm } from '../lab';

/** In the order of the bars; labels as short as a column's head has to be. */
const KINDS: readonly { readonly kind: ExitKind; readonly label: string }[] = [
  { kind: 'ecall', label: 'calls' },
  { kind: 'privileged', label: 'privileged' },
  { kind: 'reflected', label: 'reflected' },
  { kind: 'shadow-miss', label: 'hidden' },
  { kind: 'mmio', label: 'devices' },
  { kind: 'unmapped', label: 'nowhere' },
  { kind: 'budget', label: 'slices' },
];

/** Instructions of a turn, as `hv trace` has them. */
const SLICE = 100_000;

export interface DemoView {
  /** The kinds of exits that occur at all. */
  readonly kinds: readonly { readonly kind: ExitKind; readonly label: string }[];
  readonly rows: readonly DemoRow[];
}

interface DemoRow {
  readonly guest: string;
  readonly exits: string;
  /** Instructions that ran without the hypervisor, for each exit. */
  readonly direct: string;
  /** One a kind, in the order of `kinds`. */
  readonly counts: readonly string[];
  /** Parts of the bar that are not empty, in percent. */
  readonly bar: readonly { readonly kind: ExitKind; readonly percent: string }[];
}

/** Runs the guests one after the other. Counts only, so that building the site twice gives the same page. */
export function demoView(names: readonly string[], parts: Parts): DemoView {
  const runs = names.map((name) => ({ name, counters: countersOf(name, parts) }));
  const kinds = KINDS.filter(({ kind }) => runs.some((run) => run.counters.byKind[kind] > 0));
  const rows = runs.map(({ name, counters }): DemoRow => {
    const share = (kind: ExitKind): number => (100 * counters.byKind[kind]) / Math.max(1, counters.exits);
    return {
      guest: name,
      exits: thousands(counters.exits),
      direct: thousands(Math.round(counters.instructionsDirect / Math.max(1, counters.exits))),
      counts: kinds.map(({ kind }) => thousands(counters.byKind[kind])),
      bar: kinds.filter(({ kind }) => share(kind) > 0).map(({ kind }) => ({ kind, percent: share(kind).toFixed(2) })),
    };
  });
  return { kinds, rows };
}

/** A guest that never ends is shown for as many exits as it is allowed. */
function countersOf(name: string, parts: Parts): ReturnType<typeof runInVm>['counters'] {
  const exits = guests.find((guest) => guest.name === name)?.budget;
  return runInVm(parts, readGuest(name), { exits, slice: SLICE }).counters;
}

/** 1204 -> 1,204 on every machine, whatever its language. */
function thousands(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
