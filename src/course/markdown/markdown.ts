/** The one Markdown dialect of the lessons: markdown-it with headings that can be linked, call-outs and footnotes. */
import MarkdownIt from 'markdown-it';
import anchor from 'markdown-it-anchor';
import container from 'markdown-it-container';
import footnote from 'markdown-it-footnote';
import { slugOf } from '../heading-slug';

export type Token = MarkdownIt.Token;
export type Markdown = MarkdownIt.MarkdownIt;

/**
 * Call-outs (`::: try`, with an own title behind the name if wanted) and their titles. `spoiler` is closed on the page until
 * it is clicked.
 */
export const CALL_OUTS = {
  note: 'Note',
  try: 'Run it',
  history: 'History',
  elsewhere: 'In real systems',
  exercise: 'Your turn',
  spoiler: 'Open when you have tried',
} as const;
export type CallOut = keyof typeof CALL_OUTS;

/** A parser for lessons; whoever renders HTML replaces its renderer rules, the terminal walks its tokens. */
export function createMarkdown(): Markdown {
  const md = new MarkdownIt('default', { html: false, linkify: false, typographer: false });
  md.use<unknown[]>(anchor as unknown as Plugin, { slugify: slugOf, tabIndex: false });
  md.use(footnote);
  for (const name of Object.keys(CALL_OUTS)) md.use(container, name);
  return md;
}

type Plugin = (md: Markdown, ...parameters: unknown[]) => void;

/** Name and title of a call-out's opening token. */
export function callOutOf(token: Token): { readonly name: CallOut; readonly title: string } {
  const [name, ...words] = token.info.trim().split(/\s+/);
  return { name: name as CallOut, title: words.join(' ') || CALL_OUTS[name as CallOut] };
}

/** The text of inline tokens without their marks. */
export function plainInline(tokens: readonly Token[] | null): string {
  return (tokens ?? [])
    .map((token) => (token.type === 'softbreak' ? ' ' : token.content || plainInline(token.children)))
    .join('');
}

/** The image, if the paragraph that opens at `index` holds nothing else: a figure. */
export function figureAt(tokens: readonly Token[], index: number): Token | undefined {
  const inline = tokens[index + 1] as Token | undefined;
  const [only, ...others] = inline?.children ?? [];
  return tokens[index].type === 'paragraph_open' && others.length === 0 && only?.type === 'image' ? only : undefined;
}
