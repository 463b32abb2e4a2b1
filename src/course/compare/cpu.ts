/** `hv compare cpu`: one guest under every technique that can carry it: unchanged, or ported where the technique is for ported guests. */
import { portedGuests } from '#guests';
import { TECHNIQUES, type TechniqueName } from '#vmm';
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
  readonly subject: Subject;
  readonly ran: Ran;
}

/** Throws UsageError for a guest that never ends, and for one that the bare machine does not carry either. */
export function compareCpu(bench: Bench, { guest, withoutTlb }: CpuOptions): Comparison {
  const { stop } = findGuest(guest);
  if (stop !== 'shutdown') {
    throw new UsageError(`${guest} does not end by itself, so there is nothing to compare; choose another guest.`);
  }
  const { carried, leftOut } = carriers(bench, guest);
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
        rows: [...countRows(counters), ...walkRows(bench, carried, withoutTlb)],
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
    about: `The guest ${guest}, ${changes(guest, carried)}, on engine ${bench.engine}.`,
    command: `hv compare cpu --guest ${guest} --engine ${bench.engine}${withoutTlb ? ' --no-tlb' : ''}`,
    sections: bench.rounds > 0 ? [...sections, timeSection(bench, carried)] : sections,
    leftOut,
  };
}

function carriers(bench: Bench, guest: string): { carried: Carried[]; leftOut: string[] } {
  const carried: Carried[] = [];
  const leftOut: string[] = [];
  for (const technique of techniques()) {
    const subject = subjectFor(technique, guest);
    const ran = run(bench, subject, technique);
    if (!(ran instanceof Refusal)) carried.push({ technique, subject, ran });
    else if (technique === 'bare') throw new UsageError(`The bare machine does not carry ${subject.name}: ${ran.why}`);
    else leftOut.push(`${technique} does not carry ${subject.name}: ${ran.why}`);
  }
  return { carried, leftOut };
}

/** The guest, or its port if the technique is for ported guests and there is one. Both print the same. */
function subjectFor(technique: TechniqueName, guest: string): Subject {
  const port = TECHNIQUES[technique].ported && portedGuests.find(({ portOf }) => portOf === guest);
  const { name, console, budget } = port ?? findGuest(guest);
  return { name, program: readGuest(name), console, exits: 100 * budget };
}

function changes(guest: string, carried: readonly Carried[]): string {
  const ports = carried.filter(({ subject }) => subject.name !== guest);
  return ['unchanged', ...ports.map(({ technique, subject }) => `under ${technique} as ${subject.name}`)].join(', ');
}

function walkRows(bench: Bench, carried: readonly Carried[], withoutTlb: boolean): Section['table']['rows'] {
  const references =
    (engine: Bench['engine']) =>
    ({ technique, subject, ran }: Carried): number | undefined => {
      const again = engine === bench.engine ? ran : run(bench, subject, technique, engine);
      return again instanceof Refusal ? undefined : again.counters.walkReferences;
    };
  const cached = bench.engine === 'step' ? 'interpret' : bench.engine;
  const rows = [{ label: 'walk references, TLB', values: carried.map(references(cached)) }];
  return withoutTlb ? [...rows, { label: 'walk references, no TLB', values: carried.map(references('step')) }] : rows;
}

function timeSection(bench: Bench, carried: readonly Carried[]): Section {
  const milliseconds = bestTimes(
    bench.rounds,
    carried.map(({ technique, subject }) => () => {
      const ran = run(bench, subject, technique);
      return ran instanceof Refusal ? Infinity : ran.milliseconds;
    }),
  );
  return {
    title: 'Wall time',
    text: `Measured in this run, each technique in turn, the best of ${bench.rounds}. These numbers differ from run to run; all others do not.`,
    table: {
      head: 'wall time',
      columns: carried.map(({ technique }) => technique),
      rows: [
        { label: 'milliseconds', values: milliseconds, digits: 1 },
        { label: 'relative to bare', values: milliseconds.map((each) => each / milliseconds[0]), digits: 2 },
      ],
    },
    measured: true,
  };
}
