/** What pages load beside their own HTML: one style sheet and one script, bundled as a classic script so that file:// works. */
import fs from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';

const HERE = 'src/course/site';

const RESOLVED = Symbol('resolved');

/** Quizzes use a walk of the machine's, and no page shall load the rest of it: its modules do nothing until they are asked. */
const machineByNeed: Plugin = {
  name: 'machine-by-need',
  setup: ({ onResolve, resolve }) =>
    onResolve({ filter: /^(#machine$|\.)/ }, async (args) => {
      if (args.pluginData === RESOLVED) return undefined;
      const { importer, kind, resolveDir } = args;
      const found = await resolve(args.path, { importer, kind, resolveDir, pluginData: RESOLVED });
      return /[\\/]src[\\/]machine[\\/]/.test(found.path) ? { ...found, sideEffects: false } : found;
    }),
};

/** File name in the site -> content. */
export async function loadAssets(root: string): Promise<ReadonlyMap<string, string>> {
  const bundle = await build({
    entryPoints: [path.join(root, HERE, 'page/main.ts')],
    bundle: true,
    format: 'iife',
    target: 'es2020',
    minify: true,
    plugins: [machineByNeed],
    write: false,
    logLevel: 'silent',
  });
  return new Map([
    ['assets/site.css', fs.readFileSync(path.join(root, HERE, 'assets/site.css'), 'utf8')],
    ['assets/site.js', bundle.outputFiles[0].text],
  ]);
}
