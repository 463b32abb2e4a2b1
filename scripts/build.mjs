// Bundles the command line and the grader into dist/, so that `hv status` starts in a tenth of a second. Runs at `npm ci` (prepare).
import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const entryPoints = { hv: join(root, 'src/cli/main.ts'), grader: join(root, 'src/course/grading/child.ts') };
if (Object.values(entryPoints).every((file) => existsSync(file))) {
  await build({
    entryPoints,
    outdir: join(root, 'dist'),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    sourcemap: 'linked',
    logLevel: 'warning',
  });
}
