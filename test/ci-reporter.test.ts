/** The closing line that continuous integration reads counts every step that ran tests. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

interface Reporter {
  onRunComplete(contexts: unknown, results: Readonly<Record<string, number>>): void;
}
const CiReporter = jest.requireActual<new () => Reporter>('../scripts/ci-reporter.cjs');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tally-'));
const inherited = process.env.WORLDSWITCH_TALLY;
afterEach(() => {
  if (inherited === undefined) delete process.env.WORLDSWITCH_TALLY;
  else process.env.WORLDSWITCH_TALLY = inherited;
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** What the reporter prints at the end of a run. `broken`: files whose tests could not be loaded. */
function closingLine(passed: number, failed: number, broken = 0, pending = 0): string {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    new CiReporter().onRunComplete(undefined, {
      numPassedTests: passed,
      numFailedTests: failed,
      numRuntimeErrorTestSuites: broken,
      numPendingTests: pending,
    });
    return String(write.mock.calls[0][0]);
  } finally {
    write.mockRestore();
  }
}

test('alone, a run is counted by itself, and a file that cannot be loaded is a failure', () => {
  delete process.env.WORLDSWITCH_TALLY;
  expect(closingLine(7, 1, 2)).toBe('\n7 passed, 3 failed\n');
  expect(closingLine(5, 0, 0, 4)).toBe('\n5 passed, 0 failed, 4 skipped\n');
});

test('with a tally, the last line is the sum of all steps, and a failure of an earlier one stays in it', () => {
  process.env.WORLDSWITCH_TALLY = path.join(folder, 'tally.json');
  expect(closingLine(10, 1, 0, 2)).toBe('\n10 passed, 1 failed, 2 skipped\n');
  expect(closingLine(100, 0)).toBe('\n110 passed, 1 failed, 2 skipped\n');
});

test('.ci/run runs the systems and all other tests, into one tally that it begins anew', () => {
  const script = fs.readFileSync(path.join(__dirname, '../.ci/run'), 'utf8');
  const order = ['rm -f "$WORLDSWITCH_TALLY"', '\nnpm run systems', '\nnpm test'].map((line) => script.indexOf(line));
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  const { scripts } = JSON.parse(fs.readFileSync(path.join(__dirname, '../package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  // What one leaves out is what the other runs.
  expect(scripts.test).toMatch(/ jest --testPathIgnorePatterns test\/system\/ --no-watchman$/);
  expect(scripts.systems).toBe('jest test/system/');
});
