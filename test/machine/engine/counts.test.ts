/** Counts are exact: the same on every run, and on all executors, down to the instruction. */
import { createMachine, loadImage, type Engine } from '#machine';
import { bootReference } from '#reference';
import { imageOf, type Counters } from '#vmm';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readGuest } from '../../../src/course/lab';
import { forThisTest } from '../../for-this-test';

const MEMORY_BYTES = 8 * 2 ** 20;

function countersOf(guest: string, engine: Engine): Counters {
  const vm = { name: guest, image: imageOf(guest, readGuest(guest)), memoryBytes: MEMORY_BYTES };
  const host = forThisTest(bootReference({ vms: [vm], technique: 'trap-and-emulate', engine }));
  host.run(1_000_000);
  return host.results()[0].counters;
}

it.each(['csr-torture', 'trap-torture', 'timer', 'user-programs', 'self-modifying', 'syscalls'])(
  'exits and instructions of %s under the hypervisor',
  (guest) => {
    const first = countersOf(guest, 'interpret');
    expect(first.exits).toBeGreaterThan(0);
    expect(first.instructionsDirect).toBeGreaterThan(0);
    expect(countersOf(guest, 'interpret')).toEqual(first);
    expect(countersOf(guest, 'compile')).toEqual(first);
    // Without a TLB there are more walks; all else is the same.
    expect(countersOf(guest, 'step')).toEqual({ ...first, walkReferences: expect.any(Number) });
  },
);

it('instructions and console of a program on the bare machine', () => {
  const file = join(__dirname, '../../../bench/guests/cold.bin');
  const run = (engine: Engine, budget: number): { begun: number; pc: bigint; output: string } => {
    let output = '';
    const machine = createMachine({ engine, console: (byte) => (output += String.fromCharCode(byte)) });
    machine.load({ kernel: loadImage(readFileSync(file), 'cold') });
    machine.run(budget);
    const [{ begun, pc }] = machine.harts;
    return { begun, pc, output };
  };
  const whole = run('interpret', 10_000_000);
  expect(whole.output).toBe('65eaa1324a9de794\n'); // as QEMU 7.2 prints
  expect(run('interpret', 10_000_000)).toEqual(whole);
  expect(run('compile', 10_000_000)).toEqual(whole);
  expect(run('step', 500_000)).toEqual(run('interpret', 500_000));
});
