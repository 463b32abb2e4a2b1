/**
 * The small Markdown of quiz texts: paragraphs, `code`, *emphasis* and fenced code. The page makes elements of it and the
 * terminal colours, without either of them needing a Markdown parser.
 */

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'emphasis'; readonly text: string };

export type Block =
  | { readonly kind: 'paragraph'; readonly inlines: readonly Inline[] }
  | { readonly kind: 'code'; readonly language: string; readonly lines: readonly string[] };

const FENCE = /^```(\w*)\s*$/;

/** Splits a text into paragraphs and fenced code; an unclosed fence ends with the text. */
export function parseBlocks(source: string): Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const flush = (): void => {
    if (paragraph.length > 0) blocks.push({ kind: 'paragraph', inlines: parseInlines(paragraph.join(' ')) });
    paragraph = [];
  };
  const lines = source.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const fence = FENCE.exec(lines[at]);
    if (fence) {
      flush();
      const end = lines.findIndex((line, index) => index > at && FENCE.test(line));
      const stop = end === -1 ? lines.length : end;
      blocks.push({ kind: 'code', language: fence[1], lines: lines.slice(at + 1, stop) });
      at = stop;
    } else if (lines[at].trim() === '') flush();
    else paragraph.push(lines[at].trim());
  }
  flush();
  return blocks;
}

/** `code` first, then *emphasis*; everything else is text. */
export function parseInlines(source: string): Inline[] {
  const inlines: Inline[] = [];
  const mark = /`([^`]+)`|\*([^*\s](?:[^*]*[^*\s])?)\*/g;
  let from = 0;
  for (const match of source.matchAll(mark)) {
    if (match.index > from) inlines.push({ kind: 'text', text: source.slice(from, match.index) });
    if (match[1] !== undefined) inlines.push({ kind: 'code', text: match[1] });
    else inlines.push({ kind: 'emphasis', text: match[2] });
    from = match.index + match[0].length;
  }
  if (from < source.length) inlines.push({ kind: 'text', text: source.slice(from) });
  return inlines;
}

/** The text without its marks, for titles and screen readers. */
export function plainText(source: string): string {
  return parseBlocks(source)
    .map((block) =>
      block.kind === 'code' ? block.lines.join('\n') : block.inlines.map((inline) => inline.text).join(''),
    )
    .join('\n');
}
