/** The machine in real browsers, Chromium and Firefox: U-Boot and Debian's Linux print the same and leave the same machine behind as in Node. */
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { PROMPT } from '../../bench/prompt';
import { bytesOf, imageBytes, whereThereAre } from '../system/linux/files';
import { Firefox, FIREFOX } from './browser/firefox';
import { wholeRun, type Files, type Ran, type Script } from './browser/whole-run';

jest.setTimeout(600_000);

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
/** The longest that a page may run, however busy the computer is. */
const LONGEST_MS = 580_000;
const BROWSERS = { Chromium: CHROMIUM, Firefox: FIREFOX } as const;
type Name = keyof typeof BROWSERS;
const missing = Object.entries(BROWSERS).filter(([, file]) => !fs.existsSync(file));
for (const [name, file] of missing)
  if (!process.env.CI)
    process.stderr.write(`skipped: systems in ${name} (no ${file}; \`apt-get install ${path.basename(file)}\`)\n`);
const names = (Object.keys(BROWSERS) as Name[]).filter(
  (name) => process.env.CI !== undefined || fs.existsSync(BROWSERS[name]),
);
const here = names.length > 0 ? whereThereAre : () => describe.skip;

/** Serves the worker and the files of a system on this machine, for as long as `use` takes. */
async function served<T>(files: Files, use: (address: string) => Promise<T>): Promise<T> {
  const worker = await build({
    entryPoints: [path.join(__dirname, 'browser/worker.ts')],
    absWorkingDir: path.join(__dirname, '../..'),
    bundle: true,
    format: 'iife',
    write: false,
  });
  const contents: Record<string, [type: string, body: string | Uint8Array]> = {
    '/': ['text/html', '<!doctype html><title>A machine</title>'],
    '/worker.js': ['text/javascript', worker.outputFiles[0].text],
    ...Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [`/${name}`, ['application/octet-stream', bytes]]),
    ),
  };
  const server = http.createServer(({ url = '' }, response) => {
    const [type, body] = contents[url] ?? ['text/plain', ''];
    response.writeHead(url in contents ? 200 : 404, { 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** In a page: starts the worker, hands it what is asked, and gives what it answers. */
const ASK = `
  const worker = new Worker('/worker.js');
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(asked);
  });`;

let chromium: Browser | undefined;
let firefox: Firefox | undefined;
afterAll(async () => {
  await chromium?.close();
  await firefox?.close();
});

const asksIn: Readonly<Record<Name, (address: string, asked: unknown) => Promise<unknown>>> = {
  Chromium: async (address, asked) => {
    const { chromium: type } = await import('playwright-core');
    chromium ??= await type.launch({ executablePath: CHROMIUM, args: FLAGS });
    const page = await chromium.newPage();
    await page.goto(address);
    const ran = await page.evaluate(`(async (asked) => { ${ASK} })(${JSON.stringify(asked)})`);
    await page.close();
    return ran;
  },
  Firefox: async (address, asked) => {
    firefox ??= await Firefox.launch();
    // The result as text: what is undefined in it, Firefox would turn into null.
    const script = `const [asked, done] = arguments; (async () => { ${ASK} })().then((ran) => done(JSON.stringify(ran)), (error) => done('{"error":' + JSON.stringify(String(error)) + '}'));`;
    return JSON.parse((await firefox.run(address, script, asked, LONGEST_MS)) as string);
  },
};

/** Runs are repeated exactly, so Node runs each once, however many browsers there are. */
const inNode = new Map<string, Ran>();

async function sameIn(name: Name, what: string, files: Files, script: Script): Promise<Ran> {
  const { ms: nodeMs, ...expected } = getOrRun(what, files, script);
  const asked = { script, files: Object.keys(files) };
  const { ms, ...ran } = (await served(files, (address) => asksIn[name](address, asked))) as Ran;
  expect(ran).toEqual(expected);
  process.stdout.write(`${what} in ${name}: ${(ms / nodeMs).toFixed(2)} times as long as in Node\n`);
  return { ...expected, ms };
}

function getOrRun(what: string, files: Files, script: Script): Ran {
  const ran = inNode.get(what) ?? wholeRun(files, script, () => performance.now());
  inNode.set(what, ran);
  return ran;
}

here('OpenSBI', 'U-Boot')('OpenSBI and U-Boot', () => {
  test.each(names)('answer a command and switch off, the same in %s and in Node', async (name) => {
    const files = { firmware: bytesOf('OpenSBI'), kernel: bytesOf('U-Boot') };
    const typing = [
      ['stop autoboot', ' '],
      ['=> $', 'version\r'],
      ['GNU ld[^\\n]*\\n=> $', 'poweroff\r'],
    ] as const;
    const ran = await sameIn(name, 'U-Boot', files, { typing, patience: 1e9 });
    expect(ran).toMatchObject({ why: 'halted', printed: expect.stringMatching(/U-Boot 20\d\d/) as string });
  });
});

here(
  'OpenSBI',
  'Image',
  'initrd.gz',
)('Debian’s Linux', () => {
  test.each(names)('comes to its shell, computes and switches off, the same in %s and in Node', async (name) => {
    const files = { firmware: bytesOf('OpenSBI'), kernel: imageBytes('Image'), initrd: bytesOf('initrd.gz') };
    const typing = [[PROMPT.source, 'echo $((6 * 7)); poweroff -f\n']] as const;
    const bootargs = 'console=ttyS0 panic=-1 hv.shell';
    const ran = await sameIn(name, 'Linux', files, { typing, bootargs, ramBytes: 256 * 2 ** 20, patience: 6e9 });
    expect(ran).toMatchObject({ why: 'halted', printed: expect.stringMatching(/^42\r?$/m) as string });
  });
});
