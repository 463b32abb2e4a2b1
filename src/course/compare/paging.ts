/** `hv compare paging`: what translation costs each technique, from a guest that only loses translations to one that only changes them. */
import { isDeepStrictEqual } from 'node:util';
import type { Program } from '#machine';
import type { Counters, TechniqueName } from '#vmm';
import { UsageError } from '../errors';
import { readGuest } from '../lab';
import type { Comparison, Row, Section } from './comparison';
import { crossing } from './crossing';
import { bestTimes, Refusal, run, techniques, type Bench, type Ran, type Subject } from './run';

export interface PagingOptions {
  /** What an exit, with all that the hypervisor does about it, costs in page-table references. */
  readonly exitCost: number;
}

const GUEST = 'page-mix';
/** Of this many operations in a round. */
const OPERATIONS = 100;
const UPDATES = [0, 1, 2, 3, 4, 5, 10, 20, 40, 60, 80, 100];
const ROUNDS = 4;
/** To be measured by a clock. */
const LONG_ROUNDS = 40;
/** Smaller than a large page, so that no table of the host's can have one for the guest's RAM. */
const PIECE_BYTES = 2 ** 16;

/** One technique's costs of an operation, for each mix. */
interface Line extends Way {
  readonly references: readonly number[];
  readonly exits: readonly number[];
}

/** A technique, and how the host gave the guest its RAM. */
interface Way {
  readonly technique: TechniqueName;
  readonly pieceBytes?: number;
}

const nameOf = ({ technique, pieceBytes }: Way): string =>
  pieceBytes === undefined ? technique : `${technique} (scattered)`;

export function comparePaging(bench: Bench, { exitCost }: PagingOptions): Comparison {
  const program = readGuest(GUEST);
  const { lines, leftOut } = linesOf(bench, program);
  const columns = lines.map(nameOf);
  const rows = (values: (line: Line) => readonly number[]): Row[] =>
    UPDATES.map((updates, i) => ({ label: `${updates} %`, values: lines.map((line) => values(line)[i]), digits: 2 }));
  const cost = ({ references, exits }: Line): number[] => references.map((each, i) => each + exitCost * exits[i]);
  const table = (values: (line: Line) => readonly number[], unit: string): Section['table'] => ({
    head: 'updates',
    columns,
    rows: rows(values),
    unit,
  });
  const virtual = lines.slice(1).map((line) => ({ ...line, name: nameOf(line), values: cost(line) }));
  const found = virtual.flatMap((a, i) =>
    virtual.slice(i + 1).flatMap((b) => (a.technique === b.technique ? [] : [crossing(UPDATES, a, b)])),
  );
  const sections: Section[] = [
    {
      title: 'Cost of an operation',
      text:
        `The model: references + ${exitCost} x exits. On AMD's processors an exit and the way back take some 1,350 cycles (M. Roth, ` +
        `LKML, December 2020); what a reference takes depends on the caches, so the ratio is yours to set: --exit-cost. ${found.join(' ')}`.trim(),
      table: table(cost, 'in references'),
      drawnAs: 'lines',
    },
    {
      title: 'Page-table references',
      text: 'Entries that the hart read for one operation. With n levels of the guest and m of the host, a miss takes (n + 1)(m + 1) - 1.',
      table: table(({ references }) => references, 'for each operation'),
      drawnAs: 'lines',
    },
    {
      title: 'Exits',
      text: 'How often the guest came out for one operation.',
      table: table(({ exits }) => exits, 'for each operation'),
      drawnAs: 'lines',
    },
  ];
  return {
    kind: 'paging',
    title: 'Changing page tables, and losing translations',
    about:
      `The guest ${GUEST} on engine ${bench.engine}: of ${OPERATIONS} operations, so many are updates (an entry gets another frame, ` +
      'sfence.vma, a load), and the others are misses (a load whose translation the TLB has lost). ' +
      `Counted over ${ROUNDS} rounds of these, after a first one that is not counted. ` +
      'Scattered: the RAM in pieces of 64 KiB all over the host, so that the host can use no large pages for it.',
    command: `hv compare paging --engine ${bench.engine} --exit-cost ${exitCost}`,
    sections: bench.rounds > 0 ? [...sections, timeSection(bench, program, lines)] : sections,
    leftOut,
  };
}

