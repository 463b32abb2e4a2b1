/** `hv compare io`: what a block of 4 KiB costs, read from each kind of disk, under every technique. */
import { MemoryStore, type Program } from '#machine';
import type { Counters, TechniqueName, VmConfig } from '#vmm';
import { UsageError } from '../errors';
import { readGuest } from '../lab';
import type { Comparison, Section } from './comparison';
import { causeRows, exitRows } from './quantities';
import { bestTimes, Refusal, run, techniques, type Bench, type Ran, type Subject } from './run';

const GUEST = 'disk-reader';
const BLOCK_BYTES = 4096;
const BATCH = 16;
/** What the second run reads more than the first is counted: by then the driver has started. */
const BLOCKS = [16, 32] as const;
const COUNTED = BLOCKS[1] - BLOCKS[0];
/** To be measured by a clock. */
const MANY_BLOCKS = 32;

/** A disk, how to drive it (the guest's own numbers), and how many blocks a request or a notification is for. */
interface Interface {
  readonly name: string;
  readonly driver: number;
  readonly atATime: number;
  readonly devices: (store: MemoryStore) => VmConfig['devices'];
}

const virtio = (store: MemoryStore): VmConfig['devices'] => ({ virtio: { disks: [{ store }] } });

const INTERFACES: readonly Interface[] = [
  { name: 'ATA', driver: 1, atATime: 1, devices: (ata) => ({ ata }) },
  { name: 'ideal', driver: 2, atATime: 1, devices: (ideal) => ({ ideal }) },
  { name: 'virtio', driver: 3, atATime: 1, devices: virtio },
  { name: 'virtio batched', driver: 3, atATime: BATCH, devices: virtio },
];

/** One technique on every interface; of each the run for fewer and the one for more blocks. */
interface Carried {
  readonly technique: TechniqueName;
  readonly runs: readonly (readonly [Ran, Ran])[];
}

/** `technique`: whose exits are shown one by one. Throws UsageError if it does not carry the guest. */
export function compareIo(bench: Bench, { technique }: { technique: TechniqueName }): Comparison {
  const program = readGuest(GUEST);
  const { carried, leftOut } = carriers(bench, program);
  const chosen = carried.find((each) => each.technique === technique);
  if (!chosen) throw new UsageError(leftOut.find((each) => each.startsWith(technique)) ?? `${technique} is not there.`);
  const columns = INTERFACES.map(({ name }) => name);
  const more = chosen.runs.map(([fewer, all]) => difference(all.counters, fewer.counters));
  const forEachBlock = (title: string, text: string, of: (counters: Counters) => number): Section => ({
    title,
    text,
    table: {
      head: 'technique',
      columns,
      unit: 'for each block',
      rows: carried.map((each) => ({
        label: each.technique,
        values: each.runs.map(([fewer, all]) => (of(all.counters) - of(fewer.counters)) / COUNTED),
        digits: 3,
      })),
    },
  });
  const sections: Section[] = [
    forEachBlock(
      'Exits',
      'How often the guest came out for one block, pre-emption apart.',
      ({ exits, byKind }) => exits - byKind.budget,
    ),
    {
      title: `Exits under ${technique}, by handler`,
      text: `For ${COUNTED} blocks, by what the hypervisor had to do.`,
      table: { head: 'handler', columns, unit: `for ${COUNTED} blocks`, rows: exitRows(more) },
      drawnAs: 'bars',
    },
    {
      title: `Exits under ${technique}, by cause`,
      text: 'The same exits by device, register or instruction.',
      table: { head: 'cause', columns, unit: `for ${COUNTED} blocks`, rows: causeRows(more) },
    },
    forEachBlock(
      'Bytes copied',
      'By the hypervisor and its devices, to or from the guest. On the bare machine the disk does it itself.',
      ({ memory }) => memory.bytesCopied,
    ),
    forEachBlock(
      'Instructions',
      'Run directly, without the hypervisor, for one block; adding up its words takes most of them.',
      ({ instructionsDirect }) => instructionsDirect,
    ),
  ];
  return {
    kind: 'io',
    title: 'Reading a block of 4 KiB',
    about:
      `The guest ${GUEST} on engine ${bench.engine} reads blocks and adds up what they hold; the sum has to be right. ` +
      `ATA: 8 sectors, word by word through a register. Ideal: one store moves a block. Virtio: one request a notification, or ${BATCH}, ` +
      'and an interrupt when they are done.',
    command: `hv compare io --engine ${bench.engine} --vmm ${technique}`,
    sections: bench.rounds > 0 ? [...sections, timeSection(bench, program, carried)] : sections,
    leftOut,
  };
}

