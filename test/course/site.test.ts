/** The site as files: every link resolves, nothing is loaded from elsewhere, solutions stay out, foreign folders are left alone. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { course } from '#lessons';
import { referenceParts } from '#reference';
import { buildSite, type SiteReport } from '#course/site';
import { guests } from '#guests';

jest.setTimeout(60_000);

const root = path.join(__dirname, '../..');
let out: string;
let report: SiteReport;
let pages: ReadonlyMap<string, string>;

beforeAll(async () => {
  out = fs.mkdtempSync(path.join(os.tmpdir(), 'site-'));
  report = await buildSite({ root, out, course, passed: ['event-handler'], parts: referenceParts });
  pages = new Map(
    report.files
      .filter((file) => file.endsWith('.html'))
      .map((file) => [file, fs.readFileSync(path.join(out, file), 'utf8')]),
  );
}, 60_000);
afterAll(() => fs.rmSync(out, { recursive: true }));

const attributes = (html: string, name: string): string[] =>
  [...html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g'))].map((match) => match[1].replaceAll('&amp;', '&'));

it('has a page for the map, each written lesson, and each source that a lesson points at', () => {
  const lessons = course.lessons.filter((lesson) => lesson.written).length;
  expect([...pages.keys()].filter((page) => page.startsWith('lessons/'))).toHaveLength(lessons);
  expect(pages.has('index.html')).toBe(true);
  expect([...pages.keys()].filter((page) => page.startsWith('code/src/')).length).toBeGreaterThan(5);
  expect(pages.size).toBe(report.pages);
});

it('shows no solution: neither a page nor a line of one', () => {
  expect(report.files.filter((file) => file.includes('solutions/'))).toEqual([]);
  const solution = fs.readFileSync(path.join(root, 'solutions/04-reflecting-traps/reflect.ts'), 'utf8');
  const telling = solution.split('\n').filter((line) => /csr\.sstatus =|vcpu\.walk\(/.test(line));
  expect(telling.length).toBeGreaterThan(0);
  for (const html of pages.values()) {
    const text = html.replaceAll(/<[^>]+>/g, '');
    for (const line of telling) expect(text).not.toContain(line.trim());
  }
});

it('has only links that lead to a page, and to a place on it', () => {
  const broken: string[] = [];
  for (const [page, html] of pages) {
    for (const href of attributes(html, 'href')) {
      if (/^(https:|data:)/.test(href)) continue;
      const [file, fragment] = href.split('#');
      const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
      const there = target.endsWith('.html') ? pages.get(target) : report.files.includes(target) ? '' : undefined;
      if (there === undefined) broken.push(`${page}: ${href}`);
      else if (fragment && !attributes(there, 'id').includes(fragment)) broken.push(`${page}: ${href} (no such place)`);
    }
  }
  expect(broken).toEqual([]);
});

it('loads nothing that is not a file of the site', () => {
  for (const [page, html] of pages) {
    const loaded = [
      ...attributes(html, 'src'),
      ...[...html.matchAll(/<link[^>]+href="([^"]*)"/g)].map((match) => match[1]),
    ];
    for (const address of loaded) {
      if (address.startsWith('data:')) continue;
      expect(report.files).toContain(path.posix.join(path.posix.dirname(page), address));
    }
    expect(html).not.toMatch(/<iframe|<object|<embed|@import|url\(/i);
  }
  const style = fs.readFileSync(path.join(out, 'assets/site.css'), 'utf8');
  expect(/@import|url\(|https?:\/\//.exec(style)?.[0]).toBeUndefined();
  const script = fs.readFileSync(path.join(out, 'assets/site.js'), 'utf8');
  expect(/XMLHttpRequest|\bimport\(|importScripts/.exec(script)?.[0]).toBeUndefined();
  // The one worker is made of text that a script of the site brought: test/e2e/guest-in-page.test.ts watches it load nothing.
  expect(script.match(/new Worker/g)).toHaveLength(1);
  expect(script).toMatch(/createObjectURL\(new Blob/);
});

it('has one first-level heading a page, no id twice, and an accessible name for every figure', () => {
  for (const [page, html] of pages) {
    expect({ page, headings: html.match(/<h1[\s>]/g)?.length }).toEqual({ page, headings: 1 });
    const ids = attributes(html, 'id');
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    for (const svg of html.match(/<svg[^>]*>/g) ?? []) expect(svg).toMatch(/aria-hidden="true"|aria-label(ledby)?="/);
  }
});

it('draws code from the sources as they are, and names file and line', () => {
  const html = pages.get('lessons/01-event-handler.html') ?? '';
  const source = fs.readFileSync(path.join(root, 'src/vmm/exit.ts'), 'utf8').split('\n');
  const line = source.findIndex((text) => text.startsWith('export type Next')) + 1;
  expect(html).toContain(`>src/vmm/exit.ts:${line}</a>`);
  expect(html.replaceAll(/<[^>]+>/g, '')).toContain('export type Next = &#39;advance&#39;'.replaceAll('&#39;', "'"));
});

it("shows whose turn it is on the map: what has been passed is the student's, the next written lesson is next", () => {
  const html = pages.get('index.html') ?? '';
  expect(html).toMatch(/<a class="yours" href="lessons\/01-event-handler\.html"/);
  expect(html).toMatch(/<a class="next" href="lessons\/02-popek-goldberg\.html"/);
  expect(html).toMatch(/<a class="ready" href="lessons\/04-reflecting-traps\.html"/);
  expect(html).toMatch(/<g class="later"[^>]*aria-label="19 OS-level virtualization \(comes later\)"/);
});

it('counts what a guest costs: hello makes a firmware call for each character, and one to end', () => {
  const calls = (guests.find((guest) => guest.name === 'hello')?.console.length ?? 0) + 1;
  const html = pages.get('lessons/01-event-handler.html') ?? '';
  const [head] = /<thead>.*<\/thead>/.exec(html) ?? [''];
  const row = /<tr><th scope="row"><code>hello<\/code>.*/.exec(html)?.[0] ?? '';
  const cells = (text: string): string[] =>
    [...text.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map((match) => match[1].replaceAll(/<[^>]+>/g, ''));
  expect(cells(row)[cells(head).indexOf('calls')]).toBe(String(calls));
  expect(cells(row)[cells(head).indexOf('slices')]).toBe('0');
});

