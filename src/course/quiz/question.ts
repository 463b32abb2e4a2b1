/** What a quiz asks and what people answer: plain data, the same in the terminal and on a page. */

/** One thing that can be chosen, with what is said to whoever gets it wrong. */
export interface Choice {
  readonly text: string;
  readonly right: boolean;
  /** A wrong choice: why it is wrong. A right one of `choose-all`: what was missed by leaving it out. */
  readonly why: string;
}

/** An answer that people are known to give, and what they should read then. */
export interface KnownMistake<Value> {
  readonly answer: Value;
  readonly why: string;
}

/** What every kind of question has. Texts are in the small Markdown of `rich-text.ts`. */
interface Asked {
  /** Names the question in progress files; unique in its quiz and stable across edits of its wording. */
  readonly id: string;
  readonly ask: string;
  /** The lesson's heading that answers it. */
  readonly section?: string;
  /** Said after a right answer, and after a wrong one when no better explanation is known. */
  readonly why: string;
}

export interface ChooseQuestion extends Asked {
  readonly kind: 'choose';
  readonly choices: readonly Choice[];
}

export interface ChooseAllQuestion extends Asked {
  readonly kind: 'choose-all';
  readonly choices: readonly Choice[];
}

export interface NumberQuestion extends Asked {
  readonly kind: 'number';
  /** A safe integer or a fraction; `within` is how far an answer may be from it. */
  readonly answer: number;
  readonly within: number;
  /** Shown behind the input, as in `15 exits`. */
  readonly unit?: string;
  /** Addresses and register values are shown as 0x... */
  readonly hex: boolean;
  readonly mistakes: readonly KnownMistake<number>[];
}

export interface OrderQuestion extends Asked {
  readonly kind: 'order';
  /** In the right order; `why` says why a step cannot come earlier or later. */
  readonly steps: readonly { readonly text: string; readonly why: string }[];
}

export interface PredictQuestion extends Asked {
  readonly kind: 'predict';
  /** A shell command of this course; `answer` is the line it prints. */
  readonly command: string;
  readonly answer: string;
  readonly mistakes: readonly KnownMistake<string>[];
}

export interface FaultQuestion extends Asked {
  readonly kind: 'fault';
  readonly language: string;
  /** Exactly one line is `right`: the faulty one. */
  readonly choices: readonly Choice[];
}

export interface MatchQuestion extends Asked {
  readonly kind: 'match';
  /** `with` is the index of its partner; two may have the same one. `why` is said to whoever gives it another. */
  readonly pairs: readonly { readonly text: string; readonly with: number; readonly why: string }[];
  /** Each once, also such as belong to nobody. */
  readonly partners: readonly string[];
}

export interface FillQuestion extends Asked {
  readonly kind: 'fill';
  /** A sentence, or a line of code, with one GAP. */
  readonly text: string;
  /** What the text is written in, if it is code: case counts then, and spaces only between words. */
  readonly language?: string;
  readonly answer: string;
  /** Other spellings that are right as well. */
  readonly accept: readonly string[];
  readonly mistakes: readonly KnownMistake<string>[];
}

/** Where the answer belongs in the text of a `fill` question. */
export const GAP = '___';

export type Question =
  | ChooseQuestion
  | ChooseAllQuestion
  | NumberQuestion
  | OrderQuestion
  | PredictQuestion
  | FaultQuestion
  | MatchQuestion
  | FillQuestion;

export type QuestionKind = Question['kind'];

/** A question that is made anew from a seed each time it is asked. */
export interface GeneratedItem {
  readonly id: string;
  readonly kind: 'generate';
  readonly generator: string;
  readonly section?: string;
}

export type QuizItem = Question | GeneratedItem;

export interface Quiz {
  readonly items: readonly QuizItem[];
}

/**
 * What somebody answered, in terms of the file's order and not of the order shown: a choice's index (choose, fault),
 * indexes (choose-all: any order; order: the steps as placed; match: a partner for each, in the order of the pairs), a number,
 * or a line of text (predict, fill).
 */
export type Answer = number | string | readonly number[];

/** What is said back. All texts are small Markdown. */
export interface Verdict {
  readonly right: boolean;
  /** One explanation per mistake, or the question's own `why`. Never empty. */
  readonly explanations: readonly string[];
  /** The right answer in words, for whoever wants to see it. */
  readonly expected: string;
}
