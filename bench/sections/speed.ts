/** The three executors and QEMU on the same guests, alternately. */
import { createMachine, loadImage, type Engine } from '#machine';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { best, times, userSeconds } from '../clock';
import { hasQemu, runOnQemu } from '../qemu';
import { fixed, printTable } from '../table';

/** Guest, what it stands for, and the parts of QEMU's speed that the compiler and the interpreter are to reach. */
const GUESTS = [
  { name: 'sieve', about: 'compute', compile: 1.2, interpret: 0.2 },
  { name: 'memory', about: 'memory', compile: 0.95, interpret: 0.2 },
  { name: 'float', about: 'floating point', compile: 0.5, interpret: 0.3 },
  { name: 'calls', about: 'indirect calls', compile: 1.2, interpret: 0.5 },
  { name: 'traps', about: 'traps', compile: 1.5, interpret: 1 },
  { name: 'cold', about: 'cold code', compile: 1.5, interpret: 1 },
];

/** The stepping executor would take minutes. */
const MOST_STEPPED = 2_000_000;

interface Measured {
  readonly instructions: number;
  readonly mips: number;
  readonly output: string;
}

/** Runs a guest on a new machine to its end, or for `limit` instructions. The time includes making the machine. */
function runOnMachine(file: string, engine: Engine, limit = Infinity): Measured {
  const bytes = readFileSync(file);
  let output = '';
  let instructions = 0;
  const seconds = userSeconds(() => {
    const machine = createMachine({ engine, console: (byte) => (output += String.fromCharCode(byte)) });
    machine.load({ kernel: loadImage(bytes, file, { rawAddress: 0x8000_0000 }) });
    machine.run(Math.min(limit, Number.MAX_SAFE_INTEGER));
    instructions = machine.harts[0].begun;
  });
  return { instructions, mips: instructions / seconds / 1e6, output };
}

interface Round {
  readonly qemu: { seconds: number; output: string } | undefined;
  readonly compile: Measured;
  readonly interpret: Measured;
  readonly step: Measured;
}

/** All must have done the same work. */
function check(name: string, runs: readonly Round[]): void {
  const { instructions, output } = runs[0].interpret;
  for (const { qemu, compile, interpret } of runs) {
    for (const run of [compile, interpret]) {
      if (run.instructions !== instructions) throw new Error(`${name}: the count of instructions differs`);
      if (run.output !== output) throw new Error(`${name}: the results differ`);
    }
    if (qemu && qemu.output !== output) throw new Error(`${name}: QEMU prints ${qemu.output}, not ${output}`);
  }
}

const fastest = (runs: readonly Round[], engine: Engine): number => -best(runs.map((run) => -run[engine].mips));

export function speed(root: string, rounds: number): void {
  const qemu = hasQemu();
  const rows = GUESTS.map((guest) => {
    const file = join(root, 'bench/guests', `${guest.name}.bin`);
    const runs = times(rounds, () => ({
      qemu: qemu ? runOnQemu(file) : undefined,
      compile: runOnMachine(file, 'compile'),
      interpret: runOnMachine(file, 'interpret'),
      step: runOnMachine(file, 'step', MOST_STEPPED),
    }));
    check(guest.name, runs);
    const millions = runs[0].interpret.instructions / 1e6;
    const anchor = qemu ? millions / best(runs.map((run) => run.qemu!.seconds)) : NaN;
    const against = (engine: 'compile' | 'interpret'): string[] => {
      const ratio = fastest(runs, engine) / anchor;
      return qemu
        ? [fixed(ratio, 2), String(guest[engine]), ratio >= guest[engine] ? 'reached' : 'MISSED']
        : ['-', '', ''];
    };
    return [
      `${guest.name} (${guest.about})`,
      `${fixed(millions, 1)} M`,
      qemu ? fixed(anchor, 0) : '-',
      fixed(fastest(runs, 'compile'), 0),
      fixed(fastest(runs, 'interpret'), 0),
      fixed(fastest(runs, 'step'), 2),
      ...against('compile'),
      ...against('interpret'),
    ];
  });
  const ratios = ['compile', 'interpret'].flatMap((engine) => [`${engine}/QEMU`, 'goal', '']);
  printTable(
    'Speed, in millions of instructions a second of user CPU time',
    ['guest', 'instructions', 'QEMU', 'compile', 'interpret', 'step', ...ratios],
    rows,
  );
  if (!qemu) console.log('  qemu-system-riscv64 is not installed: no ratios.');
}
