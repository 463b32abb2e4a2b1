// Starts a runner on a part that never returns, says the runner's process id, and waits to be killed. For runner.test.ts.
const path = require('node:path');
const fs = require('node:fs');
const root = path.join(__dirname, '../..');
require('ts-node').register({
  cwd: root,
  swc: true,
  compilerOptions: { module: 'commonjs', moduleResolution: 'node10' },
});
const { Runner } = require('../../src/course/grading/runner.ts');
const [folder] = process.argv.slice(2);
const part = path.join(folder, 'endless.ts');
fs.writeFileSync(part, 'export const twice = (n: number): number => { for (;;); };');
const runner = new Runner({ root, cache: path.join(folder, 'cache'), budgetMs: 600_000 });
const suite = path.join(root, 'test/fixtures/grading/tiny.suite.ts');
void runner.grade({ suite, part }, 'your `twice`', (message) => {
  if (message.kind === 'start') process.send?.(runner.process.child.pid);
});
