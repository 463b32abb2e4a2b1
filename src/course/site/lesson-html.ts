/** A lesson's Markdown as HTML: code drawn from the sources, figures inlined, call-outs, links that work from file://. */
import fs from 'node:fs';
import path from 'node:path';
import { guests } from '#guests';
import { UsageError } from '../errors';
import { findCode, type CodeReference } from '../markdown/code-pattern';
import { inlineFigure } from '../markdown/figure';
import { codePattern, codeTarget, consoleCommands } from '../markdown/lesson-text';
import {
  callOutOf,
  CALL_OUTS,
  createMarkdown,
  figureAt,
  plainInline,
  type Markdown,
  type Token,
} from '../markdown/markdown';
import type { Highlight } from './highlight';
import { escapeHtml } from './html';

export interface LessonHtmlOptions {
  readonly root: string;
  /** `NN-slug`. */
  readonly folder: string;
  readonly highlight: Highlight;
  /** Where a page shows this code, relative to the lesson's page; undefined if no page does (solutions). */
  codeHref(code: CodeReference): string | undefined;
  /** The page of another lesson, relative to this one; undefined for a lesson that has none. */
  lessonHref(folder: string): string | undefined;
}

/** The body of the lesson's page, without its first-level heading, which the page's template shows. */
export function lessonHtml(tokens: readonly Token[], options: LessonHtmlOptions): string {
  const md = createMarkdown();
  headings(md);
  links(md, options);
  fences(md, options);
  figures(md, options);
  callOuts(md);
  tablesAndNotes(md);
  const title = tokens.findIndex((token) => token.type === 'heading_close' && token.tag === 'h1');
  return md.renderer.render(tokens.slice(title + 1), md.options, {});
}

type Rule = NonNullable<Markdown['renderer']['rules'][string]>;
const plain: Rule = (tokens, index, options, _env, self) => self.renderToken(tokens, index, options);

function headings(md: Markdown): void {
  md.renderer.rules.heading_close = (tokens, index) => {
    const slug = String(tokens[index - 2].attrGet('id'));
    const name = escapeHtml(plainInline(tokens[index - 1].children));
    return ` <a class="anchor" href="#${slug}" aria-label="Link to the section ${name}">#</a></${tokens[index].tag}>\n`;
  };
}

