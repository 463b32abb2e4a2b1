/** What is counted, in words: a row of the tables for each counter of a VM. A counter that has no row here does not compile. */
import type { Counters, ExitKind } from '#vmm';
import type { Row } from './comparison';

type NumberIn<T> = { [K in keyof T]: T[K] extends number ? K : never }[keyof T];

const COUNTS: Readonly<Record<Exclude<NumberIn<Counters>, 'exits' | 'walkReferences'>, string>> = {
  instructionsDirect: 'instructions run directly',
  interruptsInjected: 'interrupts put into the guest',
  shadowFills: 'shadow entries filled',
  shadowDrops: 'shadow entries dropped',
  shadowFences: 'shadow fences',
  writeProtectFaults: 'writes to guarded tables',
  entriesUpdated: 'entries updated by hypercalls',
  gStageFills: 'second-stage leaves entered',
  gStageReads: 'second-stage entries read by software',
  blocksTranslated: 'blocks translated',
  instructionsTranslated: 'instructions translated',
  instructionsRewritten: 'instructions rewritten',
  blocksJoined: 'blocks joined',
  cacheFlushes: 'translation caches flushed',
  storesToCode: 'stores to translated code',
};

const MEMORY_COUNTS: Readonly<Record<keyof Counters['memory'], string>> = {
  ptesRead: "guest's entries read by software",
  bytesCopied: 'bytes copied by software',
};

const KINDS: Readonly<Record<ExitKind, string>> = {
  ecall: 'calls',
  privileged: 'privileged',
  reflected: 'reflected',
  'shadow-miss': 'hidden faults',
  'g-stage-miss': 'second-stage faults',
  mmio: 'devices',
  unmapped: 'nowhere',
  budget: 'slices',
};

const sum = (table: Readonly<Record<string, number>>): number => Object.values(table).reduce((a, b) => a + b, 0);

/** One row for each count that is not 0 for everybody, but the exits and the hart's walks. */
export function countRows(runs: readonly Counters[]): Row[] {
  const row = (label: string, of: (counters: Counters) => number): Row => ({
    label,
    values: runs.map(of),
  });
  const named = <K extends string>(
    labels: Readonly<Record<K, string>>,
    of: (counters: Counters) => Record<K, number>,
  ) => (Object.keys(labels) as K[]).map((key) => row(labels[key], (counters) => of(counters)[key]));
  const rows = [
    ...named(COUNTS, (counters) => counters),
    row("traps into the guest's kernel", (counters) => sum(counters.trapsByCause)),
    row('calls of the firmware (SBI)', (counters) => sum(counters.sbiCalls)),
    row('hypercalls', (counters) => sum(counters.hypercalls)),
    ...named(MEMORY_COUNTS, ({ memory }) => memory),
  ];
  return rows.filter(({ values }) => values.some((value) => value));
}

/** All exits, then those of each kind, that is, of each handler. */
export function exitRows(runs: readonly Pick<Counters, 'byKind'>[]): (Row & { readonly kind: ExitKind })[] {
  return (Object.keys(KINDS) as ExitKind[])
    .map((kind) => ({ kind, label: KINDS[kind], values: runs.map((counters) => counters.byKind[kind]) }))
    .filter(({ values }) => values.some((value) => value));
}

/** Each kind of exit, followed by what caused it, the most frequent first. */
export function causeRows(runs: readonly Pick<Counters, 'byKind' | 'byCause'>[]): Row[] {
  return exitRows(runs).flatMap(({ kind, ...row }) => {
    const count = (cause: string): number[] => runs.map(({ byCause }) => byCause[kind][cause] ?? 0);
    const most = (cause: string): number => Math.max(...count(cause));
    const causes = new Set(runs.flatMap(({ byCause }) => Object.keys(byCause[kind])));
    const parts = [...causes].filter(most).sort((a, b) => most(b) - most(a) || (a < b ? -1 : 1));
    return [row, ...parts.map((cause): Row => ({ label: cause, part: true, values: count(cause) }))];
  });
}
