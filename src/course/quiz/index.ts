/** The door to quizzes (`#course/quiz`): questions, their check, answers as people type them. */
export { answerText, formatNumber, letter, readAnswer, type ReadAnswer } from './answer-text';
export { check, rightAnswer } from './check';
export { instantiate, shownOrder } from './generators';
export { GAP } from './question';
export type { Answer, Question, Quiz, QuizItem, Verdict } from './question';
export { parseQuizFile, quizPath, readQuiz } from './quiz-file';
export { parseBlocks, parseInlines, plainText, type Inline } from './rich-text';
