/** The quiz of a lesson's page: the engine of `hv quiz` with forms in front of it. */
import { answerText } from '../../quiz/answer-text';
import { check, rightAnswer } from '../../quiz/check';
import { instantiate, shownOrder } from '../../quiz/generators';
import { slugOf } from '../../heading-slug';
import type { Question, Quiz, QuizItem, Verdict } from '../../quiz/question';
import { h, richBlocks, richInline } from './elements';
import { recall, remember } from './memory';
import { fieldFor } from './quiz-field';

/** What the browser remembers of a quiz: by question, whether the last answer was right. */
export type QuizMemory = Record<string, { readonly right: boolean }>;

interface PageQuiz extends Quiz {
  /** `NN-slug`. */
  readonly lesson: string;
}

export function startQuiz(): void {
  const place = document.querySelector('#quiz-questions');
  const data = document.querySelector('#quiz-data');
  if (!place || !data) return;
  const quiz = JSON.parse(data.textContent ?? '') as PageQuiz;
  const memory = recall<QuizMemory>(`quiz.${quiz.lesson}`, {});
  const score = document.querySelector('#quiz-score');
  const showScore = (): void => {
    const right = quiz.items.filter((item) => memory[item.id]?.right).length;
    if (score) score.textContent = `${right} of ${quiz.items.length} right`;
  };
  const record = (id: string, right: boolean): void => {
    memory[id] = { right };
    remember(`quiz.${quiz.lesson}`, memory);
    showScore();
  };
  place.replaceChildren(...quiz.items.map((item, index) => new QuestionCard(item, index + 1, record).element));
  showScore();
}

/** One question: asked, judged, explained, asked again. */
class QuestionCard {
  readonly element: HTMLElement;
  private readonly item: QuizItem;
  private readonly number: number;
  private readonly record: (id: string, right: boolean) => void;
  private round = 1;

  constructor(item: QuizItem, number: number, record: (id: string, right: boolean) => void) {
    this.item = item;
    this.number = number;
    this.record = record;
    this.element = h('li', { class: 'question', id: `question-${item.id}` });
    this.ask();
  }

  private get seed(): string {
    return `page ${this.round}`;
  }

  private ask(): void {
    const question = instantiate(this.item, this.seed);
    const shown = shownOrder(question, this.seed);
    const name = `answer-${question.id}`;
    const field = fieldFor(question, shown, name);
    const said = h('div', { class: 'verdict', role: 'status' });
    const submit = (event: Event): void => {
      event.preventDefault();
      const read = field.read();
      if (!read.ok) {
        said.className = 'verdict unread';
        said.replaceChildren(h('p', {}, read.problem));
        return;
      }
      const verdict = check(question, read.answer);
      this.record(question.id, verdict.right);
      this.showVerdict(said, question, verdict, shown);
    };
    const legend = h(
      'legend',
      {},
      h('span', { class: 'question-number' }, `Question ${this.number}`),
      h('span', { class: 'question-text' }, ...richBlocks(question.ask).flatMap(asPhrases)),
    );
    const code = richBlocks(question.ask).filter((node) => node.nodeName === 'PRE');
    const buttons = h('div', { class: 'buttons' }, h('button', { type: 'submit' }, 'Check'));
    if (this.item.kind === 'generate') buttons.append(this.anotherButton());
    const fieldset = h('fieldset', {}, legend, ...code, ...field.elements);
    this.element.replaceChildren(h('form', { onsubmit: submit, novalidate: true }, fieldset, buttons, said));
  }

  private anotherButton(): HTMLButtonElement {
    const again = (): void => {
      this.round++;
      this.ask();
      this.element.querySelector('input')?.focus();
    };
    return h('button', { type: 'button', class: 'quiet', onclick: again }, 'Another one');
  }

  private showVerdict(said: HTMLElement, question: Question, verdict: Verdict, shown: readonly number[]): void {
    said.className = `verdict ${verdict.right ? 'right' : 'wrong'}`;
    said.replaceChildren(h('p', { class: 'verdict-word' }, verdict.right ? '✓ Right.' : '✗ Not yet.'));
    for (const explanation of verdict.explanations) said.append(...richBlocks(explanation));
    if (verdict.right) return;
    if (question.section !== undefined) {
      said.append(
        h('p', {}, 'In the lesson: ', h('a', { href: `#${slugOf(question.section)}` }, question.section), '.'),
      );
    }
    const answer = question.kind === 'order' ? answerText(question, rightAnswer(question), shown) : '';
    const reveal = h('details', {}, h('summary', {}, 'Show the answer'), h('p', {}, ...richInline(verdict.expected)));
    if (answer !== '') reveal.append(h('p', {}, `As lettered here: ${answer}`));
    said.append(reveal);
  }
}

/** A legend may hold phrases only: paragraphs become spans, code blocks go below it. */
function asPhrases(node: Node): Node[] {
  if (node.nodeName === 'PRE') return [];
  return [h('span', { class: 'paragraph' }, ...node.childNodes)];
}
