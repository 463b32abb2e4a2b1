/** What pages load beside their own HTML: one style sheet and one script, bundled as a classic script so that file:// works. */
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const HERE = 'src/course/site';

/** File name in the site -> content. */
export async function loadAssets(root: string): Promise<ReadonlyMap<string, string>> {
  const bundle = await build({
    entryPoints: [path.join(root, HERE, 'page/main.ts')],
    bundle: true,
    format: 'iife',
    target: 'es2020',
    minify: true,
    write: false,
    logLevel: 'silent',
  });
  return new Map([
    ['assets/site.css', fs.readFileSync(path.join(root, HERE, 'assets/site.css'), 'utf8')],
    ['assets/site.js', bundle.outputFiles[0].text],
  ]);
}
