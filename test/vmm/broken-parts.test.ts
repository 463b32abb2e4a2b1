/** A part that breaks "takes down its VM with the verdict's sentence, not the program" (issue 6): the other VMs go on to their ends. */
import { readGuest } from '#course/lab';
import { bootReference } from '#reference';
import { imageOf, todo, type Parts, type VmResult } from '#vmm';

interface Broken {
  readonly end: string;
  /** As "csr-torture: your ...". */
  readonly told: readonly string[];
  readonly results: readonly VmResult[];
}

function boot(parts: Partial<Parts>, exits = 100_000): Broken {
  const told: string[] = [];
  const host = bootReference({
    vms: ['csr-torture', 'hello'].map((name) => ({
      name,
      image: imageOf(name, readGuest(name)),
      memoryBytes: 2 ** 22,
    })),
    technique: 'trap-and-emulate',
    parts,
    onPartFailure: (vm, { message }) => told.push(`${vm.name}: ${message}`),
  });
  try {
    return { end: host.run(exits), told, results: host.results() };
  } finally {
    host.release();
  }
}

const HELLO = 'Hello from S-mode, hart 0\n';

test.each<[string, Parts['virtualSupervisor'], string]>([
  [
    'lies',
    () => 'advanced' as never,
    "your `virtualSupervisor` returned 'advanced'; it must return 'advance', 'redirected', 'block' or 'illegal'.",
  ],
  [
    'throws',
    () => {
      throw new RangeError('no such bit');
    },
    'your `virtualSupervisor` threw RangeError: no such bit',
  ],
  ['is not written', () => todo('emulate'), 'not written yet: emulate'],
])('a part that %s ends the VM that needed it; the other one never notices', (_, virtualSupervisor, sentence) => {
  // hello executes no privileged instruction: it only calls its firmware.
  const { end, told, results } = boot({ virtualSupervisor });
  expect(told).toEqual([`csr-torture: ${sentence}`]);
  expect(end).toBe('all-stopped');
  expect(results.map(({ stop }) => stop?.why)).toEqual(['crashed', 'shutdown']);
  expect(results[0].stop?.detail).toBe(sentence);
  expect(results[1].console).toBe(HELLO);
});

test('a run loop is that of all: all of them end, each told once', () => {
  const { end, told, results } = boot({ runLoop: () => 'done' as never });
  expect(end).toBe('all-stopped');
  expect(told.map((line) => line.split(':')[0])).toEqual(['csr-torture', 'hello']);
  expect(results.map(({ stop }) => stop?.why)).toEqual(['crashed', 'crashed']);
});

test('the exits that were taken before it broke count', () => {
  // hello takes 28 exits to its end (`hv trace hello`).
  const { end, told, results } = boot({ virtualSupervisor: () => 'x' as never }, 20);
  expect(told).toHaveLength(1);
  expect(end).toBe('out-of-budget');
  expect(results.reduce((sum, { counters }) => sum + counters.exits, 0)).toBe(20);
});

test('without somebody who hears of it, the run throws what the part did', () => {
  const host = bootReference({
    vms: [{ name: 'csr-torture', image: imageOf('csr-torture', readGuest('csr-torture')), memoryBytes: 2 ** 22 }],
    technique: 'trap-and-emulate',
    parts: { virtualSupervisor: () => 'x' as never },
  });
  expect(() => host.run(1000)).toThrow("your `virtualSupervisor` returned 'x'");
  host.release();
});
