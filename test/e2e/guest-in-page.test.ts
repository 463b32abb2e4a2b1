/** A lesson's guest in the lesson's page, opened from file://: runs, goes back, is typed at; by keyboard, on a phone's width, without network. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { course } from '#lessons';
import { buildSite } from '#course/site';
import { Firefox, FIREFOX } from './browser/firefox';

jest.setTimeout(120_000);

const root = path.join(__dirname, '../..');
const CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const installed = fs.existsSync(CHROMIUM);
if (!installed && !process.env.CI) process.stderr.write('skipped: guests in a page (no /usr/bin/chromium)\n');
const describeInBrowser = installed || process.env.CI ? describe : describe.skip;

const inFirefox = fs.existsSync(FIREFOX);
if (!inFirefox && !process.env.CI) process.stderr.write(`skipped: a guest in a page of Firefox (no ${FIREFOX})\n`);
const describeInFirefox = inFirefox || process.env.CI ? describe : describe.skip;

let out: string;
beforeAll(async () => {
  out = fs.mkdtempSync(path.join(os.tmpdir(), 'guest-e2e-'));
  if (installed || inFirefox) await buildSite({ root, out, course, worker: 'src/browser.ts' });
}, 120_000);
afterAll(() => fs.rmSync(out, { recursive: true }));

describeInBrowser('a guest in a page, in Chromium', () => {
  let browser: Browser;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    const { chromium } = await import('playwright-core');
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  }, 120_000);
  afterAll(() => browser?.close());

  /** Lesson 01 with its first guest, `hello`, at its end. */
  async function helloAt(width: number, colorScheme: 'light' | 'dark'): Promise<void> {
    page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    problems = [];
    page.on('request', (request) => {
      if (!/^(file|data|blob):/.test(request.url())) problems.push(`request for ${request.url()}`);
    });
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(pathToFileURL(path.join(out, 'lessons/01-event-handler.html')).href);
    await page.getByRole('button', { name: 'Run here' }).first().press('Enter');
    await state('the guest switched its machine off');
  }
  const state = (text: string) => page.locator('.machine-state', { hasText: text }).waitFor();
  const counts = () => page.locator('.machine-counts').innerText();
  afterEach(async () => {
    await page?.close();
    expect(problems).toEqual([]);
  });

  test('prints what it prints anywhere, in as many exits', async () => {
    await helloAt(1280, 'light');
    expect(await page.locator('.machine-console').innerText()).toContain('Hello from S-mode, hart 0');
    expect(await counts()).toBe('253 instructions, 28 exits: ecall 27, shadow-miss 1');
    expect(await page.locator('.machine-exits tbody tr').first().innerText()).toMatch(/^28\s.*SBI system reset/);
  });

  test('goes back by exit and by instruction and on again, by the keyboard alone', async () => {
    await helloAt(1280, 'dark');
    await page.getByRole('button', { name: 'Back to the exit before' }).press('Enter');
    await state('Stands in S-mode');
    expect(await counts()).toMatch(/, 27 exits: /);
    const before = await page.locator('.machine-place').innerText();
    await page.getByRole('button', { name: 'Back one instruction' }).press('Enter');
    await page.locator('.machine-counts', { hasText: ' 26 exits' }).waitFor();
    expect(await page.locator('.machine-place').innerText()).not.toBe(before);
    await page.getByRole('button', { name: 'Run', exact: true }).press('Enter');
    await state('the guest switched its machine off');
    expect(await counts()).toMatch(/, 28 exits: /);
  });

  test('runs as well under another technique, and leaves nothing behind when it is closed', async () => {
    await helloAt(1280, 'light');
    await page.getByRole('combobox', { name: 'How the processor is virtualized' }).selectOption('hardware');
    await page.locator('.machine-counts', { hasText: 'g-stage-miss' }).waitFor();
    await state('the guest switched its machine off');
    await page.getByRole('button', { name: 'Close' }).press('Enter');
    expect(await page.locator('.machine').count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Run here');
  });

  test.each([
    [1280, 'light'],
    [390, 'dark'],
  ] as const)(
    'at %p pixels, %s: axe finds nothing serious, and nothing is wider than the window',
    async (width, scheme) => {
      await helloAt(width, scheme);
      await page.addScriptTag({ path: require.resolve('axe-core/axe.min.js') });
      const serious = await page.evaluate(async () => {
        const { axe } = window as unknown as {
          axe: {
            run(options: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
          };
        };
        const { violations } = await axe.run({ preload: false });
        return violations
          .filter(({ impact }) => ['serious', 'critical'].includes(impact))
          .map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
      });
      expect(serious).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(
        0,
      );
    },
  );
});

/** Presses "Run here" and waits until the guest is over; `done` gets what the page shows then, or what it showed at last. */
const RUN_HELLO = `
  const [, done] = arguments;
  const textOf = (name) => document.querySelector(name)?.textContent ?? '';
  [...document.querySelectorAll('button')].find((each) => each.textContent === 'Run here').click();
  const end = Date.now() + 60_000;
  const look = setInterval(() => {
    const isOver = textOf('.machine-state').includes('switched its machine off') && textOf('.machine-console').includes('hart 0');
    if (!isOver && Date.now() < end) return; // the terminal draws when it has time
    clearInterval(look);
    done({ counts: textOf('.machine-counts'), console: textOf('.machine-console') });
  }, 50);`;

describeInFirefox('a guest in a page, in Firefox', () => {
  test('runs from file:// and ends as in Chromium', async () => {
    const firefox = await Firefox.launch();
    try {
      const url = pathToFileURL(path.join(out, 'lessons/01-event-handler.html')).href;
      expect(await firefox.run(url, RUN_HELLO, null, 90_000)).toEqual({
        counts: '253 instructions, 28 exits: ecall 27, shadow-miss 1',
        console: expect.stringContaining('Hello from S-mode, hart 0') as string,
      });
    } finally {
      await firefox.close();
    }
  });
});
