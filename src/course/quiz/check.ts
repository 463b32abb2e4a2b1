/** Judges one answer to one question and finds the explanation that its giver needs. */
import { formatNumber } from './answer-text';
import { GAP } from './question';
import type {
  Answer,
  ChooseAllQuestion,
  ChooseQuestion,
  FaultQuestion,
  FillQuestion,
  MatchQuestion,
  NumberQuestion,
  OrderQuestion,
  PredictQuestion,
  Question,
  QuestionKind,
  Verdict,
} from './question';

type Checkers = { readonly [K in QuestionKind]: (question: Extract<Question, { kind: K }>, answer: Answer) => Verdict };

const CHECKERS: Checkers = {
  choose: checkChoice,
  fault: checkChoice,
  'choose-all': checkChoices,
  number: checkNumber,
  order: checkOrder,
  predict: checkPrediction,
  match: checkMatch,
  fill: checkFill,
};

/** The verdict on an answer of the question's own shape; an answer of another shape is a wrong answer, not an error. */
export function check(question: Question, answer: Answer): Verdict {
  const checker = CHECKERS[question.kind] as (question: Question, answer: Answer) => Verdict;
  return checker(question, answer);
}

/** The right answer, in the shape that `check` takes. */
export function rightAnswer(question: Question): Answer {
  switch (question.kind) {
    case 'choose':
    case 'fault':
      return question.choices.findIndex((choice) => choice.right);
    case 'choose-all':
      return question.choices.flatMap((choice, index) => (choice.right ? [index] : []));
    case 'order':
      return question.steps.map((_, index) => index);
    case 'match':
      return question.pairs.map((pair) => pair.with);
    case 'number':
    case 'predict':
    case 'fill':
      return question.answer;
  }
}

function checkChoice(question: ChooseQuestion | FaultQuestion, answer: Answer): Verdict {
  const chosen = typeof answer === 'number' ? question.choices[answer] : undefined;
  const expected = question.choices.find((choice) => choice.right)?.text.trim() ?? '';
  if (chosen?.right) return { right: true, explanations: [question.why], expected };
  return { right: false, explanations: [chosen?.why || question.why], expected };
}

function checkChoices(question: ChooseAllQuestion, answer: Answer): Verdict {
  const chosen = new Set(Array.isArray(answer) ? (answer as readonly number[]) : []);
  const mistakes = question.choices.filter((choice, index) => chosen.has(index) !== choice.right);
  const expected = question.choices.flatMap((choice) => (choice.right ? [choice.text] : [])).join('; ');
  if (mistakes.length === 0) return { right: true, explanations: [question.why], expected };
  return { right: false, explanations: mistakes.map((choice) => `${quoted(choice.text)}: ${choice.why}`), expected };
}

function checkNumber(question: NumberQuestion, answer: Answer): Verdict {
  const given = typeof answer === 'number' ? answer : Number.NaN;
  const expected = formatNumber(question.answer, question.hex) + (question.unit ? ` ${question.unit}` : '');
  if (Math.abs(given - question.answer) <= question.within)
    return { right: true, explanations: [question.why], expected };
  const known = question.mistakes.find((mistake) => mistake.answer === given);
  return { right: false, explanations: [known?.why ?? question.why], expected };
}

function checkOrder(question: OrderQuestion, answer: Answer): Verdict {
  const given = Array.isArray(answer) ? (answer as readonly number[]) : [];
  const expected = question.steps.map((step, index) => `${index + 1}. ${step.text}`).join(' ');
  const misplaced = question.steps.findIndex((_, index) => given[index] !== index);
  if (misplaced === -1 && given.length === question.steps.length) {
    return { right: true, explanations: [question.why], expected };
  }
  const step = question.steps[misplaced] ?? question.steps[0];
  return {
    right: false,
    explanations: [`Place ${misplaced + 1} belongs to ${quoted(step.text)}: ${step.why}`],
    expected,
  };
}

function checkPrediction(question: PredictQuestion, answer: Answer): Verdict {
  const given = sameLine(String(answer));
  const expected = `\`${question.answer}\``;
  if (given === sameLine(question.answer)) return { right: true, explanations: [question.why], expected };
  const known = question.mistakes.find((mistake) => sameLine(mistake.answer) === given);
  return { right: false, explanations: [known?.why ?? question.why], expected };
}

/** Two predictions are the same line if they differ only in the width of their gaps. */
function sameLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

function checkMatch({ pairs, partners, why }: MatchQuestion, answer: Answer): Verdict {
  const given = Array.isArray(answer) ? (answer as readonly number[]) : [];
  const expected = pairs.map((pair) => `${pair.text}: ${partners[pair.with]}`).join('; ');
  const mistakes = pairs.filter((pair, index) => given[index] !== pair.with);
  if (mistakes.length === 0 && given.length === pairs.length) return { right: true, explanations: [why], expected };
  return { right: false, explanations: mistakes.map((pair) => `${quoted(pair.text)}: ${pair.why}`), expected };
}

function checkFill(question: FillQuestion, answer: Answer): Verdict {
  const given = spelling(question, String(answer));
  const expected = question.text.replace(GAP, () => question.answer);
  if ([question.answer, ...question.accept].some((right) => spelling(question, right) === given))
    return { right: true, explanations: [question.why], expected: shownText(question, expected) };
  const known = question.mistakes.find((mistake) => spelling(question, mistake.answer) === given);
  return { right: false, explanations: [known?.why ?? question.why], expected: shownText(question, expected) };
}

/** What two answers have in common that are the same in all but their look. */
export function spelling({ language }: Pick<FillQuestion, 'language'>, text: string): string {
  const line = sameLine(text.replaceAll('`', ''));
  return language === undefined ? line.toLowerCase() : line.replaceAll(/(?<!\w) | (?!\w)/g, '');
}

/** Code as code in small Markdown. */
const shownText = ({ language }: FillQuestion, text: string): string => (language === undefined ? text : `\`${text}\``);

function quoted(text: string): string {
  return `"${text.trim()}"`;
}
