/** On the course's map: how far each quiz has got in this browser. */
import { recall } from './memory';
import type { QuizMemory } from './quiz';

export function startMap(): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-quiz-of]')) {
    const { quizOf = '', questions = '0' } = place.dataset;
    const memory = recall<QuizMemory>(`quiz.${quizOf}`, {});
    const right = Object.values(memory).filter((one) => one.right).length;
    if (right > 0) place.textContent = `quiz: ${Math.min(right, Number(questions))} of ${questions} right`;
  }
}
