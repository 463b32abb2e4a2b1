/** A quiz in the terminal: asked with inquirer, or answered from a file where there is no terminal. */
import fs from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { messageOf, UsageError } from '#course';
import { painter } from '#course/markdown';
import {
  answerText,
  check,
  instantiate,
  plainText,
  readAnswer,
  shownOrder,
  type Answer,
  type Question,
  type Quiz,
  type Verdict,
} from '#course/quiz';
import { askInTerminal, confirmInTerminal } from './quiz-prompts';
import { choiceLines, richLines } from './quiz-text';

export interface QuizOptions {
  /** As people know the lesson: `03 trap-and-emulate`. */
  readonly lesson: string;
  readonly quiz: Quiz;
  /** Determines the order of choices and what generated questions ask. */
  readonly seed: string;
  /** A YAML or JSON file, question id -> answer as it would be typed; nothing is asked then. */
  readonly answersFile?: string;
  /** Ids of the questions to ask; all if not given. */
  readonly only?: readonly string[];
}

export interface QuizIo {
  write(text: string): void;
  /** Whether questions can be asked. */
  readonly terminal: boolean;
  readonly columns: number;
  readonly color: boolean;
  /** Called after every answer, so that nothing is lost whenever the quiz ends. */
  record(id: string, right: boolean): void;
}

export interface QuizOutcome {
  readonly id: string;
  readonly right: boolean;
  /** As typed, in the letters shown under this seed. */
  readonly given: string;
  readonly expected: string;
}

export interface QuizSummary {
  readonly seed: string;
  readonly questions: number;
  readonly outcomes: readonly QuizOutcome[];
  /** True if Ctrl-C ended the quiz; the answers before it count. */
  readonly left: boolean;
}

/** Asks, judges, explains and records. Throws a UsageError for a bad answers file or an unknown id. */
export async function runQuiz(options: QuizOptions, io: QuizIo): Promise<QuizSummary> {
  const questions = questionsOf(options);
  if (options.answersFile !== undefined) return answerFromFile(questions, options, io, options.answersFile);
  if (!io.terminal) return printOnly(questions, options, io);
  const summary = await askAll(questions, options, io);
  const wrong = summary.outcomes.filter(({ right }) => !right).map(({ id }) => id);
  return summary.left || wrong.length === 0 ? summary : { ...summary, left: !(await askAgain(wrong, options, io)) };
}

/** Those that went wrong once more, if wanted: another variant of what is generated, the rest in another order. False: left by Ctrl-C. */
async function askAgain(wrong: readonly string[], options: QuizOptions, io: QuizIo): Promise<boolean> {
  const wanted = await confirmInTerminal(`Once more now: the ${wrong.length} that went wrong?`);
  if (!wanted) return true;
  const again = { ...options, seed: `${options.seed} again`, only: wrong };
  const { left } = await askAll(questionsOf(again), again, io);
  return !left;
}

const questionsOf = (options: QuizOptions): Question[] =>
  selected(options).map((item) => instantiate(item, options.seed));

function selected(options: QuizOptions): Quiz['items'] {
  const { items } = options.quiz;
  for (const id of options.only ?? []) {
    if (!items.some((item) => item.id === id))
      throw new UsageError(`The quiz of ${options.lesson} has no question "${id}".`);
  }
  return options.only ? items.filter((item) => options.only?.includes(item.id)) : items;
}

async function askAll(questions: readonly Question[], options: QuizOptions, io: QuizIo): Promise<QuizSummary> {
  const paint = painter(io.color);
  const outcomes: QuizOutcome[] = [];
  io.write(
    `${paint(options.lesson, 'strong')} · ${questions.length} questions · Ctrl-C leaves and keeps your answers\n`,
  );
  for (const [index, question] of questions.entries()) {
    const shown = shownOrder(question, options.seed);
    io.write(
      `\n${paint(`${index + 1} of ${questions.length}`, 'dim')}\n${richLines(question.ask, io, '').join('\n')}\n`,
    );
    const answer = await askInTerminal(question, shown, io);
    if (answer === undefined) {
      io.write(`\nLeft after ${outcomes.length} of ${questions.length}. Your answers are kept.\n`);
      return { seed: options.seed, questions: questions.length, outcomes, left: true };
    }
    outcomes.push(judge(question, answer, shown, io));
  }
  io.write(`\n${summaryLine(outcomes, questions.length)}\n`);
  return { seed: options.seed, questions: questions.length, outcomes, left: false };
}

