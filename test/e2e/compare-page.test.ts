/** The page of a comparison in a real browser, from file://: nothing that axe calls serious, nothing wider than a phone, no network, all data in tables. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { comparePaging, compareCpu, comparisonPage, type Comparison } from '#course/compare';
import { referenceParts } from '#reference';

jest.setTimeout(60_000);

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const installed = fs.existsSync(CHROMIUM);
if (!installed && !process.env.CI) process.stderr.write('skipped: the page of a comparison (no /usr/bin/chromium)\n');
const describeInBrowser = installed || process.env.CI ? describe : describe.skip;

const bench = { parts: referenceParts, engine: 'interpret' as const, now: () => 0, rounds: 0 };

describeInBrowser('the page of a comparison in Chromium', () => {
  let browser: Browser;
  let folder: string;
  const made: Record<string, Comparison> = {};

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'compare-'));
    made.cpu = compareCpu(bench, { guest: 'syscalls', withoutTlb: true });
    made.paging = comparePaging(bench, { exitCost: 100 });
    for (const [name, comparison] of Object.entries(made))
      fs.writeFileSync(path.join(folder, `${name}.html`), comparisonPage(comparison));
    const { chromium } = await import('playwright-core');
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    fs.rmSync(folder, { recursive: true });
  });

  test.each([
    ['cpu', 1280, 'light'],
    ['cpu', 390, 'dark'],
    ['paging', 1280, 'dark'],
    ['paging', 390, 'light'],
  ] as const)('%s at %i pixels, %s', async (name, width, colorScheme) => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const address = pathToFileURL(path.join(folder, `${name}.html`)).href;
    await page.goto(address);
    expect(requests).toEqual([address]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    // One picture of each section that has one is to be seen, and each has a title.
    const pictures = made[name].sections.filter(({ drawnAs }) => drawnAs);
    const seen = page.locator('figure svg[role=img]:visible');
    expect(await seen.count()).toBe(pictures.length);
    expect(await page.locator('table').count()).toBe(made[name].sections.length);
    const cells = made[name].sections.flatMap(({ table }) => table.rows.flatMap(({ values }) => values));
    expect(await page.locator('td').count()).toBe(cells.length);
    await page.addScriptTag({ path: require.resolve('axe-core/axe.min.js') });
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await axe.run();
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => [id, nodes[0].html]);
    });
    expect(found).toEqual([]);
    await page.close();
  });
});
