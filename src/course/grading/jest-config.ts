/** How jest runs a graded suite: one project, nothing read from any folder of the student's. */
import path from 'node:path';

/** What suites and parts import, as they write it, and where it is in the sources. */
const SOURCES: Readonly<Record<string, string>> = {
  '^#machine$': 'src/machine/index.ts',
  '^#guests$': 'src/guests/index.ts',
  '^#vmm$': 'src/vmm/index.ts',
  '^#course$': 'src/course/index.ts',
  '^#course/(.*)$': 'src/course/$1/index.ts',
  '^#reference$': 'src/reference.ts',
};

/** The same in the bundle that scripts/build.mjs makes: one module, and therefore the same for the suite and for the part. */
const BUNDLED: Readonly<Record<string, string>> = {
  '^#machine$': 'dist/doors/machine.cjs',
  '^#guests$': 'dist/doors/guests.cjs',
  '^#vmm$': 'dist/doors/vmm.cjs',
  '^(?:\\.\\./)+src/course/lab$': 'dist/doors/lab.cjs',
  '^(?:\\.\\./)+src/reference$': 'dist/doors/reference.cjs',
};

/** This runner is the bundled one: then the bundle is not older than the sources (bin/launch.cjs). */
const IS_BUNDLED = path.basename(__dirname) === 'dist';

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
    moduleNameMapper: Object.fromEntries(
      Object.entries(IS_BUNDLED ? BUNDLED : SOURCES).map(([door, file]) => [door, path.join(root, file)]),
    ),
    cacheDirectory: path.join(cache, 'jest'),
    sandboxInjectedGlobals: INJECTED,
    testTimeout: 60_000,
    watchman: false,
  };
}
