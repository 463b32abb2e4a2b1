/** What listening costs: the same work with and without somebody who wants to be told. */
import { createMachine, loadImage } from '#machine';
import { readGuest } from '#course/lab';
import { bootReference } from '#reference';
import { imageOf, type TraceEvent } from '#vmm';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { best, times, userSeconds } from '../clock';
import { fixed, printTable } from '../table';

const STEPS = 2_000_000;

/** The stepping executor tells of each instruction. */
function steppingSeconds(root: string, listen: boolean): number {
  const machine = createMachine({ engine: 'step' });
  machine.load({ kernel: loadImage(readFileSync(join(root, 'bench/guests/memory.bin')), 'memory') });
  let heard = 0;
  if (listen) machine.harts[0].onRetire = () => void heard++;
  const seconds = userSeconds(() => machine.run(STEPS));
  if (listen && heard === 0) throw new Error('nothing was heard');
  return seconds;
}

/** The hypervisor tells of each exit. */
function hypervisorSeconds(listen: boolean): number {
  const image = imageOf('csr-torture', readGuest('csr-torture'));
  let heard = 0;
  const onEvent = listen ? (_event: TraceEvent): void => void heard++ : undefined;
  return userSeconds(() => {
    for (let i = 0; i < 20; i++) {
      const vm = { name: 'bench', image, memoryBytes: 8 << 20 };
      bootReference({ vms: [vm], technique: 'trap-and-emulate', onEvent }).run(1_000_000);
    }
  });
}

export function trace(root: string, rounds: number): void {
  const row = (name: string, measure: (listen: boolean) => number): string[] => {
    const runs = times(rounds, () => [measure(false), measure(true)]); // alternately
    const [silent, told] = [0, 1].map((i) => best(runs.map((run) => run[i])));
    return [
      name,
      `${fixed(silent * 1000, 0)} ms`,
      `${fixed(told * 1000, 0)} ms`,
      `+${fixed((told / silent - 1) * 100, 0)} %`,
    ];
  };
  printTable(
    'Tracing, user CPU time',
    ['', 'without', 'with', 'overhead'],
    [
      row(`each of ${STEPS / 1e6} M instructions, engine step`, (listen) => steppingSeconds(root, listen)),
      row('each exit of csr-torture, 20 boots', hypervisorSeconds),
    ],
  );
}
