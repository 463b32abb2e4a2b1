/**
 * Random drivers (fuzzer.ts) against each virtio device: after every step the invariants are checked that trusted virtual machine
 * monitors promise of their devices. WORLDSWITCH_FUZZ sets the number of descriptors, by default 10^5; the seed of a failure is printed.
 */
import type { PhysicalMemory } from '#machine';
import { RAM_BASE } from './driver';
import { Fuzzer } from './fuzzer';
import { KINDS } from './fuzzed-devices';

const DESCRIPTORS = Number(process.env.WORLDSWITCH_FUZZ ?? 1e5);
/** Descriptors that one seed writes before the next seed starts. */
const PER_SEED = 2500;

/** Bytes before RAM: the harts' registers, were there harts. */
const outside = (memory: PhysicalMemory): Uint8Array => memory.u8.subarray(0, memory.linear(RAM_BASE, 0));

function run(kind: string, seed: number): Fuzzer {
  const fuzzer = new Fuzzer(kind, seed);
  const before = outside(fuzzer.memory).slice();
  try {
    while (fuzzer.described < PER_SEED) fuzzer.step();
  } catch (error) {
    throw new Error(`${kind}, seed ${seed}, after ${fuzzer.described} descriptors`, { cause: error });
  }
  expect(Buffer.compare(before, outside(fuzzer.memory))).toBe(0);
  return fuzzer;
}

describe.each(Object.keys(KINDS))('%s', (kind) => {
  const seeds = Math.max(2, Math.ceil(DESCRIPTORS / Object.keys(KINDS).length / PER_SEED));

  test(`seeds 1 to ${seeds}, ${PER_SEED} descriptors each: nothing escapes, work is bounded, a reset makes it new`, () => {
    const total = { used: 0, needsReset: 0, reset: 0, inFlight: 0 };
    for (let seed = 1; seed <= seeds; seed++) {
      const { memory, seen } = run(kind, seed);
      for (const key of ['used', 'needsReset', 'reset', 'inFlight'] as const) total[key] += seen[key];
      memory.release();
    }
    // It reached what it is meant to reach.
    for (const count of Object.values(total)) expect(count).toBeGreaterThan(seeds);
  });

  test('the same seed does the same', () => {
    const [first, second] = [run(kind, 77), run(kind, 77)];
    expect([first.slot.save(), Buffer.compare(first.ram.bytes, second.ram.bytes)]).toEqual([second.slot.save(), 0]);
  });
});
