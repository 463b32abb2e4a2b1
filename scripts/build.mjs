// Bundles what starts often into dist/: the command line, the grader, and the doors that a graded suite imports. Runs at
// `npm ci` (prepare). Without dist/, or with one older than a source, everything runs from the sources (bin/launch.cjs).
import { build } from 'esbuild';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  packages: 'external',
  sourcemap: 'linked',
  logLevel: 'warning',
};

/** What suites and parts import, by name of the door; see src/course/grading/jest-config.ts. */
const doors = {
  machine: '#machine',
  guests: '#guests',
  vmm: '#vmm',
  lab: '#course/lab',
  reference: '#reference',
};

const entryPoints = { hv: join(root, 'src/cli/main.ts'), grader: join(root, 'src/course/grading/child.ts') };
if (Object.values(entryPoints).every((file) => existsSync(file))) {
  await build({ ...common, entryPoints, outdir: dist, outExtension: { '.js': '.cjs' } });

  // One file instead of a hundred and fifty: jest finds, reads and compiles every module anew for each run.
  const contents = Object.entries(doors).map(([name, door]) => `export * as ${name} from '${door}';`);
  await build({
    ...common,
    stdin: { contents: contents.join('\n'), resolveDir: root },
    outfile: join(dist, 'doors.cjs'),
  });
  mkdirSync(join(dist, 'doors'), { recursive: true });
  for (const name of Object.keys(doors)) {
    writeFileSync(join(dist, 'doors', `${name}.cjs`), `module.exports = require('../doors.cjs').${name};\n`);
  }
}
