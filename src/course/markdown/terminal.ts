/** A lesson in the terminal: markdown-it's tokens written as wrapped, coloured lines. */
import fs from 'node:fs';
import path from 'node:path';
import { findCode } from './code-pattern';
import { figureText } from './figure';
import { codePattern, codeTarget } from './lesson-text';
import { callOutOf, figureAt, plainInline, type Token } from './markdown';
import { painter, wrap, type Paint, type Run, type Style } from './styled';
import { tableLines } from './terminal-table';

export interface TerminalOptions {
  /** The package root, for code patterns. */
  readonly root: string;
  /** The lesson's own folder, for figures. */
  readonly folder: string;
  /** Width of the terminal; lines are kept readable at no more than 100. */
  readonly columns: number;
  readonly color: boolean;
}

const WIDEST = 100;
const NARROWEST = 30;

/** The whole document as text with a newline at its end. */
export function renderTerminal(tokens: readonly Token[], options: TerminalOptions): string {
  const writer = new TerminalWriter(tokens, options);
  return writer.write();
}

/** A level of nesting: what stands at the left of its first line and of all others. */
interface Indent {
  first: string;
  readonly rest: string;
}

class TerminalWriter {
  private readonly tokens: readonly Token[];
  private readonly options: TerminalOptions;
  private readonly paint: Paint;
  private readonly width: number;
  private readonly lines: string[] = [];
  private readonly indents: Indent[] = [];
  private readonly counters: number[] = [];

  constructor(tokens: readonly Token[], options: TerminalOptions) {
    this.tokens = tokens;
    this.options = options;
    this.paint = painter(options.color);
    this.width = Math.min(Math.max(options.columns, NARROWEST), WIDEST);
  }

  write(): string {
    for (let at = 0; at < this.tokens.length; at++) at = this.block(at);
    return `${this.lines
      .join('\n')
      .replaceAll(/\n{3,}/g, '\n\n')
      .replace(/\s+$/, '')
      .replace(/^\n+/, '')}\n`;
  }

  /** Writes the block that opens at a token; returns the index of the last token used. */
  private block(at: number): number {
    const token = this.tokens[at];
    const figure = figureAt(this.tokens, at);
    if (figure) return this.figure(figure, at + 2);
    if (token.type.startsWith('container_')) return this.callOut(token, at);
    switch (token.type) {
      case 'heading_open':
        return this.heading(at);
      case 'paragraph_open':
        this.put(wrap(this.runs(this.tokens[at + 1]), this.room(), this.paint));
        if (!token.hidden) this.gap();
        return at + 2;
      case 'fence':
      case 'code_block':
        this.code(token);
        return at;
      case 'table_open':
        return this.table(at);
      case 'hr':
        this.put([this.paint('─'.repeat(this.room()), 'dim')]);
        this.gap();
        return at;
      default:
        this.nesting(token);
        return at;
    }
  }

  /** Opens and closes lists, items, quotations and footnotes. */
  private nesting(token: Token): void {
    if (token.type === 'bullet_list_open') this.counters.push(Number.NaN);
    if (token.type === 'ordered_list_open') this.counters.push(Number(token.attrGet('start') ?? 1));
    if (token.type.endsWith('_list_close')) {
      this.counters.pop();
      if (this.counters.length === 0) this.gap();
    }
    if (token.type === 'list_item_open') {
      const number = this.counters[this.counters.length - 1]++;
      const mark = Number.isNaN(number) ? '• ' : `${number}. `;
      this.indents.push({ first: mark, rest: ' '.repeat(mark.length) });
    }
    if (token.type === 'blockquote_open') this.indents.push({ first: '│ ', rest: '│ ' });
    if (token.type === 'footnote_block_open') this.put([this.paint('─'.repeat(Math.min(24, this.room())), 'dim')]);
    if (token.type === 'footnote_open') {
      const mark = `[${footnoteNumber(token)}] `;
      this.indents.push({ first: mark, rest: ' '.repeat(mark.length) });
    }
    if (/^(list_item|footnote)_close$/.test(token.type)) this.indents.pop();
    if (token.type === 'blockquote_close') this.leave();
  }

  private heading(at: number): number {
    const level = Number(this.tokens[at].tag.slice(1));
    const text = plainInline(this.tokens[at + 1].children);
    this.gap();
    this.put(wrap([{ text, style: level <= 2 ? 'heading' : 'strong' }], this.room(), this.paint));
    this.gap();
    return at + 2;
  }

  private callOut(token: Token, at: number): number {
    if (token.nesting === -1) {
      this.leave();
      return at;
    }
    this.indents.push({ first: '┃ ', rest: '┃ ' });
    this.put(wrap([{ text: callOutOf(token).title, style: 'strong' }], this.room(), this.paint));
    return at;
  }

