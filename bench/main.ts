/** `npm run bench`: bundles measure.ts as dist/ is bundled for users, so that what they run is what is measured, and runs it. */
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..');
const outfile = join(root, 'dist/bench.cjs');

async function main(): Promise<void> {
  spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' }); // start and verdicts run bin/hv.cjs
  await build({
    entryPoints: [join(__dirname, 'measure.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    logLevel: 'warning',
  });
  const { status } = spawnSync(process.execPath, [outfile, root, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}

void main();
