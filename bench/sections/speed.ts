/** Both executors and QEMU on the same guests, alternately. */
import { createMachine, loadImage, type Engine } from '#machine';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { best, times, userSeconds } from '../clock';
import { hasQemu, runOnQemu } from '../qemu';
import { fixed, printTable } from '../table';

/** Guest, what it stands for, and the part of QEMU's speed that the interpreter is to reach. */
const GUESTS = [
  { name: 'sieve', about: 'compute', goal: 0.2 },
  { name: 'memory', about: 'memory', goal: 0.2 },
  { name: 'float', about: 'floating point', goal: 0.3 },
  { name: 'calls', about: 'indirect calls', goal: 0.5 },
  { name: 'traps', about: 'traps', goal: 1 },
  { name: 'cold', about: 'cold code', goal: 1 },
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

export function speed(root: string, rounds: number): void {
  const qemu = hasQemu();
  const rows = GUESTS.map(({ name, about, goal }) => {
    const file = join(root, 'bench/guests', `${name}.bin`);
    const runs = times(rounds, () => ({
      qemu: qemu ? runOnQemu(file) : undefined,
      interpret: runOnMachine(file, 'interpret'),
      step: runOnMachine(file, 'step', MOST_STEPPED),
    }));
    const { instructions, output } = runs[0].interpret;
    for (const run of runs) {
      if (run.interpret.instructions !== instructions) throw new Error(`${name}: the count of instructions differs`);
      if (run.interpret.output !== output) throw new Error(`${name}: the results differ`);
      if (run.qemu && run.qemu.output !== output)
        throw new Error(`${name}: QEMU prints ${run.qemu.output}, not ${output}`);
    }
    const interpret = -best(runs.map((run) => -run.interpret.mips));
    const step = -best(runs.map((run) => -run.step.mips));
    const anchor = qemu ? instructions / best(runs.map((run) => run.qemu!.seconds)) / 1e6 : NaN;
    const ratio = interpret / anchor;
    return [
      `${name} (${about})`,
      `${fixed(instructions / 1e6, 1)} M`,
      qemu ? fixed(anchor, 0) : '-',
      fixed(interpret, 0),
      fixed(step, 2),
      qemu ? fixed(ratio, 2) : '-',
      String(goal),
      !qemu ? '' : ratio >= goal ? 'reached' : 'MISSED',
    ];
  });
  printTable(
    'Speed, in millions of instructions a second of user CPU time',
    ['guest', 'instructions', 'QEMU', 'interpret', 'step', 'interpret/QEMU', 'goal', ''],
    rows,
  );
  if (!qemu) console.log('  qemu-system-riscv64 is not installed: no ratios.');
}
