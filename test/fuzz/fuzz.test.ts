/**
 * Random attackers beside a bystander, under every technique: guest programs, SBI calls, devices, virtqueues, files of machines. After
 * each case the invariants of invariants.ts hold. `npm run fuzz` runs as many as one likes (main.ts); CI, 100,000.
 */
import { referenceParts } from '../../src/reference';
import { printCase, type GuestCase } from './case';
import { caseOf } from './generate';
import { minimize } from './minimize';
import { readRegression, regressions } from './regression';
import { failureOf, Runner } from './runner';
import { Stage } from './stage';

const CASES = Number(process.env.WORLDSWITCH_FUZZ ?? 1000);

jest.setTimeout(60_000 + 100 * CASES);

test(`cases of seeds 1 to ${CASES}: whatever an attacker does, it loses only itself`, () => {
  const runner = new Runner();
  for (let seed = 1; seed <= CASES; seed++) {
    const failure = runner.run(caseOf(seed));
    if (!failure) continue;
    const { message, cases } = minimize(failure, (tried) => failureOf(tried));
    throw new Error(`seed ${seed}: ${message}\n${cases.map((each) => printCase(each)).join('\n')}`);
  }
  runner.release();
  // They reached what they are meant to reach.
  const { exits, requestsServed, entriesUpdated, machinesRun } = runner;
  const few = CASES / 200;
  for (const [technique, { ecall, mmio, unmapped }] of Object.entries(exits)) {
    expect([technique, ecall > few]).toEqual([technique, true]);
    // An emulated hart reaches devices by itself.
    if (technique !== 'emulation') expect([technique, mmio > few, unmapped > few]).toEqual([technique, true, true]);
  }
  expect(Object.keys(exits).length).toBe(5);
  expect([requestsServed > CASES / 20, entriesUpdated > few, machinesRun > 0]).toEqual([true, true, true]);
});

test('the same seed does the same: memory, console and every count', () => {
  const outcome = (each: GuestCase): unknown => {
    const { technique, latency, large = false } = each;
    const stage = new Stage({ technique, latency, large }, referenceParts);
    stage.perform(each);
    const { memory, console, counters, stop } = stage.attacker;
    const left = structuredClone({ digest: memory.digest(), text: console.text, counters, stop });
    stage.release();
    return left;
  };
  for (let seed = 1; seed <= 100; seed++) {
    const each = caseOf(seed);
    if (each.kind !== 'configuration') expect(outcome(each)).toEqual(outcome(each));
  }
});

test.each(regressions())('%s does not fail any more', (name) => {
  const { because, cases } = readRegression(name);
  expect([because, failureOf(cases)]).toEqual([because, undefined]);
});
