/** How long it takes until something happens. Each program is a new process, by wall time; the steps within are of a warm process. */
import { createMachine, loadImage } from '#machine';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { best, times, wallMs } from '../clock';
import { interpreterModule } from '../../src/machine/engine/interpreter/module';
import { fixed, printTable } from '../table';

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
  printTable(
    'Start, wall time',
    ['', ''],
    [
      [`generate the interpreter, ${size} bytes`, ms(generate)],
      ['a machine with a loaded guest', ms(machine)],
      ...commands,
    ],
  );
}
