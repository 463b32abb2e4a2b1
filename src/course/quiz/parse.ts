/** Reads quiz.yaml: every fault is one sentence with file and line. The form is described in lessons/README.md. */
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { GENERATOR_NAMES } from './generators';
import { spelling } from './check';
import { GAP, type Choice, type KnownMistake, type MatchQuestion, type Quiz, type QuizItem } from './question';

export interface QuizProblem {
  /** 1-based line in the file. */
  readonly line: number;
  readonly sentence: string;
}

/** `lines`: where each question begins, by its id. */
export type ParsedQuiz =
  | { readonly ok: true; readonly quiz: Quiz; readonly lines: ReadonlyMap<string, number> }
  | { readonly ok: false; readonly problems: readonly QuizProblem[] };

const text = z.string({ error: 'must be text' }).trim().min(1, 'must not be empty');
/** `- TEXT: right`, `- TEXT: why it is wrong`, or `- TEXT: { right: why it must not be left out }`. */
const explained = z.record(text, z.union([text, z.strictObject({ right: text })]));
const options = z.array(explained).min(2, 'needs at least two entries');
const mistakes = z.record(z.string(), text).default({});

const asked = {
  id: z
    .string({ error: 'must be text' })
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens'),
  section: text.optional(),
};
const told = { ...asked, ask: text, why: text };
const numeric = z.strictObject({
  answer: z.number({ error: 'must be a number' }),
  within: z.number().nonnegative().default(0),
  unit: text.optional(),
  hex: z.boolean().default(false),
  mistakes,
});
const prediction = z.strictObject({
  command: text.startsWith('npx hv ', 'must start with "npx hv "'),
  answer: text,
  mistakes,
});
const fault = z.strictObject({ language: text, lines: options });

const matching = z.strictObject({
  pairs: z.array(z.record(text, z.strictObject({ with: text, why: text }))).min(3, 'needs at least three pairs'),
  others: z.array(text).default([]),
});
const gap = z.strictObject({
  text,
  language: text.optional(),
  answer: text,
  accept: z.array(text).default([]),
  mistakes,
});

/** The key that says which kind of question an entry is, with the form of its value. */
const KINDS = {
  choose: z.strictObject({ ...told, choose: options }),
  'choose all': z.strictObject({ ...told, 'choose all': options }),
  number: z.strictObject({ ...told, number: numeric }),
  order: z.strictObject({ ...told, order: z.array(z.record(text, text)).min(3, 'needs at least three steps') }),
  predict: z.strictObject({ ...told, predict: prediction }),
  fault: z.strictObject({ ...told, fault }),
  match: z.strictObject({ ...told, match: matching }),
  fill: z.strictObject({ ...told, fill: gap }),
  generate: z.strictObject({ ...asked, generate: z.enum(GENERATOR_NAMES as [string, ...string[]]) }),
} as const;
type KindKey = keyof typeof KINDS;
const KIND_KEYS = Object.keys(KINDS) as KindKey[];

/** Parses the text of a quiz file. Never throws. */
export function parseQuiz(source: string): ParsedQuiz {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, uniqueKeys: true });
  const problems: QuizProblem[] = document.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    sentence: `this is not YAML: ${error.message.split('\n')[0]}`,
  }));
  if (problems.length > 0) return { ok: false, problems };
  const data: unknown = document.toJS();
  if (!Array.isArray(data) || data.length === 0) {
    return { ok: false, problems: [{ line: 1, sentence: 'a quiz is a list of questions ("- id: ...")' }] };
  }
  const items: QuizItem[] = [];
  const begins = new Map<string, number>();
  data.forEach((entry: unknown, index) => {
    const lineOf = (path: readonly PropertyKey[]): number => lineAt(document, lines, [index, ...path]);
    const item = parseItem(entry, lineOf, problems);
    if (item && items.some((other) => other.id === item.id)) {
      problems.push({ line: lineOf(['id']), sentence: `the id "${item.id}" is used twice` });
    } else if (item) {
      items.push(item);
      begins.set(item.id, lineOf([]));
    }
  });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, quiz: { items }, lines: begins };
}

type LineOf = (path: readonly PropertyKey[]) => number;

function parseItem(entry: unknown, lineOf: LineOf, problems: QuizProblem[]): QuizItem | undefined {
  const keys = typeof entry === 'object' && entry !== null ? KIND_KEYS.filter((key) => key in entry) : [];
  if (keys.length !== 1) {
    problems.push({ line: lineOf([]), sentence: `a question has exactly one of: ${KIND_KEYS.join(', ')}` });
    return undefined;
  }
  const result = KINDS[keys[0]].safeParse(entry);
  if (result.success) return checkedItem(toItem(result.data as Entry), lineOf, problems);
  for (const issue of result.error.issues) {
    const where = issue.path.filter((part) => typeof part === 'string').join('.');
    problems.push({ line: lineOf(issue.path), sentence: where ? `"${where}": ${issue.message}` : issue.message });
  }
  return undefined;
}

