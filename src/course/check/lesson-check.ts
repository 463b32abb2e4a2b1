/** What `hv check` says about a lesson's text, figures and quiz: everything that a reader would stumble over. */
import fs from 'node:fs';
import path from 'node:path';
import { folderOf, type WrittenLesson } from '../manifest';
import { findCode } from '../markdown/code-pattern';
import { figureProblems } from '../markdown/figure';
import { readLessonText, type LessonText, type Mention } from '../markdown/lesson-text';
import { slugOf } from '../heading-slug';
import type { QuizItem } from '../quiz/question';
import { parseQuizFile, quizPath } from '../quiz/quiz-file';

export interface Problem {
  /** Relative to the package, with slashes. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly sentence: string;
}

/** What commands in texts may name; a list that is not given is not checked. */
export interface KnownNames {
  readonly commands?: readonly string[];
  readonly guests?: readonly string[];
}

const WORDS = { fewest: 1200, most: 2500 };
const QUESTIONS = { fewest: 6, most: 12, kinds: 4 };
/** Commands whose next word is a guest. */
const GUEST_COMMANDS = new Set(['trace', 'boot']);

/** All problems of one lesson; an empty list for a good one. Throws nothing. */
export function checkLesson(lesson: WrittenLesson, root: string, known: KnownNames = {}): Problem[] {
  const folder = folderOf(lesson);
  const file = `lessons/${folder}/lesson.md`;
  let text: LessonText;
  try {
    text = readLessonText(root, folder);
  } catch {
    return [{ file, line: 1, sentence: 'there is no lesson text' }];
  }
  const inText = (line: number, sentence: string): Problem => ({ file, line, sentence });
  return [
    ...shapeProblems(text, lesson).map((sentence) => inText(1, sentence)),
    ...codeProblems(text, root).map(({ line, sentence }) => inText(line, sentence)),
    ...text.links.flatMap((link) => linkProblem(text, link, root).map((sentence) => inText(link.line, sentence))),
    ...text.commands.flatMap((command) =>
      commandProblem(command.target, known).map((sentence) => inText(command.line, sentence)),
    ),
    ...text.figures.flatMap((figure) =>
      figureProblem(figure, root, folder).map((sentence) => inText(figure.line, sentence)),
    ),
    ...citationProblems(text, root),
    ...quizProblems(text, root, known),
  ];
}

function shapeProblems(text: LessonText, lesson: WrittenLesson): string[] {
  const problems: string[] = [];
  const titles = text.headings.filter((heading) => heading.level === 1).map((heading) => heading.text);
  if (titles.length !== 1 || titles[0] !== lesson.title)
    problems.push(`the one first-level heading must be "${lesson.title}", as in the manifest`);
  if (text.words < WORDS.fewest || text.words > WORDS.most) {
    problems.push(`the text has ${text.words} words; a lesson has ${WORDS.fewest} to ${WORDS.most}`);
  }
  if (text.figures.length === 0) problems.push('there is no figure');
  const slugs = text.headings.map((heading) => heading.slug);
  for (const slug of slugs.filter((one, index) => slugs.indexOf(one) !== index))
    problems.push(`two headings are called "${slug}"`);
  for (const cited of lesson.hints.flatMap((hint) => /Lesson, "([^"]+)"/.exec(hint)?.[1] ?? [])) {
    if (!slugs.includes(slugOf(cited))) problems.push(`a hint cites the heading "${cited}", which is not there`);
  }
  return problems;
}

function codeProblems(text: LessonText, root: string): { readonly line: number; readonly sentence: string }[] {
  return text.code.flatMap((mention) => {
    const found = findCode(root, mention.target);
    return found.ok ? [] : [{ line: mention.line, sentence: `the code pattern does not resolve: ${found.problem}` }];
  });
}

