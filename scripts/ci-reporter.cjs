/**
 * The plain closing line that continuous integration reads: `N passed, N failed`. Where WORLDSWITCH_TALLY names a file, the counts of earlier
 * runs are taken from it and added, so that the last line of several steps is about all of them.
 */
const fs = require('node:fs');

module.exports = class {
  onRunComplete(_contexts, results) {
    const tally = process.env.WORLDSWITCH_TALLY;
    const before = tally && fs.existsSync(tally) ? JSON.parse(fs.readFileSync(tally, 'utf8')) : {};
    const sum = {
      passed: (before.passed ?? 0) + results.numPassedTests,
      failed: (before.failed ?? 0) + results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: (before.skipped ?? 0) + results.numPendingTests,
    };
    if (tally) fs.writeFileSync(tally, JSON.stringify(sum));
    const skipped = sum.skipped ? `, ${sum.skipped} skipped` : '';
    process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed${skipped}\n`);
  }
};