/** What zod's object forms cannot say: how many answers are right, and that each has an explanation. */
function checkedItem(item: QuizItem, lineOf: LineOf, problems: QuizProblem[]): QuizItem {
  const fail = (sentence: string): void =>
    void problems.push({ line: lineOf([]), sentence: `"${item.id}": ${sentence}` });
  if (item.kind === 'choose' || item.kind === 'fault') {
    const right = item.choices.filter((choice) => choice.right).length;
    if (right !== 1) fail(`exactly one entry is "right", not ${right}`);
  }
  if (item.kind === 'choose-all') {
    if (!item.choices.some((choice) => choice.right)) fail('at least one entry is right');
    const silent = item.choices.find((choice) => choice.right && choice.why === '');
    if (silent) fail(`say what is missed without "${silent.text}": { right: ... }`);
  }
  if (item.kind === 'number' && item.mistakes.some((mistake) => Number.isNaN(mistake.answer))) {
    fail('the keys of "mistakes" are numbers');
  }
  if (item.kind === 'match' && new Set(item.partners).size < Math.max(2, item.partners.length)) {
    fail('there are at least two partners, and "others" are nobody\'s');
  }
  if (item.kind === 'fill') {
    if (item.text.split(GAP).length !== 2) fail(`its text has one gap, written ${GAP}`);
    const right = new Set([item.answer, ...item.accept].map((each) => spelling(item, each)));
    const unfair = item.mistakes.find((mistake) => right.has(spelling(item, mistake.answer)));
    if (unfair) fail(`"${unfair.answer}" is among the mistakes, and right`);
  }
  return item;
}

type Explained = z.infer<typeof explained>;
type Entry = { id: string; section?: string; ask: string; why: string } & {
  choose?: Explained[];
  'choose all'?: Explained[];
  number?: z.infer<typeof numeric>;
  order?: Record<string, string>[];
  predict?: z.infer<typeof prediction>;
  fault?: z.infer<typeof fault>;
  match?: z.infer<typeof matching>;
  fill?: z.infer<typeof gap>;
  generate?: string;
};

function toItem(entry: Entry): QuizItem {
  const { id, ask, why } = entry;
  const named = { id, ...(entry.section === undefined ? {} : { section: entry.section }) };
  const base = { ...named, ask, why };
  if (entry.choose) return { ...base, kind: 'choose', choices: entry.choose.map(toChoice) };
  if (entry['choose all']) return { ...base, kind: 'choose-all', choices: entry['choose all'].map(toChoice) };
  if (entry.order) {
    return {
      ...base,
      kind: 'order',
      steps: entry.order.map((step) => ({ text: Object.keys(step)[0], why: Object.values(step)[0] })),
    };
  }
  if (entry.number)
    return { ...base, kind: 'number', ...entry.number, mistakes: knownMistakes(entry.number.mistakes, Number) };
  if (entry.predict)
    return { ...base, kind: 'predict', ...entry.predict, mistakes: knownMistakes(entry.predict.mistakes, String) };
  if (entry.fault) {
    return { ...base, kind: 'fault', language: entry.fault.language, choices: entry.fault.lines.map(toChoice) };
  }
  if (entry.match) return { ...base, kind: 'match', ...toMatch(entry.match) };
  if (entry.fill) return { ...base, kind: 'fill', ...entry.fill, mistakes: knownMistakes(entry.fill.mistakes, String) };
  return { ...named, kind: 'generate', generator: entry.generate ?? '' };
}

/** Partners in the order of the file, those that are somebody's first. */
function toMatch({ pairs, others }: z.infer<typeof matching>): Pick<MatchQuestion, 'pairs' | 'partners'> {
  const rows = pairs.map((pair) => Object.entries(pair)[0]);
  const partners = [...new Set(rows.map(([, pair]) => pair.with))];
  return {
    pairs: rows.map(([text, pair]) => ({ text, with: partners.indexOf(pair.with), why: pair.why })),
    partners: [...partners, ...others],
  };
}

function toChoice(entry: Explained): Choice {
  const [choice, said] = Object.entries(entry)[0];
  if (typeof said !== 'string') return { text: choice, right: true, why: said.right };
  return said === 'right' ? { text: choice, right: true, why: '' } : { text: choice, right: false, why: said };
}

function knownMistakes<T>(mistakes: Record<string, string>, read: (key: string) => T): KnownMistake<T>[] {
  return Object.entries(mistakes).map(([key, why]) => ({ answer: read(key), why }));
}

/** The line of the node at a path, or of the nearest one above it that exists. */
function lineAt(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