/** A line for each technique, and one more if scattered RAM makes a difference to it. */
function linesOf(bench: Bench, program: Program): { lines: Line[]; leftOut: string[] } {
  const lines: Line[] = [];
  const leftOut: string[] = [];
  for (const technique of techniques()) {
    const line = lineOf(bench, program, { technique });
    if (typeof line === 'string') {
      leftOut.push(line);
      continue;
    }
    lines.push(line);
    const scattered = lineOf(bench, program, { technique, pieceBytes: PIECE_BYTES });
    if (typeof scattered !== 'string' && !isDeepStrictEqual(scattered.references, line.references))
      lines.push(scattered);
  }
  if (lines[0]?.technique !== 'bare') throw new UsageError(leftOut[0]);
  return { lines, leftOut };
}

/** What the rounds after the first took: by then all that happens once has happened. Or why this technique has no line. */
function lineOf(bench: Bench, program: Program, way: Way): Line | string {
  const { technique, pieceBytes } = way;
  const runs = (rounds: number) =>
    UPDATES.map((updates) => run(bench, { ...mix(program, rounds, updates), pieceBytes }, technique));
  const [first, all] = [runs(1), runs(1 + ROUNDS)];
  const refusal = [...first, ...all].find((ran) => ran instanceof Refusal);
  if (refusal) return `${technique} does not carry ${GUEST}: ${refusal.why}`;
  const each = (count: (counters: Counters) => number): number[] =>
    all.map((ran, i) => (count((ran as Ran).counters) - count((first[i] as Ran).counters)) / (ROUNDS * OPERATIONS));
  if (each(({ instructionsDirect }) => instructionsDirect)[0] === 0) {
    return `${technique} runs no instruction of the guest directly, so references and exits do not say what it costs.`;
  }
  return {
    ...way,
    references: each(({ walkReferences }) => walkReferences),
    exits: each(({ exits, byKind }) => exits - byKind.ecall), // it calls only to print, and some numbers are longer than others
  };
}

/** The guest with its parameters set, and what it prints then. */
function mix(program: Program, rounds: number, updates: number): Subject {
  const bytes = program.bytes.slice();
  const at = Number(program.symbols.get('rounds')! - program.origin);
  const parameters = [rounds, updates, OPERATIONS - updates];
  const view = new DataView(bytes.buffer);
  parameters.forEach((value, i) => view.setBigUint64(at + 8 * i, BigInt(value), true));
  const [changed, missed] = [rounds * updates, rounds * (OPERATIONS - updates)];
  const sum = alternating(changed, 11, 7) + alternating(missed, 3, 5);
  const console = `updates: 0x${changed.toString(16)}\nmisses: 0x${missed.toString(16)}\nsum: 0x${sum.toString(16)}\n`;
  return { name: GUEST, program: { ...program, bytes }, console, exits: 1000 + 10 * rounds * OPERATIONS };
}

/** Sum of `count` numbers that are `first` and `second` in turn. */
const alternating = (count: number, first: number, second: number): number =>
  Math.ceil(count / 2) * first + Math.floor(count / 2) * second;

function timeSection(bench: Bench, program: Program, ways: readonly Way[]): Section {
  const mixes = [UPDATES[0], UPDATES[UPDATES.length >> 1], UPDATES[UPDATES.length - 1]];
  const runs = mixes.flatMap((updates) => ways.map((way) => ({ updates, way })));
  const times = bestTimes(
    bench.rounds,
    runs.map(({ updates, way }) => () => {
      const subject = { ...mix(program, LONG_ROUNDS, updates), pieceBytes: way.pieceBytes };
      const ran = run(bench, subject, way.technique);
      return ran instanceof Refusal ? Infinity : ran.milliseconds;
    }),
  );
  const microseconds = times.map((milliseconds) => (1000 * milliseconds) / (LONG_ROUNDS * OPERATIONS));
  return {
    title: 'Wall time',
    text: `Measured in this run, each in turn, the best of ${bench.rounds}: this simulator's exits and walks, not a processor's. These numbers differ from run to run.`,
    table: {
      head: 'updates',
      columns: ways.map(nameOf),
      rows: mixes.map((updates, i) => ({
        label: `${updates} %`,
        values: ways.map((_, column) => microseconds[i * ways.length + column]),
        digits: 2,
      })),
      unit: 'microseconds for each operation',
    },
    measured: true,
  };
}
