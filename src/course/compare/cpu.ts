/** `hv compare cpu`: one guest, unchanged, under every technique that can carry it. */
import type { TechniqueName } from '#vmm';
import { UsageError } from '../errors';
import { findGuest, readGuest } from '../lab';
import type { Comparison, Section } from './comparison';
import { causeRows, countRows, exitRows } from './quantities';
import { bestTimes, Refusal, run, techniques, type Bench, type Ran, type Subject } from './run';

export interface CpuOptions {
  readonly guest: string;
  /** Count the walks of a machine without a TLB, by the stepping engine: minutes, for the long guests. */
  readonly withoutTlb: boolean;
}

interface Carried {
  readonly technique: TechniqueName;
  readonly ran: Ran;
}

/** Throws UsageError for a guest that never ends, and for one that the bare machine does not carry either. */
export function compareCpu(bench: Bench, { guest, withoutTlb }: CpuOptions): Comparison {
  const { console, budget, stop } = findGuest(guest);
  if (stop !== 'shutdown') {
    throw new UsageError(`${guest} does not end by itself, so there is nothing to compare; choose another guest.`);
  }
  const subject: Subject = { name: guest, program: readGuest(guest), console, exits: 100 * budget };
  const { carried, leftOut } = carriers(bench, subject);
  const counters = carried.map(({ ran }) => ran.counters);
  const columns = carried.map(({ technique }) => technique);
  const sections: Section[] = [
    {
      title: 'What it took',
      text:
        'Page-walk references are entries of page tables that the hart read. With a TLB: only where the TLB had no translation. ' +
        'Without: for every fetch, load and store.',
      table: {
        head: 'count',
        columns,
        rows: [...countRows(counters), ...walkRows(bench, subject, carried, withoutTlb)],
      },
    },
    {
      title: 'Exits by handler',
      text: 'How often the guest came out, by what the hypervisor had to do about it.',
      table: { head: 'handler', columns, rows: exitRows(counters) },
      drawnAs: 'bars',
    },
    {
      title: 'Exits by cause',
      text: 'The same exits by what made the guest come out: a call, a register, an instruction, an exception, a device.',
      table: { head: 'cause', columns, rows: causeRows(counters) },
    },
  ];
  return {
    kind: 'cpu',
    title: `${guest} under each technique`,
    about: `The guest ${guest}, unchanged, on engine ${bench.engine}.`,
    command: `hv compare cpu --guest ${guest} --engine ${bench.engine}${withoutTlb ? ' --no-tlb' : ''}`,
    sections: bench.rounds > 0 ? [...sections, timeSection(bench, subject, columns)] : sections,
    leftOut,
  };
}

function carriers(bench: Bench, subject: Subject): { carried: Carried[]; leftOut: string[] } {
  const carried: Carried[] = [];
  const leftOut: string[] = [];
  for (const technique of techniques()) {
    const ran = run(bench, subject, technique);
    if (!(ran instanceof Refusal)) carried.push({ technique, ran });
    else if (technique === 'bare') throw new UsageError(`The bare machine does not carry ${subject.name}: ${ran.why}`);
    else leftOut.push(`${technique} does not carry ${subject.name}: ${ran.why}`);
  }
  return { carried, leftOut };
}

function walkRows(
  bench: Bench,
  subject: Subject,
  carried: readonly Carried[],
  withoutTlb: boolean,
): Section['table']['rows'] {
  const references =
    (engine: Bench['engine']) =>
    ({ technique, ran }: Carried): number | undefined => {
      const again = engine === bench.engine ? ran : run(bench, subject, technique, engine);
      return again instanceof Refusal ? undefined : again.counters.walkReferences;
    };
  const cached = bench.engine === 'step' ? 'interpret' : bench.engine;
  const rows = [{ label: 'walk references, TLB', values: carried.map(references(cached)) }];
  return withoutTlb ? [...rows, { label: 'walk references, no TLB', values: carried.map(references('step')) }] : rows;
}

function timeSection(bench: Bench, subject: Subject, columns: readonly TechniqueName[]): Section {
  const milliseconds = bestTimes(
    bench.rounds,
    columns.map((technique) => () => {
      const ran = run(bench, subject, technique);
      return ran instanceof Refusal ? Infinity : ran.milliseconds;
    }),
  );
  return {
    title: 'Wall time',
    text: `Measured in this run, each technique in turn, the best of ${bench.rounds}. These numbers differ from run to run; all others do not.`,
    table: {
      head: 'wall time',
      columns,
      rows: [
        { label: 'milliseconds', values: milliseconds, digits: 1 },
        { label: 'relative to bare', values: milliseconds.map((each) => each / milliseconds[0]), digits: 2 },
      ],
    },
    measured: true,
  };
}