  /** A figure is shown by its description: what it says, not that there is a picture. */
  private figure(image: Token, last: number): number {
    const file = path.join(this.options.folder, String(image.attrGet('src')));
    const svg = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
    const { title, description } = figureText(svg);
    this.indents.push({ first: '┊ ', rest: '┊ ' });
    this.put(
      wrap([{ text: `Figure: ${title || plainInline(image.children)}`, style: 'strong' }], this.room(), this.paint),
    );
    if (description) this.put(wrap([{ text: description, style: 'plain' }], this.room(), this.paint));
    this.indents.pop();
    this.gap();
    return last;
  }

  /** Code keeps its lines; one that is too long continues behind a mark. */
  private code(token: Token): void {
    const pattern = token.type === 'fence' ? codePattern(token) : undefined;
    const found = pattern === undefined ? undefined : findCode(this.options.root, pattern);
    if (found?.ok) this.put([this.paint(`${found.code.file}:${found.code.line}`, 'dim')]);
    const lines = found?.ok ? found.code.lines : token.content.replace(/\n$/, '').split('\n');
    this.indents.push({ first: '    ', rest: '    ' });
    for (const line of lines) {
      const pieces = chunks(line, this.room() - 1);
      this.put(pieces.map((piece, index) => this.paint(index === 0 ? piece : `↪${piece}`, 'code')));
    }
    this.indents.pop();
    this.gap();
  }

  private table(at: number): number {
    const rows: Run[][][] = [];
    let index = at;
    for (; this.tokens[index].type !== 'table_close'; index++) {
      const token = this.tokens[index];
      if (token.type === 'tr_open') rows.push([]);
      if (/^t[hd]_open$/.test(token.type)) rows[rows.length - 1].push(this.runs(this.tokens[index + 1]));
    }
    this.put(tableLines(rows, this.room(), this.paint));
    this.gap();
    return index;
  }

  private runs(inline: Token): Run[] {
    const runs: Run[] = [];
    const styles: Style[] = ['plain'];
    let href = '';
    for (const token of inline.children ?? []) {
      const style = styles[styles.length - 1];
      if (token.type === 'text') runs.push({ text: token.content, style });
      else if (token.type === 'code_inline') runs.push({ text: this.inlineCode(token.content), style: 'code' });
      else if (token.type === 'softbreak') runs.push({ text: ' ', style });
      else if (token.type === 'hardbreak') runs.push({ text: '\n', style });
      else if (token.type === 'image') runs.push({ text: `[${plainInline(token.children)}]`, style: 'dim' });
      else if (token.type === 'footnote_ref') runs.push({ text: `[${footnoteNumber(token)}]`, style: 'dim' });
      else if (token.type === 'strong_open') styles.push('strong');
      else if (token.type === 'em_open') styles.push('emphasis');
      else if (token.type === 'link_open') {
        href = String(token.attrGet('href'));
        styles.push('link');
      } else if (token.type.endsWith('_close')) {
        styles.pop();
        if (token.type === 'link_close') runs.push(...this.linkTail(href));
      }
    }
    return runs;
  }

  /** Without colours, the marks of the source say what is code. */
  private inlineCode(text: string): string {
    return this.options.color ? text : `\`${text}\``;
  }

  /** Where a link leads, for those who cannot click: file and line of code, the command for another lesson, or the address. */
  private linkTail(href: string): Run[] {
    if (href.startsWith('#')) return [];
    if (href.startsWith('code:')) {
      const found = findCode(this.options.root, codeTarget(href));
      return found.ok ? [{ text: ` (${found.code.file}:${found.code.line})`, style: 'dim' }] : [];
    }
    const lesson = /^\.\.\/(\d\d)-[^/]+\/lesson\.md/.exec(href);
    return [{ text: ` (${lesson ? `hv read ${lesson[1]}` : href})`, style: 'dim' }];
  }

  /** Characters left beside the indents. */
  private room(): number {
    return this.width - this.indents.reduce((sum, indent) => sum + indent.rest.length, 0);
  }

  private put(lines: readonly string[]): void {
    for (const line of lines) {
      const prefix = this.indents.map((indent) => indent.first).join('');
      for (const indent of this.indents) indent.first = indent.rest;
      this.lines.push(line === '' ? this.left(prefix.trimEnd()) : this.left(prefix) + line);
    }
  }

  /** An empty line, which inside a call-out still shows its bar. */
  private gap(): void {
    this.put(['']);
  }

  /** Ends a barred block: the empty line inside it becomes one outside. */
  private leave(): void {
    this.lines.pop();
    this.indents.pop();
    this.gap();
  }

  private left(prefix: string): string {
    return prefix.trim() === '' ? prefix : this.paint(prefix, 'dim');
  }
}

function footnoteNumber(token: Token): number {
  return (token.meta as { id: number }).id + 1;
}

function chunks(line: string, width: number): string[] {
  const pieces: string[] = [];
  for (let from = 0; from === 0 || from < line.length; from += width) pieces.push(line.slice(from, from + width));
  return pieces;
}
