/** Finds and reads the quiz of a lesson. */
import fs from 'node:fs';
import path from 'node:path';
import { messageOf, UsageError } from '../errors';
import { parseQuiz, type ParsedQuiz } from './parse';
import type { Quiz } from './question';

/** `lessons/NN-slug/quiz.yaml`: relative to the package, as messages show it. */
export function quizPath(folder: string): string {
  return `lessons/${folder}/quiz.yaml`;
}

/** The quiz, or everything that is wrong with the file. A file that cannot be read is one problem in line 1. */
export function parseQuizFile(root: string, folder: string): ParsedQuiz {
  let source: string;
  try {
    source = fs.readFileSync(path.join(root, quizPath(folder)), 'utf8');
  } catch (error) {
    return { ok: false, problems: [{ line: 1, sentence: `it cannot be read (${messageOf(error)})` }] };
  }
  return parseQuiz(source);
}

/** The quiz of a lesson. Throws a UsageError that names file, line and fault. */
export function readQuiz(root: string, folder: string): Quiz {
  const parsed = parseQuizFile(root, folder);
  if (parsed.ok) return parsed.quiz;
  const [first] = parsed.problems;
  throw new UsageError(`${quizPath(folder)}:${first.line}: ${first.sentence}.`);
}
