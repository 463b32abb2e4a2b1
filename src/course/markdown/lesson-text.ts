/** A lesson's text and what is in it: headings, commands, code patterns and figures, each with its line. */
import fs from 'node:fs';
import path from 'node:path';
import { slugOf } from '../heading-slug';
import { createMarkdown, plainInline, type Token } from './markdown';

export interface Heading {
  readonly level: number;
  readonly text: string;
  /** Fragment of links to it. */
  readonly slug: string;
}

/** Something in the text that must resolve; `line` is 1-based in lesson.md. */
export interface Mention {
  readonly target: string;
  readonly line: number;
}

export interface Figure extends Mention {
  readonly alt: string;
}

export interface LessonText {
  /** `NN-slug`. */
  readonly folder: string;
  readonly title: string;
  readonly source: string;
  readonly tokens: readonly Token[];
  readonly headings: readonly Heading[];
  /** Words of prose: no code, no figures. */
  readonly words: number;
  /** Patterns of `code:` links and of code fences. */
  readonly code: readonly Mention[];
  /** Targets of all other links. */
  readonly links: readonly Mention[];
  /** `npx hv ...` command lines of console fences. */
  readonly commands: readonly Mention[];
  readonly figures: readonly Figure[];
}

/** Reads `lessons/NN-slug/lesson.md` under the package root. Throws what `fs` throws if it is not there. */
export function readLessonText(root: string, folder: string): LessonText {
  const source = fs.readFileSync(path.join(root, 'lessons', folder, 'lesson.md'), 'utf8');
  return analyseLesson(folder, source);
}

/** Everything that can be said of a text without looking at other files. */
export function analyseLesson(folder: string, source: string): LessonText {
  const tokens = createMarkdown().parse(source, {});
  const headings = tokens.flatMap((token, index) => {
    if (token.type !== 'heading_open') return [];
    const text = plainInline(tokens[index + 1].children);
    return [{ level: Number(token.tag.slice(1)), text, slug: slugOf(text) }];
  });
  const collected = collect(tokens);
  return {
    folder,
    title: headings.find((heading) => heading.level === 1)?.text ?? folder,
    source,
    tokens,
    headings,
    ...collected,
  };
}

type Collected = Pick<LessonText, 'words' | 'code' | 'links' | 'commands' | 'figures'>;

function collect(tokens: readonly Token[]): Collected {
  const code: Mention[] = [];
  const links: Mention[] = [];
  const commands: Mention[] = [];
  const figures: Figure[] = [];
  let words = 0;
  for (const token of tokens) {
    const line = (token.map?.[0] ?? 0) + 1;
    if (token.type === 'fence') {
      const pattern = codePattern(token);
      if (pattern !== undefined) code.push({ target: pattern, line });
      else commands.push(...consoleCommands(token.content).map((target) => ({ target, line })));
    }
    for (const child of token.children ?? []) {
      const href = String(child.attrGet('href') ?? '');
      if (child.type === 'link_open' && href.startsWith('code:')) code.push({ target: codeTarget(href), line });
      else if (child.type === 'link_open') links.push({ target: href, line });
      if (child.type === 'image')
        figures.push({ target: String(child.attrGet('src')), alt: plainInline(child.children), line });
      if (child.type === 'text' || child.type === 'code_inline') words += countWords(child.content);
    }
  }
  return { words, code, links, commands, figures };
}

/** The pattern of a fence ```` ```code PATTERN ````, which is drawn from the sources; undefined for any other fence. */
export function codePattern(fence: Token): string | undefined {
  return /^code\s+(\S.*)$/.exec(fence.info.trim())?.[1];
}

/** `code:path#pattern` as markdown-it encodes it, back to the pattern. */
export function codeTarget(href: string): string {
  return decodeURI(href.slice('code:'.length));
}

/** The command lines of a console fence: what follows `$ `. */
export function consoleCommands(content: string): string[] {
  return content.split('\n').flatMap((line) => /^\$ (npx hv .*|npm .*)$/.exec(line)?.[1] ?? []);
}

function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}