it('shows no costs where no hypervisor is given', async () => {
  const plain = fs.mkdtempSync(path.join(os.tmpdir(), 'plain-'));
  await buildSite({ root, out: plain, course });
  expect(fs.readFileSync(path.join(plain, 'lessons/01-event-handler.html'), 'utf8')).not.toContain('What it costs');
  fs.rmSync(plain, { recursive: true });
});

it('builds the same bytes again, and may replace its own folder', async () => {
  const before = new Map(report.files.map((file) => [file, fs.readFileSync(path.join(out, file), 'utf8')]));
  await buildSite({ root, out, course, passed: ['event-handler'], parts: referenceParts });
  for (const [file, content] of before) expect(fs.readFileSync(path.join(out, file), 'utf8')).toBe(content);
});

it('refuses to replace a folder that holds something else', async () => {
  const foreign = fs.mkdtempSync(path.join(os.tmpdir(), 'foreign-'));
  fs.writeFileSync(path.join(foreign, 'thesis.txt'), 'my only copy');
  await expect(buildSite({ root, out: foreign, course })).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringContaining(foreign),
  });
  expect(fs.readFileSync(path.join(foreign, 'thesis.txt'), 'utf8')).toBe('my only copy');
  fs.rmSync(foreign, { recursive: true });
});

it('refuses a file as its folder', async () => {
  const file = path.join(os.tmpdir(), `no-folder-${process.pid}`);
  fs.writeFileSync(file, 'x');
  await expect(buildSite({ root, out: file, course })).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringContaining('is not a folder'),
  });
  fs.rmSync(file);
});

it('says which lesson has no text', async () => {
  const missing = { ...course, lessons: [{ ...course.lessons[0], slug: 'nowhere' }] };
  await expect(buildSite({ root, out, course: missing })).rejects.toThrow('lessons/01-nowhere/lesson.md is missing');
});
