/** Leaving the guest and entering it again: what one exit costs, for the hart alone and for the whole hypervisor. */
import { assemble, createMachine, enterSupervisor, type Hart } from '#machine';
import { bootReference } from '#reference';
import { imageOf } from '#vmm';
import { best, times, userSeconds } from '../clock';
import { fixed, printTable } from '../table';

const ORIGIN = 0x8020_0000n;

/** One endless loop for each kind of exit, with one exit a round. `setUp` runs once. */
const LOOPS = [
  { exit: 'SBI call', setUp: 'li a7, 0x10; li a6, 0', loop: 'ecall' },
  { exit: 'privileged instruction', setUp: '', loop: 'csrr a0, sstatus' },
  { exit: 'device register', setUp: 'li s0, 0x10000000', loop: 'lbu a0, 5(s0)' },
];

/** Traps from U- to S-mode whose software is two lines of TypeScript: skip the instruction, run again. */
function hartSeconds(instruction: string, count: number): number {
  const machine = createMachine({ nativeMode: 'S' });
  const [hart] = machine.harts;
  machine.ram.copyIn(Number(ORIGIN), assemble(`loop: ${instruction}\n j loop`, { origin: ORIGIN }).bytes);
  enterSupervisor(hart);
  hart.csr.write('sepc', ORIGIN);
  const some = (n: number): void => {
    for (let i = 0; i < n; i++) roundTrip(hart);
  };
  some(count / 4);
  return userSeconds(() => some(count));
}

function roundTrip(hart: Hart): void {
  const stop = hart.run(1_000_000);
  if (stop.why !== 'trap') throw new Error(`expected a trap, got ${stop.why}`);
  hart.csr.write('sepc', hart.csr.read('sepc') + 4n);
}

/** Under the reference hypervisor, by trap and emulate. */
function hypervisorSeconds(setUp: string, loop: string, count: number): number {
  const program = assemble(`${setUp}\nloop: ${loop}\n j loop`, { origin: ORIGIN });
  const host = bootReference({
    vms: [{ name: 'bench', image: imageOf('bench', program), memoryBytes: 8 << 20 }],
    technique: 'trap-and-emulate',
  });
  host.run(count / 4);
  return userSeconds(() => {
    host.run(count);
  });
}

export function roundTrips(_root: string, rounds: number): void {
  const count = 200_000;
  const microseconds = (measure: () => number): string => fixed((best(times(rounds, measure)) / count) * 1e6, 2);
  const rows = [
    ['hart: ecall', microseconds(() => hartSeconds('ecall', count))],
    ['hart: illegal instruction', microseconds(() => hartSeconds('csrr a0, sstatus', count))],
    ...LOOPS.map(({ exit, setUp, loop }) => [
      `hypervisor: ${exit}`,
      microseconds(() => hypervisorSeconds(setUp, loop, count)),
    ]),
  ];
  printTable('One exit and the way back, in microseconds', ['exit', 'µs'], rows);
}