function links(md: Markdown, options: LessonHtmlOptions): void {
  md.renderer.rules.link_open = (tokens, index, ...rest) => {
    const token = tokens[index];
    const href = String(token.attrGet('href'));
    if (href.startsWith('code:')) return codeLink(codeTarget(href), options);
    const lesson = /^\.\.\/([^/]+)\/lesson\.md(#.*)?$/.exec(href);
    if (lesson) token.attrSet('href', (options.lessonHref(lesson[1]) ?? '../index.html') + (lesson[2] ?? ''));
    if (href.startsWith('https:')) token.attrSet('rel', 'noreferrer');
    return plain(tokens, index, ...rest);
  };
  md.renderer.rules.link_close = (tokens, index, ...rest) => {
    const href = String(tokens[openingOf(tokens, index)].attrGet('href'));
    if (!href.startsWith('code:')) return plain(tokens, index, ...rest);
    return options.codeHref(resolve(codeTarget(href), options)) === undefined ? '</span>' : '</a>';
  };
}

/** A link to the page that shows the code; where none does, the text names file and line and leads nowhere. */
function codeLink(pattern: string, options: LessonHtmlOptions): string {
  const code = resolve(pattern, options);
  const place = escapeHtml(`${code.file}:${code.line}`);
  const href = options.codeHref(code);
  return href === undefined
    ? `<span class="code-place" title="${place}">`
    : `<a class="code-place" href="${href}" title="${place}">`;
}

/** Throws a UsageError that says where the author has to look. */
function resolve(pattern: string, { root, folder }: LessonHtmlOptions): CodeReference {
  const found = findCode(root, pattern);
  if (found.ok) return found.code;
  throw new UsageError(`lessons/${folder}/lesson.md points at code that is not there: ${found.problem}.`);
}

function openingOf(tokens: readonly Token[], close: number): number {
  let at = close;
  while (tokens[at].type !== 'link_open') at--;
  return at;
}

function fences(md: Markdown, options: LessonHtmlOptions): void {
  md.renderer.rules.fence = (tokens, index) => {
    const token = tokens[index];
    const pattern = codePattern(token);
    if (pattern !== undefined) return excerpt(pattern, options);
    const language = token.info.trim().split(/\s+/)[0];
    const code = token.content.replace(/\n$/, '');
    const commands = language === 'console' ? consoleCommands(code).join('\n') : '';
    const html = options.highlight(code, language);
    if (language !== 'console') return codeBlock(html, code, 'code');
    return codeBlock(html, commands, 'console', '', guestOf(commands));
  };
}

function excerpt(pattern: string, options: LessonHtmlOptions): string {
  const code = resolve(pattern, options);
  const text = unindented(code.lines).join('\n');
  const place = escapeHtml(`${code.file}:${code.line}`);
  const href = options.codeHref(code);
  const caption = href === undefined ? `<span>${place}</span>` : `<a href="${href}">${place}</a>`;
  return codeBlock(options.highlight(text, path.extname(code.file).slice(1)), text, 'code', caption);
}

/** The guest that the first of these commands runs, as attributes for the page's script; none if it runs none of the course's. */
function guestOf(commands: string): string {
  const [, name, rest = ''] = /^npx hv (?:trace|boot) ([a-z][\w-]*)(.*)/.exec(commands) ?? [];
  if (name === undefined || !guests.some((guest) => guest.name === name)) return '';
  const [, vmm] = /--vmm[ =]([a-z-]+)/.exec(rest) ?? [];
  return ` data-guest="${name}"${vmm === undefined ? '' : ` data-vmm="${vmm}"`}`;
}

function codeBlock(html: string, copied: string, kind: 'code' | 'console', caption = '', attributes = ''): string {
  const copy =
    copied === '' ? '' : `<button type="button" class="copy" data-copy="${escapeHtml(copied)}">Copy</button>`;
  const head = caption === '' ? '' : `<figcaption>${caption}</figcaption>`;
  return `<figure class="listing ${kind}"${attributes}>${head}${copy}${html}</figure>\n`;
}

/** Lines without the indentation that all of them share. */
function unindented(lines: readonly string[]): string[] {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  return lines.map((line) => line.slice(Math.min(...indents)));
}

/** An image that stands alone is a figure: its SVG becomes part of the page, its alternative text the caption. */
function figures(md: Markdown, options: LessonHtmlOptions): void {
  let count = 0;
  const hidden = new Set<Token>();
  md.renderer.rules.paragraph_open = (tokens, index, ...rest) => {
    if (!figureAt(tokens, index)) return plain(tokens, index, ...rest);
    hidden.add(tokens[index + 2]);
    return '';
  };
  md.renderer.rules.paragraph_close = (tokens, index, ...rest) =>
    hidden.has(tokens[index]) ? '' : plain(tokens, index, ...rest);
  md.renderer.rules.image = (tokens, index) => {
    const name = `lessons/${options.folder}/${String(tokens[index].attrGet('src'))}`;
    const file = path.join(options.root, name);
    if (!fs.existsSync(file)) throw new UsageError(`${name} is missing: lesson.md shows it as a figure.`);
    const svg = inlineFigure(fs.readFileSync(file, 'utf8'), `figure-${++count}`);
    const caption = escapeHtml(plainInline(tokens[index].children));
    return `<figure class="drawing">${svg}<figcaption>Figure ${count}. ${caption}.</figcaption></figure>\n`;
  };
}

function callOuts(md: Markdown): void {
  for (const name of Object.keys(CALL_OUTS)) {
    const spoiler = name === 'spoiler';
    md.renderer.rules[`container_${name}_open`] = (tokens, index) => {
      const title = escapeHtml(callOutOf(tokens[index]).title);
      if (spoiler) return `<details class="call-out spoiler"><summary>${title}</summary>\n`;
      return `<aside class="call-out ${name}" aria-label="${title}"><p class="call-out-title">${title}</p>\n`;
    };
    md.renderer.rules[`container_${name}_close`] = () => (spoiler ? '</details>\n' : '</aside>\n');
  }
}

/** Wide tables scroll by themselves, with the keyboard too; the way back from a footnote has a name. */
function tablesAndNotes(md: Markdown): void {
  md.renderer.rules.table_open = () => '<div class="table" role="group" aria-label="Table" tabindex="0"><table>\n';
  md.renderer.rules.table_close = () => '</table></div>\n';
  md.renderer.rules.footnote_anchor = (tokens, index) => {
    const { id, subId } = tokens[index].meta as { id: number; subId: number };
    const suffix = subId > 0 ? `:${subId}` : '';
    return ` <a href="#fnref${id + 1}${suffix}" class="footnote-backref" aria-label="Back to the text">↩\uFE0E</a>`;
  };
  md.renderer.rules.footnote_block_open = () => '<section class="footnotes" aria-label="Notes">\n<ol>\n';
}
