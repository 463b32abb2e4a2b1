// Bundles what starts often into dist/: the command line, the grader, and the doors that a graded suite imports. Runs at
// `npm ci` (prepare). Without dist/, or with one older than a source, everything runs from the sources (bin/launch.cjs).
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedInterpreter } from './generated-interpreter.mjs';
import { lazyBuiltins } from './lazy-builtins.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');

/** Small packages that every command needs: to find and load their files would take longer than to run them. */
const BUNDLED = ['commander', 'picocolors'];
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const external = Object.keys(dependencies).filter((name) => !BUNDLED.includes(name));

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external,
  plugins: [generatedInterpreter(root), lazyBuiltins],
  sourcemap: 'linked',
  supported: { 'dynamic-import': false }, // require instead: code from V8's cache cannot import (bin/launch.cjs)
  logLevel: 'warning',
  metafile: true,
  minifyWhitespace: true,
};

/** What stays loaded in the runner, see src/course/grading/resident-doors.ts: `popekGoldberg: '#popek-goldberg'` for popek-goldberg.cjs. */
const residentDoors = () =>
  Object.fromEntries(
    readdirSync(join(root, 'src/course/grading/doors')).map((file) => {
      const door = file.replace('.cjs', '');
      return [door.replace(/-(.)/g, (_, letter) => letter.toUpperCase()), door === 'lab' ? '#course/lab' : `#${door}`];
    }),
  );

const entryPoints = { hv: join(root, 'src/cli/main.ts'), grader: join(root, 'src/course/grading/child.ts') };
if (Object.values(entryPoints).every((file) => existsSync(file))) {
  rmSync(join(dist, 'hv.cache'), { force: true }); // V8 would take it for that of any bundle of the same length
  const programs = await build({ ...common, entryPoints, outdir: dist, outExtension: { '.js': '.cjs' } });

  const doors = residentDoors();
  const contents = Object.entries(doors).map(([name, door]) => `export * as ${name} from '${door}';`);
  const stdin = { contents: contents.join('\n'), resolveDir: root };
  const resident = await build({ ...common, stdin, outfile: join(dist, 'doors.cjs') });

  // What bin/launch.cjs compares with the age of the bundles.
  const inputs = [programs, resident].flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const sources = [...new Set(inputs)].filter((file) => existsSync(join(root, file)) && !file.includes('node_modules'));
  writeFileSync(join(dist, 'sources.txt'), sources.sort().join('\n'));

  // A boot uses most of what any command uses.
  const env = { ...process.env, HV_CODE_CACHE: 'write' };
  spawnSync(process.execPath, [join(root, 'bin/hv.cjs'), 'boot', 'hello'], { env, input: '' });
}
