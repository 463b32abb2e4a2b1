/**
 * Random drivers (fuzzer.ts) against each virtio device: after every step the invariants are checked that trusted virtual machine
 * monitors promise of their devices. WORLDSWITCH_FUZZ sets the number of descriptors, by default 10^5; the seed of a failure is printed.
 * A descriptor counts when the device has read it.
 */
import { PhysicalMemory } from '#machine';
import { RAM_BASE } from './driver';
import { Fuzzer, RAM_BYTES } from './fuzzer';
import { KINDS } from './fuzzed-devices';

const DESCRIPTORS = Number(process.env.WORLDSWITCH_FUZZ ?? 1e5);
/** Descriptors that a device reads under one seed, before the next seed starts. */
const PER_SEED = 2500;
/** Seeds after which memory outside RAM is looked at: there is a lot of it. */
const BATCH = 40;

/** No device writes this often, so that a stray 0 shows too. */
const CANARY = 0xa5;
const CHUNK = new Uint8Array(2 ** 20).fill(CANARY);

/** What is not RAM: there lie the harts' registers, were there harts. */
const outside = (memory: PhysicalMemory): Uint8Array => memory.u8.subarray(0, memory.linear(RAM_BASE, 0));

function expectUntouched(memory: PhysicalMemory): void {
  const bytes = outside(memory);
  for (let at = 0; at < bytes.length; at += CHUNK.length) {
    const chunk = bytes.subarray(at, at + CHUNK.length);
    expect(Buffer.compare(chunk, CHUNK.subarray(0, chunk.length))).toBe(0);
  }
}

/** One memory for all seeds, as a new one is the dearest part of a run. */
const memory = new PhysicalMemory(RAM_BYTES);
beforeAll(() => outside(memory).fill(CANARY));
afterAll(() => {
  outside(memory).fill(0);
  memory.release();
});

function run(kind: string, seed: number): Fuzzer {
  memory.u8.fill(0, memory.linear(RAM_BASE, RAM_BYTES));
  const fuzzer = new Fuzzer(kind, seed, memory);
  try {
    while (fuzzer.watch.descriptors < PER_SEED) fuzzer.step();
  } catch (error) {
    throw new Error(`${kind}, seed ${seed}, after ${fuzzer.watch.descriptors} descriptors`, { cause: error });
  }
  return fuzzer;
}

describe.each(Object.keys(KINDS))('%s', (kind) => {
  const seeds = Math.max(2, Math.ceil(DESCRIPTORS / Object.keys(KINDS).length / PER_SEED));

  test(`seeds 1 to ${seeds}, ${PER_SEED} descriptors each: nothing escapes, work is bounded, a reset makes it new`, () => {
    const total = { used: 0, needsReset: 0, reset: 0, inFlight: 0 };
    for (let seed = 1; seed <= seeds; seed++) {
      const { seen } = run(kind, seed);
      for (const key of ['used', 'needsReset', 'reset', 'inFlight'] as const) total[key] += seen[key];
      if (seed % BATCH === 0 || seed === seeds) expectUntouched(memory);
    }
    // It reached what it is meant to reach.
    for (const count of Object.values(total)) expect(count).toBeGreaterThan(seeds);
  });

  test('the same seed does the same', () => {
    const [first, second] = [0, 1].map(() => ({ saved: run(kind, 77).slot.save(), ram: memory.u8.slice(-RAM_BYTES) }));
    expect([first.saved, Buffer.compare(first.ram, second.ram)]).toEqual([second.saved, 0]);
  });
});
