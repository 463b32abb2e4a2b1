/** How jest runs a graded suite: one project, nothing read from any folder of the student's. */
import path from 'node:path';

const DOORS: Readonly<Record<string, string>> = {
  '^#machine$': 'src/machine/index.ts',
  '^#guests$': 'src/guests/index.ts',
  '^#vmm$': 'src/vmm/index.ts',
  '^#course$': 'src/course/index.ts',
  '^#course/(.*)$': 'src/course/$1/index.ts',
  '^#reference$': 'src/reference.ts',
  '^#lessons$': 'lessons/course.ts',
};

const swc = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
  swcrc: false,
};

/** A module in jest's sandbox looks each of these up anew at every use, at a hundred times the cost, unless they are handed to it. */
const INJECTED = [
  'Math',
  'BigInt',
  'Number',
  'String',
  'Object',
  'Array',
  'Map',
  'Set',
  'Error',
  'DataView',
  'TextEncoder',
  'Uint8Array',
  'Uint32Array',
  'BigUint64Array',
  'BigInt64Array',
];

/** jest's project configuration for one suite. `root` is the package, `cache` a folder that may be written to. */
export function jestConfig(root: string, cache: string, suite: string): Record<string, unknown> {
  return {
    rootDir: root,
    // The file map covers the suite's folder only; everything else is found when it is imported.
    roots: [path.dirname(suite)],
    testMatch: ['**/*.ts'],
    testEnvironment: path.join(root, 'src', 'course', 'grading', 'environment.ts'),
    transform: { '^.+\\.ts$': [require.resolve('@swc/jest'), swc] },
    // A part may lie anywhere; the doors are ours wherever it lies.
    moduleNameMapper: Object.fromEntries(Object.entries(DOORS).map(([door, file]) => [door, path.join(root, file)])),
    modulePathIgnorePatterns: ['/dist/', '/\\.hv/(?!cache)'],
    cacheDirectory: path.join(cache, 'jest'),
    sandboxInjectedGlobals: INJECTED,
    testTimeout: 60_000,
    watchman: false,
  };
}
