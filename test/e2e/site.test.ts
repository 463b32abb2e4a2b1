/** The site in a real browser, opened from file://: nothing that axe calls serious, quizzes by keyboard, search, colours, no network. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { course } from '#lessons';
import { referenceParts } from '#reference';
import { buildSite } from '#course/site';

jest.setTimeout(60_000);

const root = path.join(__dirname, '../..');
const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const installed = fs.existsSync(CHROMIUM);
if (!installed && !process.env.CI)
  process.stderr.write('skipped: the pages in a browser (no /usr/bin/chromium; `apt-get install chromium`)\n');
const describeInBrowser = installed || process.env.CI ? describe : describe.skip;

describeInBrowser('the site in Chromium', () => {
  let out: string;
  let browser: Browser;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    out = fs.mkdtempSync(path.join(os.tmpdir(), 'site-e2e-'));
    await buildSite({ root, out, course, parts: referenceParts });
    const { chromium } = await import('playwright-core');
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    fs.rmSync(out, { recursive: true });
  });

  async function open(file: string, width = 1280, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
    page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    problems = [];
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) problems.push(`request for ${request.url()}`);
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(pathToFileURL(path.join(out, file)).href);
  }
  afterEach(async () => {
    await page?.close();
    expect(problems).toEqual([]);
  });

  const FILES = [
    'index.html',
    'lessons/01-event-handler.html',
    'lessons/03-trap-and-emulate.html',
    'lessons/04-reflecting-traps.html',
    'code/src/vmm/exit.ts.html',
  ];

  describe.each(FILES)('%s', (file) => {
    it.each([
      [1280, 'light'],
      [390, 'dark'],
    ] as const)(
      'at %p pixels, %s: axe finds nothing serious, and nothing is wider than the window',
      async (width, scheme) => {
        await open(file, width, scheme);
        await page.addScriptTag({ path: require.resolve('axe-core/axe.min.js') });
        const found = await page.evaluate(async () => {
          const { axe } = window as unknown as {
            axe: {
              run(
                options: object,
              ): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
            };
          };
          return (await axe.run({ preload: false })).violations;
        });
        const serious = found.filter((violation) => ['serious', 'critical'].includes(violation.impact));
        expect(serious.map((violation) => `${violation.id}: ${violation.nodes[0].html}`)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(
          0,
        );
      },
    );
  });

  it('a quiz can be answered with the keyboard alone, and is remembered', async () => {
    await open('lessons/01-event-handler.html');
    await page.locator('#question-who-runs input').first().focus();
    for (let step = 0; step < 4; step++) {
      await page.keyboard.press('ArrowDown');
      const label = await page.evaluate(() => document.activeElement?.closest('label')?.textContent);
      if (label?.includes('at the end of each slice')) break;
    }
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await page.locator('#question-who-runs .verdict.right').waitFor();
    expect(await page.locator('#quiz-score').textContent()).toMatch(/^1 of \d+ right$/);
    await page.reload();
    expect(await page.locator('#quiz-score').textContent()).toMatch(/^1 of \d+ right$/);
  });

  it('a wrong answer is explained, with the way to the lesson and to the answer', async () => {
    await open('lessons/01-event-handler.html');
    const question = page.locator('#question-fair-turn');
    await question.locator('input').fill('5,250');
    await question.locator('input').press('Enter');
    expect(await question.locator('.verdict').innerText()).toContain('That would be fair');
    expect(await question.locator('.verdict a').getAttribute('href')).toBe('#a-guest-that-never-asks');
    await question.locator('summary').press('Enter');
    expect(await question.locator('details p').first().innerText()).toBe('10000 instructions');
  });

  it('pairs are chosen from lists, and a gap is filled in where it is', async () => {
    await open('lessons/06-guest-memory.html');
    const pairs = page.locator('#question-three-addresses');
    await pairs.getByRole('button', { name: 'Check' }).click();
    expect(await pairs.locator('.verdict').innerText()).toContain('Choose one for each first.');
    const partners = ['a program of the guest', 'the kernel of the guest', 'the hypervisor', 'the kernel of the guest'];
    for (const [place, partner] of partners.entries()) {
      const list = pairs.locator('select').nth(place);
      const label = (await list.locator('option').allInnerTexts()).find((text) => text.startsWith(partner));
      await list.selectOption({ label: label! });
    }
    await pairs.getByRole('button', { name: 'Check' }).click();
    await pairs.locator('.verdict.right').waitFor();
    const gap = page.locator('#question-overlap-test');
    await gap.getByLabel('What belongs into the gap').fill('b<aEnd');
    await gap.getByLabel('What belongs into the gap').press('Enter');
    await gap.locator('.verdict.right').waitFor();
  });

  it('steps are put into order with buttons, and a generated question can be had again', async () => {
    await open('lessons/04-reflecting-traps.html');
    const order = page.locator('#question-order-of-delivery');
    const wanted = ['takes the pc', 'SPP takes', 'SIE becomes 0', 'pc becomes'];
    for (const [place, text] of wanted.entries()) {
      const step = order.locator('li', { hasText: text });
      for (;;) {
        const now = await step.evaluate((item) => [...(item.parentElement?.children ?? [])].indexOf(item));
        if (now === place) break;
        await step.getByRole('button', { name: 'up' }).press('Enter');
      }
    }
    await order.getByRole('button', { name: 'Check' }).press('Enter');
    await order.locator('.verdict.right').waitFor();
    const made = page.locator('#question-target');
    const before = await made.locator('legend').innerText();
    await made.getByRole('button', { name: 'Another one' }).press('Enter');
    expect(await made.locator('legend').innerText()).not.toBe(before);
  });

  it('search finds a section from the keyboard and goes there', async () => {
    await open('index.html');
    await page.keyboard.press('/');
    await page.keyboard.type('hidden fault');
    await page.locator('#search-results a').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/lessons\/04-reflecting-traps\.html#true-faults-and-hidden-faults$/);
  });

  it('the colours follow the system until the button is pressed, and stay chosen', async () => {
    await open('index.html', 1280, 'dark');
    const paper = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await paper();
    await page.locator('#theme').press('Enter');
    const light = await paper();
    expect(light).not.toBe(dark);
    await page.reload();
    expect(await paper()).toBe(light);
  });

  it('the first Tab reaches the skip link', async () => {
    await open('lessons/01-event-handler.html');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the text');
  });

  it('without scripts the text, the figures and the links are all there', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    page = await context.newPage();
    problems = [];
    await page.goto(pathToFileURL(path.join(out, 'lessons/03-trap-and-emulate.html')).href);
    expect(await page.locator('main .drawing svg').count()).toBe(2);
    expect(await page.locator('noscript').innerText()).toContain('The terminal asks the same questions');
  });
});
