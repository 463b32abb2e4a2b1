const swc = { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, sourceMaps: 'inline', module: { type: 'commonjs' }, swcrc: false };
/** @type {import('jest').Config} */
module.exports = {
  rootDir: __dirname, testEnvironment: 'node', watchman: false,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '^.+\\.[cm]?[jt]s$': ['@swc/jest', swc] },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.hv/', '<rootDir>/public/'],
};
