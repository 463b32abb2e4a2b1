/** What is kept of a student's quizzes: when each question comes back, and where a quiz was left. Pure functions on the progress. */
import type { Progress, QuestionProgress, Sitting } from './progress';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Days until a question comes back, by how often in a row it has been answered right; from the first entry again after a mistake. */
const LADDER = [1, 3, 7, 21];

const questionOf = (progress: Progress, slug: string, id: string): QuestionProgress | undefined =>
  progress.questions[`${slug}/${id}`];

/** After an answer: when the question comes back. */
export function afterAnswer(progress: Progress, slug: string, id: string, right: boolean, now: Date): Progress {
  const before = questionOf(progress, slug, id);
  const streak = right ? (before?.streak ?? 0) + 1 : 0;
  const days = LADDER[Math.min(Math.max(streak, 1), LADDER.length) - 1];
  const after: QuestionProgress = {
    asked: (before?.asked ?? 0) + 1,
    streak,
    lastAsked: now.toISOString(),
    due: new Date(now.getTime() + days * DAY_MS).toISOString(),
  };
  return { ...progress, questions: { ...progress.questions, [`${slug}/${id}`]: after } };
}

/** Which of these questions were asked before and are due again. */
export function dueAgain(progress: Progress, slug: string, ids: readonly string[], now: Date): readonly string[] {
  return ids.filter((id) => {
    const before = questionOf(progress, slug, id);
    return before !== undefined && new Date(before.due) <= now;
  });
}

/** A quiz that was begun and not ended: its seed, and what is still to be asked of these questions. Undefined if there is none. */
export function openSitting(
  progress: Progress,
  slug: string,
  ids: readonly string[],
): { readonly seed: string; readonly left: readonly string[] } | undefined {
  const sitting: Sitting | undefined = progress.sittings?.[slug];
  if (sitting === undefined) return undefined;
  const left = ids.filter((id) => !sitting.answered.includes(id));
  return left.length > 0 && left.length < ids.length ? { seed: sitting.seed, left } : undefined;
}

/** One question of a quiz more has been answered. */
export function afterSitting(progress: Progress, slug: string, seed: string, id: string): Progress {
  const before: Sitting | undefined = progress.sittings?.[slug];
  const answered = before?.seed === seed ? before.answered : [];
  return { ...progress, sittings: { ...progress.sittings, [slug]: { seed, answered: [...answered, id] } } };
}

/** The quiz has ended. */
export function withoutSitting(progress: Progress, slug: string): Progress {
  const { [slug]: _, ...sittings } = progress.sittings ?? {};
  return { ...progress, sittings };
}