function carriers(bench: Bench, program: Program): { carried: Carried[]; leftOut: string[] } {
  const carried: Carried[] = [];
  const leftOut: string[] = [];
  for (const technique of techniques()) {
    const runs = INTERFACES.map((disk) => BLOCKS.map((blocks) => run(bench, reader(program, disk, blocks), technique)));
    const refusal = runs.flat().find((ran) => ran instanceof Refusal);
    if (refusal) leftOut.push(`${technique} does not carry ${GUEST}: ${refusal.why}`);
    else carried.push({ technique, runs: runs as unknown as Carried['runs'] });
  }
  return { carried, leftOut };
}

/** The guest with its parameters set and a disk of so many blocks, and what it prints then. */
function reader(program: Program, { driver, atATime, devices }: Interface, blocks: number): Subject {
  const words = BigUint64Array.from({ length: (blocks * BLOCK_BYTES) / 8 }, (_, i) => BigInt(i) * 0x9e37_79b9n);
  const sum = words.reduce((total, word) => BigInt.asUintN(64, total + word), 0n);
  const bytes = program.bytes.slice();
  const at = Number(program.symbols.get('disk')! - program.origin);
  const view = new DataView(bytes.buffer);
  [driver, blocks, atATime].forEach((value, i) => view.setBigUint64(at + 8 * i, BigInt(value), true));
  return {
    name: GUEST,
    program: { ...program, bytes },
    devices: devices(new MemoryStore(new Uint8Array(words.buffer))),
    console: `blocks: 0x${blocks.toString(16)}\nsum: 0x${sum.toString(16)}\n`,
    exits: 1000 + 3000 * blocks,
  };
}

/** What the second run had more of: exits by kind and cause, but those that only the clock caused. */
function difference(all: Counters, fewer: Counters): Pick<Counters, 'byKind' | 'byCause'> {
  const less = <K extends string>(
    a: Readonly<Record<K, number>>,
    b: Readonly<Record<string, number>>,
  ): Record<K, number> =>
    Object.fromEntries(Object.entries<number>(a).map(([key, value]) => [key, value - (b[key] ?? 0)])) as Record<
      K,
      number
    >;
  const byCause = Object.fromEntries(
    Object.entries(all.byCause).map(([kind, causes]) => [
      kind,
      less(causes, fewer.byCause[kind as keyof Counters['byCause']]),
    ]),
  ) as Counters['byCause'];
  return { byKind: { ...less(all.byKind, fewer.byKind), budget: 0 }, byCause };
}

function timeSection(bench: Bench, program: Program, carried: readonly Carried[]): Section {
  const works = carried.flatMap(({ technique }) =>
    INTERFACES.map((disk) => () => {
      const ran = run(bench, reader(program, disk, MANY_BLOCKS), technique);
      return ran instanceof Refusal ? Infinity : ran.milliseconds;
    }),
  );
  const times = bestTimes(bench.rounds, works);
  return {
    title: 'Wall time',
    text: `Measured in this run, each in turn, the best of ${bench.rounds}. These numbers differ from run to run; all others do not.`,
    table: {
      head: 'technique',
      columns: INTERFACES.map(({ name }) => name),
      unit: 'microseconds for each block',
      rows: carried.map(({ technique }, i) => ({
        label: technique,
        values: INTERFACES.map((_, column) => (1000 * times[i * INTERFACES.length + column]) / MANY_BLOCKS),
        digits: 1,
      })),
    },
    measured: true,
  };
}
