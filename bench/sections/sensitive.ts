/** Cost grows linearly with sensitive operations: the same number of instructions, more and more of which the hypervisor has to execute. */
import { pictureFile, type Section } from '#course/compare';
import { assemble } from '#machine';
import { bootReference } from '#reference';
import { imageOf, TECHNIQUES, type TechniqueName } from '#vmm';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { best, times, userSeconds } from '../clock';
import { fixed, printTable } from '../table';

const ORIGIN = 0x8020_0000n;
/** Rounds of a loop of three instructions; so many of them have a sensitive one, and the others do not. */
const ROUNDS = 100_000;
const STEPS = 5;

/** What is sensitive in the loop, and what stands there otherwise. */
const OPERATIONS = [
  { name: 'a read of sstatus', setUp: 'nop; nop', sensitive: 'csrr t0, sstatus' },
  { name: 'a call of the firmware', setUp: 'li a7, 0x10; li a6, 0', sensitive: 'ecall' },
];

type Operation = (typeof OPERATIONS)[number];

function secondsWith(technique: TechniqueName, { setUp, sensitive }: Operation, count: number): number {
  const loop = (instruction: string, rounds: number): string =>
    rounds === 0 ? '' : `li s0, ${rounds}\n1: ${instruction}\n addi s0, s0, -1\n bnez s0, 1b\n`;
  const source = `${setUp}\n${loop(sensitive, count)}${loop('nop', ROUNDS - count)}li a7, 8\n ecall`;
  const image = imageOf('sensitive', assemble(source, { origin: ORIGIN }));
  const host = bootReference({ vms: [{ name: 'bench', image, memoryBytes: 8 << 20 }], technique });
  const seconds = userSeconds(() => {
    const end = host.run(2 * ROUNDS);
    if (end !== 'all-stopped') throw new Error(`the guest is not over: ${end}`);
  });
  host.release();
  return seconds;
}

/** The line through the measured points: what one operation costs, and how far from the line the worst point is, as a part of the whole rise. */
function fit(counts: readonly number[], seconds: readonly number[]): { slope: number; worst: number } {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(counts), mean(seconds)];
  const slope =
    mean(counts.map((each, i) => (each - x) * (seconds[i] - y))) / mean(counts.map((each) => (each - x) ** 2));
  const off = counts.map((each, i) => Math.abs(seconds[i] - y - slope * (each - x)));
  return { slope, worst: Math.max(...off) / Math.abs(slope * (Math.max(...counts) - Math.min(...counts))) };
}

/** What one technique took, by how many operations there were. */
interface Line {
  readonly technique: TechniqueName;
  readonly seconds: readonly number[];
}

/** Writes the measured lines to bench/plots/sensitive.svg too, if `draws`. */
export function sensitive(root: string, rounds: number, draws: boolean): void {
  const counts = times(STEPS + 1, (i) => (i * ROUNDS) / STEPS);
  // A paravirtual kernel reads no sstatus, and calls no firmware: it makes hypercalls. On the bare machine nothing is sensitive.
  const techniques = (Object.keys(TECHNIQUES) as TechniqueName[]).filter(
    (each) => each !== 'paravirtual' && each !== 'bare',
  );
  const measured = OPERATIONS.map((operation) => ({
    operation,
    lines: measure(techniques, operation, counts, rounds),
  }));
  for (const { operation, lines } of measured) print(operation.name, counts, lines);
  if (!draws) return;
  const file = join(root, 'bench/plots/sensitive.svg');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, pictureFile(measured.map(({ operation, lines }) => section(operation.name, counts, lines))));
  console.log(`\nwritten: ${file}`);
}

/** In each round all techniques have their turn, which begins with a run that does not count: V8 has other things to compile for each. */
function measure(
  techniques: readonly TechniqueName[],
  operation: Operation,
  counts: readonly number[],
  rounds: number,
): Line[] {
  const runs = times(rounds, () =>
    techniques.map((technique) => {
      secondsWith(technique, operation, ROUNDS);
      return counts.map((count) => secondsWith(technique, operation, count));
    }),
  );
  return techniques.map((technique, t) => ({
    technique,
    seconds: counts.map((_, i) => best(runs.map((run) => run[t][i]))),
  }));
}

function print(operation: string, counts: readonly number[], lines: readonly Line[]): void {
  const rows = lines.map(({ technique, seconds }) => {
    const { slope, worst } = fit(counts, seconds);
    const isLine = slope * ROUNDS > 0.02; // below, there is nothing but noise
    return [
      technique,
      ...seconds.map((each) => fixed(each * 1000, 0)),
      isLine ? fixed(slope * 1e6, 2) : '-',
      isLine ? `${fixed(100 * worst, 0)} %` : '-',
    ];
  });
  printTable(
    `${ROUNDS / 1000},000 rounds, so many of them with ${operation}: milliseconds of user CPU time`,
    ['technique', ...counts.map(inThousands), 'µs each', 'off the line'],
    rows,
  );
}

const inThousands = (count: number): string => `${count / 1000} k`;

const section = (operation: string, counts: readonly number[], lines: readonly Line[]): Section => ({
  title: `${ROUNDS / 1000},000 rounds, so many of them with ${operation}`,
  text: 'Measured by npm run bench -- sensitive --plot.',
  drawnAs: 'lines',
  scale: 'linear',
  measured: true,
  table: {
    head: `rounds with ${operation}`,
    unit: 'ms of user CPU time',
    columns: lines.map(({ technique }) => technique),
    rows: counts.map((count, i) => ({
      label: inThousands(count),
      values: lines.map(({ seconds }) => seconds[i] * 1000),
      digits: 1,
    })),
  },
});
