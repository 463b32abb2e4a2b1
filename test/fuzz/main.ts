/**
 * `npm run fuzz -- --cases 1e7 --seed 1`: random attackers for as long as one likes. A failure is made smaller and written to
 * test/fuzz/regressions, where `npm test` finds it; the run goes on.
 */
import { parseArgs } from 'node:util';
import { caseOf } from './generate';
import { minimize } from './minimize';
import { writeRegression } from './regression';
import { failureOf, Runner } from './runner';

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '1e6' }, seed: { type: 'string', default: '1' } },
});
const [cases, first] = [Number(values.cases), Number(values.seed)];
if (![cases, first].every((number) => Number.isSafeInteger(number) && number > 0)) {
  console.error('Give whole numbers: npm run fuzz -- --cases 1e7 --seed 1');
  process.exit(2);
}

const TOLD_EVERY = 2000;
const runner = new Runner();
const found = new Set<string>();

for (let seed = first; seed < first + cases; seed++) {
  const failure = runner.run(caseOf(seed));
  if (failure) {
    const least = minimize(failure, (tried) => failureOf(tried));
    const kind = least.message.replace(/0x[0-9a-f]+|\d+/g, '#');
    console.log(`seed ${seed}: ${least.message}`);
    if (!found.has(kind))
      console.log(`  written to ${writeRegression(`seed-${seed}`, { because: `seed ${seed}`, ...least })}`);
    found.add(kind);
  }
  if ((seed - first + 1) % TOLD_EVERY === 0)
    console.log(
      `${seed - first + 1} cases up to seed ${seed}: ${found.size} kinds of failure, ${runner.mostSteps} look-ups in one exit at most`,
    );
}
console.log(`${cases} cases from seed ${first} on: ${found.size} kinds of failure`);
process.exitCode = found.size === 0 ? 0 : 1;
