/** The input of a question: buttons, boxes, a line to type, or steps to move; each is read as the engine's answer. */
import { letter, readAnswer, type ReadAnswer } from '../../quiz/answer-text';
import { GAP, type FillQuestion, type MatchQuestion, type Question } from '../../quiz/question';
import { plainText } from '../../quiz/rich-text';
import { h, richInline } from './elements';

export interface Field {
  readonly elements: readonly HTMLElement[];
  /** What is entered now, or a sentence about what is missing. */
  read(): ReadAnswer;
}

/** `shown` is the order of choices on the page, `name` is unique on it. */
export function fieldFor(question: Question, shown: readonly number[], name: string): Field {
  switch (question.kind) {
    case 'choose':
      return choiceField(question.choices, shown, name, 'radio');
    case 'choose-all':
      return choiceField(question.choices, shown, name, 'checkbox');
    case 'fault':
      return choiceField(
        question.choices.map((line) => ({ text: line.text, code: true })),
        shown,
        name,
        'radio',
      );
    case 'order':
      return orderField(
        question.steps.map((step) => step.text),
        shown,
      );
    case 'match':
      return matchField(question, shown, name);
    case 'fill':
      return gapField(question, name);
    case 'number':
      return lineField(question, name, question.unit ?? (question.hex ? 'as 0x...' : ''), 'A number');
    case 'predict':
      return lineField(question, name, '', 'What it prints');
  }
}

type ShownChoice = { readonly text: string; readonly code?: boolean };

function choiceField(
  choices: readonly ShownChoice[],
  shown: readonly number[],
  name: string,
  type: 'radio' | 'checkbox',
): Field {
  const inputs = shown.map((index) => h('input', { type, name, value: String(index) }));
  const rows = shown.map((index, place) => {
    const { text, code } = choices[index];
    const label = code ? [h('code', { class: 'code-line' }, text)] : richInline(text);
    return h('label', { class: code ? 'choice code-choice' : 'choice' }, inputs[place], h('span', {}, ...label));
  });
  return {
    elements: [h('div', { class: 'choices' }, ...rows)],
    read: () => {
      const chosen = inputs.filter((input) => input.checked).map((input) => Number(input.value));
      if (chosen.length === 0 && type === 'radio') return { ok: false, problem: 'Choose one first.' };
      return { ok: true, answer: type === 'radio' ? chosen[0] : chosen };
    },
  };
}

/** Beside each text a list of the partners, from which the page takes none by itself. */
function matchField({ pairs, partners }: MatchQuestion, shown: readonly number[], name: string): Field {
  const lists = pairs.map((_, index) =>
    h(
      'select',
      { id: `${name}-${index}`, name: `${name}-${index}` },
      h('option', { value: '' }, 'choose …'),
      ...shown.map((partner) => h('option', { value: String(partner) }, plainText(partners[partner]))),
    ),
  );
  const rows = pairs.map(({ text }, index) =>
    h('p', { class: 'line-field pair' }, h('label', { for: `${name}-${index}` }, ...richInline(text)), lists[index]),
  );
  return {
    elements: rows,
    read: () => {
      const chosen = lists.map((list) => list.value);
      if (chosen.includes('')) return { ok: false, problem: 'Choose one for each first.' };
      return { ok: true, answer: chosen.map(Number) };
    },
  };
}

/** The text, with a place to type where its gap is. */
function gapField(question: FillQuestion, name: string): Field {
  const input = textInput(name, { 'aria-label': 'What belongs into the gap', class: 'gap' });
  const [before, after] = question.text.split(GAP);
  const sides = [before, after].map((side) => (question.language === undefined ? richInline(side) : [side]));
  const [tag, style] =
    question.language === undefined ? (['span', 'prose'] as const) : (['code', 'code-line'] as const);
  const text = h(tag, { class: style }, ...sides[0], input, ...sides[1]);
  return { elements: [h('p', { class: 'gap-field' }, text)], read: () => readAnswer(question, input.value, []) };
}

function textInput(name: string, more: Readonly<Record<string, string>> = {}): HTMLInputElement {
  return h('input', { type: 'text', name, autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off', ...more });
}

function lineField(question: Question, name: string, unit: string, label: string): Field {
  const input = textInput(name, { id: name });
  const command =
    question.kind === 'predict'
      ? [h('pre', { class: 'command', tabindex: '0' }, h('code', {}, `$ ${question.command}`))]
      : [];
  const row = h(
    'p',
    { class: 'line-field' },
    h('label', { for: name }, label),
    input,
    h('span', { class: 'unit' }, unit),
  );
  return { elements: [...command, row], read: () => readAnswer(question, input.value, []) };
}

/** Steps with buttons that move them: works with a mouse, a keyboard and a screen reader alike. */
function orderField(texts: readonly string[], shown: readonly number[]): Field {
  const order = [...shown];
  const list = h('ol', { class: 'steps' });
  const announce = h('p', { class: 'visually-hidden', role: 'status' });
  const move = (index: number, by: -1 | 1): void => {
    const place = order.indexOf(index);
    const other = place + by;
    if (other < 0 || other >= order.length) return;
    [order[place], order[other]] = [order[other], order[place]];
    draw();
    list.querySelector<HTMLButtonElement>(`[data-move="${index} ${by}"]`)?.focus();
    announce.textContent = `Now in place ${other + 1} of ${order.length}.`;
  };
  const draw = (): void =>
    list.replaceChildren(
      ...order.map((index, place) => {
        const button = (by: -1 | 1, sign: string, word: string): HTMLElement =>
          h(
            'button',
            {
              type: 'button',
              class: 'quiet',
              'data-move': `${index} ${by}`,
              'aria-label': `Move step ${place + 1} ${word}`,
              onclick: () => move(index, by),
            },
            sign,
          );
        const text = h(
          'span',
          {},
          h('span', { class: 'letter', 'aria-hidden': 'true' }, `${letter(shown.indexOf(index))} `),
          ...richInline(texts[index]),
        );
        return h('li', {}, text, h('span', { class: 'moves' }, button(-1, '↑', 'up'), button(1, '↓', 'down')));
      }),
    );
  draw();
  return { elements: [list, announce], read: () => ({ ok: true, answer: [...order] }) };
}