/** Judges one answer, says why, and records it. */
function judge(question: Question, answer: Answer, shown: readonly number[], io: QuizIo): QuizOutcome {
  const paint = painter(io.color);
  const verdict = check(question, answer);
  io.write(`${paint(verdict.right ? '✓ Right.' : '✗ Not yet.', verdict.right ? 'good' : 'bad')}\n`);
  for (const explanation of verdict.explanations) io.write(`${richLines(explanation, io, '  ').join('\n')}\n`);
  if (!verdict.right) io.write(`  ${paint(whereToRead(question), 'dim')}\n`);
  io.record(question.id, verdict.right);
  return outcomeOf(question, answer, shown, verdict);
}

function outcomeOf(question: Question, answer: Answer, shown: readonly number[], verdict: Verdict): QuizOutcome {
  return {
    id: question.id,
    right: verdict.right,
    given: answerText(question, answer, shown),
    expected: plainText(verdict.expected),
  };
}

function whereToRead(question: Question): string {
  return question.section === undefined
    ? 'Comes again later.'
    : `Comes again later. In the lesson: "${question.section}"`;
}

function answerFromFile(questions: readonly Question[], options: QuizOptions, io: QuizIo, file: string): QuizSummary {
  const answers = readAnswers(file);
  for (const id of answers.keys()) {
    if (!options.quiz.items.some((item) => item.id === id))
      throw new UsageError(`${file}: the quiz of ${options.lesson} has no question "${id}".`);
  }
  const outcomes: QuizOutcome[] = [];
  for (const [index, question] of questions.entries()) {
    const typed = answers.get(question.id);
    io.write(`${index > 0 ? '\n' : ''}${question.id}\n`);
    if (typed === undefined) {
      io.write('  (not answered)\n');
      continue;
    }
    const shown = shownOrder(question, options.seed);
    const read = readAnswer(question, typed, shown);
    if (!read.ok) throw new UsageError(`${file}: "${question.id}": ${read.problem}`);
    outcomes.push(judge(question, read.answer, shown, io));
  }
  io.write(`\n${summaryLine(outcomes, questions.length)}\n`);
  return { seed: options.seed, questions: questions.length, outcomes, left: false };
}

/** Question id -> answer as typed. JSON is YAML, too. */
function readAnswers(file: string): Map<string, string> {
  let data: unknown;
  try {
    data = parseYaml(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`The answers in ${file} cannot be read (${messageOf(error).split('\n')[0]}).`);
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new UsageError(`${file} must hold one line "id: answer" a question.`);
  }
  return new Map(
    Object.entries(data).map(([id, answer]) => [id, Array.isArray(answer) ? answer.join(' ') : String(answer)]),
  );
}

/** Without a terminal: the questions as text, and how to answer them. */
function printOnly(questions: readonly Question[], options: QuizOptions, io: QuizIo): QuizSummary {
  io.write(`${options.lesson} · ${questions.length} questions\n`);
  for (const question of questions) {
    const lines = [
      ...richLines(question.ask, io, ''),
      ...choiceLines(question, shownOrder(question, options.seed), io),
    ];
    io.write(`\n${question.id}:\n${lines.map((line) => `  ${line}`.trimEnd()).join('\n')}\n`);
  }
  io.write(
    `\nThere is no terminal to ask in. Write "id: answer" lines into a file: --seed ${options.seed} --answers FILE\n`,
  );
  return { seed: options.seed, questions: questions.length, outcomes: [], left: false };
}

function summaryLine(outcomes: readonly QuizOutcome[], questions: number): string {
  const right = outcomes.filter((outcome) => outcome.right).length;
  const open = questions - outcomes.length;
  const again = outcomes.length - right;
  return [
    `${right} of ${questions} right`,
    ...(again > 0 ? [`${again} will come again`] : []),
    ...(open > 0 ? [`${open} not answered`] : []),
  ].join(' · ');
}
