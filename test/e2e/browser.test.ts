/** The machine in a real browser: U-Boot and Debian's Linux print the same and leave the same machine behind as in Node. */
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { PROMPT } from '../../bench/prompt';
import { bytesOf, imageBytes, whereThereAre } from '../system/linux/files';
import { wholeRun, type Files, type Ran, type Script } from './browser/whole-run';

jest.setTimeout(600_000);

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
if (!fs.existsSync(CHROMIUM) && !process.env.CI)
  process.stderr.write('skipped: systems in a browser (no /usr/bin/chromium; `apt-get install chromium`)\n');
const here = fs.existsSync(CHROMIUM) || process.env.CI ? whereThereAre : () => describe.skip;

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

async function inBrowser(browser: Browser, files: Files, script: Script): Promise<Ran> {
  return served(files, async (address) => {
    const page = await browser.newPage();
    await page.goto(address);
    const ran = await page.evaluate(
      ({ asked }) =>
        new Promise<unknown>((resolve, reject) => {
          const worker = new Worker('/worker.js');
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
          worker.postMessage(asked);
        }),
      { asked: { script, files: Object.keys(files) } },
    );
    await page.close();
    return ran as Ran;
  });
}

let browser: Browser;
beforeAll(async () => {
  if (!fs.existsSync(CHROMIUM)) return;
  const { chromium } = await import('playwright-core');
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
});
afterAll(() => browser?.close());

async function sameInBoth(files: Files, script: Script): Promise<Ran> {
  const { ms: nodeMs, ...inNode } = wholeRun(files, script, () => performance.now());
  const { ms, ...inChromium } = await inBrowser(browser, files, script);
  expect(inChromium).toEqual(inNode);
  process.stdout.write(`in Chromium ${(ms / nodeMs).toFixed(2)} times as long as in Node\n`);
  return { ...inNode, ms };
}

here('OpenSBI', 'U-Boot')('OpenSBI and U-Boot', () => {
  test('answer a command and switch off, the same in Chromium and in Node', async () => {
    const files = { firmware: bytesOf('OpenSBI'), kernel: bytesOf('U-Boot') };
    const typing = [
      ['stop autoboot', ' '],
      ['=> $', 'version\r'],
      ['GNU ld[^\\n]*\\n=> $', 'poweroff\r'],
    ] as const;
    const ran = await sameInBoth(files, { typing, patience: 1e9 });
    expect(ran).toMatchObject({ why: 'halted', printed: expect.stringMatching(/U-Boot 20\d\d/) as string });
  });
});

here(
  'OpenSBI',
  'Image',
  'initrd.gz',
)('Debian’s Linux', () => {
  test('comes to its shell, computes and switches off, the same in Chromium and in Node', async () => {
    const files = { firmware: bytesOf('OpenSBI'), kernel: imageBytes('Image'), initrd: bytesOf('initrd.gz') };
    const typing = [[PROMPT.source, 'echo $((6 * 7)); poweroff -f\n']] as const;
    const bootargs = 'console=ttyS0 panic=-1 hv.shell';
    const ran = await sameInBoth(files, { typing, bootargs, ramBytes: 256 * 2 ** 20, patience: 6e9 });
    expect(ran).toMatchObject({ why: 'halted', printed: expect.stringMatching(/^42\r?$/m) as string });
  });
});
