/**
 * Stryker's configuration for one exercise: `LESSON=04 npx stryker run scripts/mutation/exercise.mjs`. Its solution is changed, and
 * its own suite judges that, as it judges a student's file.
 */
import fs from 'node:fs';

const { LESSON = '01' } = process.env;
const inLesson = (folder) => `${folder}/${fs.readdirSync(folder).find((name) => name.startsWith(`${LESSON}-`))}`;
const solution = inLesson('solutions');
const exercise = `${solution}/${fs.readdirSync(solution)[0]}`;

export default {
  testRunner: 'worldswitch',
  plugins: ['./scripts/mutation/runner.mjs'],
  testRunnerNodeArgs: ['--expose-gc'],
  worldswitch: { tests: [inLesson('test/lessons')], exercise },
  mutate: [exercise],
  coverageAnalysis: 'perTest',
  concurrency: 1,
  timeoutMS: 8000,
  reporters: ['clear-text', 'progress-append-only', 'json'],
  jsonReporter: { fileName: `.hv/mutation-${LESSON}.json` },
  tempDirName: '.hv/mutation',
  ignorePatterns: ['dist', 'docs', 'bench', 'public', 'test/system', 'test/oracle'],
};