/** Suites and wrong solutions send people to a section (`lesson: "Heading"`): it has to be there. */
function citationProblems(text: LessonText, root: string): Problem[] {
  const mutants = path.join(root, 'test/mutants', text.folder);
  const files = [
    `test/lessons/${text.folder}.test.ts`,
    ...(fs.existsSync(mutants) ? fs.readdirSync(mutants).map((name) => `test/mutants/${text.folder}/${name}`) : []),
  ].filter((file) => fs.existsSync(path.join(root, file)));
  return files.flatMap((file) =>
    fs
      .readFileSync(path.join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        [...line.matchAll(/lesson[:,] \\?"([^"\\]+(?:\\'[^"\\]*)*)\\?"/gi)]
          .map((match) => match[1].replaceAll("\\'", "'"))
          .filter((heading) => !text.headings.some((one) => one.text === heading))
          .map((heading) => ({ file, line: index + 1, sentence: `the lesson has no heading "${heading}"` })),
      ),
  );
}

/** `#heading`, `../NN-slug/lesson.md#heading` or an address of the web; nothing else can be followed everywhere. */
function linkProblem(text: LessonText, link: Mention, root: string): string[] {
  const [target, fragment] = link.target.split('#');
  if (link.target.startsWith('https://')) return [];
  const other = /^\.\.\/([^/]+)\/lesson\.md$/.exec(target);
  if (target !== '' && !other) return [`the link "${link.target}" is neither a heading, nor a lesson, nor https`];
  let headings = text.headings;
  if (other) {
    try {
      headings = readLessonText(root, other[1]).headings;
    } catch {
      return [`the link leads to lesson ${other[1]}, which has no text`];
    }
  }
  if (fragment === undefined || headings.some((heading) => heading.slug === fragment)) return [];
  return [`the link "${link.target}" leads to a heading that is not there`];
}

function commandProblem(line: string, known: KnownNames): string[] {
  const words = line.split(/\s+/).slice(2);
  const [command, first] = words;
  if (!line.startsWith('npx hv ') || known.commands === undefined) return [];
  if (!known.commands.includes(command)) return [`there is no command \`hv ${command}\``];
  const namesGuest = GUEST_COMMANDS.has(command) && first !== undefined && !first.startsWith('-');
  return namesGuest && known.guests && !known.guests.includes(first) ? [`there is no guest "${first}"`] : [];
}

function figureProblem(
  figure: { readonly target: string; readonly alt: string },
  root: string,
  folder: string,
): string[] {
  const problems = figure.alt === '' ? [`the figure ${figure.target} has no alternative text`] : [];
  const file = path.join(root, 'lessons', folder, figure.target);
  if (!/^figures\/[a-z0-9-]+\.svg$/.test(figure.target) || !fs.existsSync(file)) {
    return [...problems, `there is no figure ${figure.target} (figures/<name>.svg)`];
  }
  return [...problems, ...figureProblems(fs.readFileSync(file, 'utf8')).map((fault) => `${figure.target} ${fault}`)];
}

function quizProblems(text: LessonText, root: string, known: KnownNames): Problem[] {
  const file = quizPath(text.folder);
  const parsed = parseQuizFile(root, text.folder);
  if (!parsed.ok) return parsed.problems.map((problem) => ({ file, ...problem }));
  const { items } = parsed.quiz;
  const problems = items.flatMap((item) =>
    itemProblems(item, text, known).map((sentence) => ({
      file,
      line: parsed.lines.get(item.id) ?? 1,
      sentence: `"${item.id}": ${sentence}`,
    })),
  );
  const kinds = new Set(items.map((item) => item.kind)).size;
  const whole = (sentence: string): void => void problems.push({ file, line: 1, sentence });
  if (items.length < QUESTIONS.fewest || items.length > QUESTIONS.most) {
    whole(`the quiz has ${items.length} questions; a quiz has ${QUESTIONS.fewest} to ${QUESTIONS.most}`);
  }
  if (kinds < QUESTIONS.kinds) whole(`the quiz has fewer than ${QUESTIONS.kinds} kinds of questions`);
  return problems;
}

function itemProblems(item: QuizItem, text: LessonText, known: KnownNames): string[] {
  const problems = item.kind === 'predict' ? commandProblem(item.command, known) : [];
  if (item.section === undefined) return [...problems, 'it names no section of the lesson'];
  const there = text.headings.some((heading) => heading.text === item.section);
  return there ? problems : [...problems, `the lesson has no heading "${item.section}"`];
}
