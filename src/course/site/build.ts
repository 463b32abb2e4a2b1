/** Builds the lesson site: static pages that need no server and no network. */
import fs from 'node:fs';
import path from 'node:path';
import type { Parts } from '#vmm';
import { packGuest, type GuestPack } from '../browser';
import { UsageError } from '../errors';
import { findGuest, readGuest } from '../lab';
import { folderOf, writtenLessons, type Course, type WrittenLesson } from '../manifest';
import type { CodeReference } from '../markdown/code-pattern';
import { readLessonText } from '../markdown/lesson-text';
import { readQuiz } from '../quiz/quiz-file';
import { loadAssets } from './assets';
import { CodePages } from './code-pages';
import { demoView } from './demo';
import { loadHighlighter, type Highlight } from './highlight';
import { lessonHtml } from './lesson-html';
import { indexView, lessonView, type LessonPage } from './pages';
import { searchScript } from './search-index';
import { loadTemplates } from './templates';

export interface SiteOptions {
  /** The package root: lessons, sources, templates. */
  readonly root: string;
  /** The folder to write; made if it is not there, refused if it holds something else. */
  readonly out: string;
  readonly course: Course;
  /** Slugs of the exercises that are at full marks; the map shows them as yours. */
  readonly passed?: readonly string[];
  /** The hypervisor whose exits each lesson's page shows for the lesson's guests; without it the pages show none. */
  readonly parts?: Parts;
  /** The source of the worker in which pages run guests, relative to `root`; without it they run none. */
  readonly worker?: string;
}

export interface SiteReport {
  readonly out: string;
  readonly pages: number;
  /** All files written, relative to `out`, with slashes. */
  readonly files: readonly string[];
}

/** Marks a folder as ours, so that building again may replace it. */
const MARK = '.worldswitch-site';

/** Writes the site. Throws a UsageError for a lesson without a text, a bad quiz, or a folder that is not ours to replace. */
export async function buildSite(options: SiteOptions): Promise<SiteReport> {
  const { root, course } = options;
  const highlight = await loadHighlighter();
  const templates = loadTemplates(root);
  const codePages = new CodePages(root, highlight);
  const lessons = writtenLessons(course).map((lesson) => readPage(options, lesson, highlight, codePages));
  const files = new Map<string, string>();
  const layout = (view: object, main: string): string => templates.layout({ ...view, main, course: course.title });
  const index = indexView(course, lessons, options.passed ?? []);
  files.set('index.html', layout(index, templates.index(index)));
  for (const page of lessons) {
    const view = lessonView(course, page, lessons);
    files.set(page.href, layout(view, templates.lesson(view)));
  }
  for (const page of codePages.render()) files.set(page.href, layout(page, templates.code(page)));
  const pages = files.size;
  files.set('assets/search.js', searchScript(lessons));
  const assets = await loadAssets({ root, worker: options.worker, guests: guestsOf(lessons) });
  for (const [name, content] of assets) files.set(name, content);
  write(options.out, files);
  return { out: options.out, pages, files: [...files.keys()].sort() };
}

/** Every guest that a command in some lesson names. */
function guestsOf(lessons: readonly LessonPage[]): GuestPack[] {
  const names = new Set(
    lessons.flatMap(({ html }) => [...html.matchAll(/ data-guest="([^"]+)"/g)].map(([, name]) => name)),
  );
  return [...names].sort().map((name) => packGuest(name, findGuest(name).file, readGuest(name)));
}

function readPage(options: SiteOptions, lesson: WrittenLesson, highlight: Highlight, codePages: CodePages): LessonPage {
  const { root, course } = options;
  const folder = folderOf(lesson);
  if (!fs.existsSync(path.join(root, 'lessons', folder, 'lesson.md'))) {
    throw new UsageError(`lessons/${folder}/lesson.md is missing: a written lesson has a text.`);
  }
  const text = readLessonText(root, folder);
  const html = lessonHtml(text.tokens, {
    root,
    folder,
    highlight,
    codeHref: (code: CodeReference) => codePages.hrefOf(code, '../'),
    lessonHref: (other) =>
      writtenLessons(course).some((one) => folderOf(one) === other) ? `${other}.html` : undefined,
  });
  const demo = options.parts && demoView(lesson.guests, options.parts);
  return { lesson, folder, href: `lessons/${folder}.html`, text, html, quiz: readQuiz(root, folder), demo };
}

/** Replaces an earlier site; a folder that holds anything else is left alone. */
function write(out: string, files: ReadonlyMap<string, string>): void {
  const found = fs.statSync(out, { throwIfNoEntry: false });
  if (found && !found.isDirectory()) throw new UsageError(`${out} is not a folder: name another one with --out.`);
  const there = found ? fs.readdirSync(out) : [];
  if (there.length > 0 && !there.includes(MARK)) {
    throw new UsageError(
      `${out} holds something that is not a site of this course: name an empty or new folder with --out.`,
    );
  }
  for (const name of there) fs.rmSync(path.join(out, name), { recursive: true });
  fs.mkdirSync(out, { recursive: true });
  fs.writeFileSync(path.join(out, MARK), 'Made by `hv site build`, which replaces this folder.\n');
  for (const [name, content] of files) {
    const file = path.join(out, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
}
