/** Quiz texts on the terminal: the small Markdown as wrapped lines, choices with their letters. */
import { painter, wrap, type Style } from '#course/markdown';
import { letter, parseBlocks, parseInlines, type Inline, type Question } from '#course/quiz';

export interface Page {
  readonly columns: number;
  readonly color: boolean;
}

const STYLES: Readonly<Record<Inline['kind'], Style>> = { text: 'plain', code: 'code', emphasis: 'emphasis' };

/** A text's lines, each behind an indent. */
export function richLines(source: string, page: Page, indent: string): string[] {
  const paint = painter(page.color);
  const width = widthOf(page) - indent.length;
  const blocks = parseBlocks(source).map((block) =>
    block.kind === 'code'
      ? block.lines.map((line) => `    ${paint(line, 'code')}`)
      : wrap(runsOf(block.inlines, page), width, paint),
  );
  return blocks.flatMap((lines, index) => [...(index > 0 ? [''] : []), ...lines.map((line) => indent + line)]);
}

/** One line of rich text, unwrapped: for entries of a list that inquirer wraps itself. */
export function richLine(source: string, page: Page): string {
  const paint = painter(page.color);
  return runsOf(parseInlines(source), page)
    .map((run) => paint(run.text, run.style))
    .join('');
}

/** What can be chosen, with the letter or line number to type. Nothing for questions that are typed freely. */
export function choiceLines(question: Question, shown: readonly number[], page: Page): string[] {
  if (question.kind === 'fault')
    return ['', ...question.choices.map((choice, index) => `${String(index + 1).padStart(3)}  ${choice.text}`)];
  if (question.kind === 'fill') return ['', ...gapLines(question, page)];
  if (question.kind === 'match') {
    const rows = question.pairs.flatMap((pair, index) => marked(pair.text, `${index + 1}.`, page));
    return ['', ...rows, '', ...lettered(question.partners, shown, page)];
  }
  if (question.kind === 'number' || question.kind === 'predict') return [];
  const texts = question.kind === 'order' ? question.steps : question.choices;
  return [
    '',
    ...lettered(
      texts.map(({ text }) => text),
      shown,
      page,
    ),
  ];
}

function gapLines({ text, language }: Extract<Question, { kind: 'fill' }>, page: Page): string[] {
  return language === undefined ? richLines(text, page, '') : [`    ${painter(page.color)(text, 'code')}`];
}

function lettered(texts: readonly string[], shown: readonly number[], page: Page): string[] {
  return shown.flatMap((index, place) => marked(texts[index], `${letter(place)})`, page));
}

function marked(text: string, mark: string, page: Page): string[] {
  return richLines(text, page, '   ').map((line, index) => (index === 0 ? `${mark} ${line.trimStart()}` : line));
}

function widthOf(page: Page): number {
  return Math.min(Math.max(page.columns, 30), 90);
}

/** Without colours, backticks say what is code. */
function runsOf(inlines: readonly Inline[], page: Page): { readonly text: string; readonly style: Style }[] {
  return inlines.map(({ kind, text }) => ({
    text: kind === 'code' && !page.color ? `\`${text}\`` : text,
    style: STYLES[kind],
  }));
}
