const swc = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
  sourceMaps: 'inline',
  module: { type: 'commonjs' },
  swcrc: false,
};

/** Everything that `npm test` runs. Graders use their own configuration: src/course/runner. */
/** @type {import('jest').Config} */
module.exports = {
  rootDir: __dirname,
  testEnvironment: 'node',
  watchman: false,
  maxWorkers: Math.max(2, require('node:os').availableParallelism() - 1), // jest would use one on two cores
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '^.+\\.[cm]?[jt]s$': ['@swc/jest', swc] },
  // Packages that exist as ES modules only are compiled too: require(esm) inside jest needs Node 24.9 and a flag.
  transformIgnorePatterns: [],
  // A module in jest's sandbox looks each of these up anew at every use, at a hundred times the cost, unless they are handed to it.
  sandboxInjectedGlobals: require('./src/course/grading/sandbox-globals.json'),
  // npm run coverage: what the tests of the machine reach of it.
  collectCoverageFrom: ['<rootDir>/src/machine/**/*.ts'],
  coverageDirectory: '<rootDir>/.hv/coverage',
  coverageReporters: ['text', 'json'],
  coverageThreshold: { global: { lines: 97 } },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.hv/', '<rootDir>/public/'],
  reporters: ['default', '<rootDir>/scripts/ci-reporter.cjs'],
};
