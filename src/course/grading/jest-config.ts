/** How jest runs a graded suite: one project, nothing read from any folder of the student's. */
import path from 'node:path';
import INJECTED from './sandbox-globals.json';

const DOORS_FOLDER = 'src/course/grading/doors';

/** What suites and parts import, as they write it, and what they get: see resident-doors.ts. A part may lie anywhere. */
const IMPORTS: Readonly<Record<string, string>> = {
  '^#machine$': `${DOORS_FOLDER}/machine.cjs`,
  '^#guests$': `${DOORS_FOLDER}/guests.cjs`,
  '^#popek-goldberg$': `${DOORS_FOLDER}/popek-goldberg.cjs`,
  '^#vmm$': `${DOORS_FOLDER}/vmm.cjs`,
  '^#reference$': `${DOORS_FOLDER}/reference.cjs`,
  '^(?:\\.\\./)+src/reference$': `${DOORS_FOLDER}/reference.cjs`,
  '^(?:#|(?:\\.\\./)+src/)course/lab$': `${DOORS_FOLDER}/lab.cjs`,
};

const swc = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
  swcrc: false,
};

/** jest's project configuration for one suite. `root` is the package, `cache` a folder that may be written to. */
export function jestConfig(root: string, cache: string, suite: string): Record<string, unknown> {
  return {
    rootDir: root,
    // The file map covers the suite's folder only; everything else is found when it is imported.
    roots: [path.dirname(suite)],
    testMatch: ['**/*.ts'],
    testEnvironment: path.join(root, 'src', 'course', 'grading', 'environment.ts'),
    testRunner: path.join(root, 'src', 'course', 'grading', 'suite-runner.ts'),
    transform: { '^.+\\.ts$': [require.resolve('@swc/jest'), swc] },
    moduleNameMapper: Object.fromEntries(Object.entries(IMPORTS).map(([name, file]) => [name, path.join(root, file)])),
    // jest would empty what it finds on the sandbox's global object after a run; the doors are needed in the next one.
    testEnvironmentOptions: { globalsCleanup: 'off' },
    cacheDirectory: path.join(cache, 'jest'),
    // A module in jest's sandbox looks each of these up anew at every use, at a hundred times the cost, unless they are handed to it.
    sandboxInjectedGlobals: INJECTED,
    watchman: false,
  };
}
