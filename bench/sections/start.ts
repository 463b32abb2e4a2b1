/** How long it takes until something happens. Each program is a new process, by wall time; the steps within are of a warm process. */
import { createMachine, loadImage } from '#machine';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { best, times, wallMs } from '../clock';
import { interpreterModule } from '../../src/machine/engine/interpreter/module';
import { fixed, printTable } from '../table';

/** "Start to first instruction", in milliseconds of wall time. */
const GOAL = 100;

/** Says on its error output how many milliseconds after its first line the guest has written something, which it does at once. */
const TO_FIRST_OUTPUT = `
  const start = performance.now();
  process.stdout.write = () => process.exit(void process.stderr.write(String(performance.now() - start)));
  process.argv.splice(1, 1, 'hv', 'boot', 'hello');
  require(HV);`;

const COMMANDS = [['--version'], ['status'], ['list'], ['boot', 'hello']];

export function start(root: string, rounds: number): void {
  let size = 0;
  const generate = best(times(rounds, () => wallMs(() => (size = interpreterModule(0).length))));
  const guest = readFileSync(join(root, 'bench/guests/sieve.bin'));
  const machine = best(
    times(rounds, () => wallMs(() => createMachine({}).load({ kernel: loadImage(guest, 'sieve') }))),
  );
  const ms = (value: number): string => `${fixed(value, 1)} ms`;
  const commands = COMMANDS.map((words) => {
    const hv = (): number =>
      wallMs(() => spawnSync(process.execPath, [join(root, 'bin/hv.cjs'), ...words], { input: '', cwd: root }));
    return [`hv ${words.join(' ')}`, ms(best(times(rounds, hv)))];
  });
  const program = TO_FIRST_OUTPUT.replace('HV', JSON.stringify(join(root, 'bin/hv.cjs')));
  const first = best(
    times(rounds, () => {
      const { stderr } = spawnSync(process.execPath, ['-e', program, '-'], { input: '', cwd: root, encoding: 'utf8' });
      return Number(stderr);
    }),
  );
  printTable(
    'Start, wall time',
    ['', ''],
    [
      [
        `hv boot hello, to the guest's first output; at most ${GOAL} ms`,
        `${ms(first)}${first > GOAL ? ', MISSED' : ''}`,
      ],
      [`generate the interpreter, ${size} bytes`, ms(generate)],
      ['a machine with a loaded guest', ms(machine)],
      ...commands,
    ],
  );
}
