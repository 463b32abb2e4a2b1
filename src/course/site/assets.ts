/** What pages load beside their own HTML: one style sheet and scripts, bundled as classic scripts so that file:// works. */
import fs from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { GuestPack } from '../browser';

const HERE = 'src/course/site';

export interface AssetOptions {
  /** The package. */
  readonly root: string;
  /** The source of the worker that runs guests, relative to `root`; without it pages run none. */
  readonly worker?: string;
  /** The guests that pages run. */
  readonly guests: readonly GuestPack[];
}

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
export async function loadAssets({ root, worker, guests }: AssetOptions): Promise<ReadonlyMap<string, string>> {
  const css = (file: string): string => fs.readFileSync(path.join(root, file), 'utf8');
  const own = css(`${HERE}/assets/site.css`);
  const page = await bundle(root, `${HERE}/page/main.ts`, [machineByNeed]);
  if (worker === undefined)
    return new Map([
      ['assets/site.css', own],
      ['assets/site.js', page],
    ]);
  const byName = Object.fromEntries(guests.map((guest) => [guest.name, guest]));
  const machine = { worker: await bundle(root, worker), guests: byName };
  return new Map([
    ['assets/site.css', `${own}\n${css('node_modules/@xterm/xterm/css/xterm.css')}`],
    ['assets/site.js', page],
    ['assets/terminal.js', await bundle(root, `${HERE}/page/terminal.ts`)],
    ['assets/machine.js', `globalThis.worldswitchMachine = ${JSON.stringify(machine)};`],
  ]);
}

async function bundle(root: string, entry: string, plugins: Plugin[] = []): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [path.join(root, entry)],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    minify: true,
    plugins,
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}
