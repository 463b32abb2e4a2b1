/** What a generator returns: a question without the name and the section, which the quiz file gives. */
import type { Question } from '../question';

type WithoutName<Q> = Q extends Question ? Omit<Q, 'id' | 'section'> : never;

export type Draft = WithoutName<Question>;

/** Drops mistakes that, for these particular numbers, equal the answer or each other. */
export function realMistakes(
  answer: number,
  mistakes: readonly { readonly answer: number; readonly why: string }[],
): { readonly answer: number; readonly why: string }[] {
  const seen = new Set([answer]);
  return mistakes.filter((mistake) => !seen.has(mistake.answer) && seen.add(mistake.answer));
}
