/** Answers as people type them: letters for choices, `0x` numbers, `b d a c` for an order; and back to text. */
import type { Answer, Question } from './question';

/** Either the answer, or one sentence that says what to type instead. */
export type ReadAnswer =
  { readonly ok: true; readonly answer: Answer } | { readonly ok: false; readonly problem: string };

/** `shown[i]` is the index in the file of what stands at place i on the screen, as `shownOrder` gives it. */
export function readAnswer(question: Question, typed: string, shown: readonly number[]): ReadAnswer {
  switch (question.kind) {
    case 'number':
      return readNumber(typed, question.unit);
    case 'predict':
      return typed.trim() === '' ? problem('Type the line that the command prints.') : ok(typed.trim());
    case 'fill':
      return typed.trim() === '' ? problem('Type what belongs into the gap.') : ok(typed.trim());
    case 'fault':
      return readLine(typed, question.choices.length);
    case 'choose':
      return readSingle(typed, question.choices, shown);
    case 'choose-all':
      return readLetters(typed, shown, false);
    case 'order':
      return readLetters(typed, shown, true);
    case 'match':
      return readPartners(typed, question.pairs.length, shown);
  }
}

/** 0 -> a, 1 -> b, ... (a quiz has far fewer than 26 choices). */
export function letter(place: number): string {
  return String.fromCharCode(0x61 + place);
}

export function formatNumber(value: number, hex: boolean): string {
  return hex ? `0x${value.toString(16)}` : String(value);
}

/** The answer in the letters and numbers of the screen: what `readAnswer` would read back. */
export function answerText(question: Question, answer: Answer, shown: readonly number[]): string {
  if (question.kind === 'number' && typeof answer === 'number') return formatNumber(answer, question.hex);
  if (question.kind === 'fault' && typeof answer === 'number') return String(answer + 1);
  if (typeof answer === 'number') return letter(shown.indexOf(answer));
  if (typeof answer === 'string') return answer;
  return answer.map((index) => letter(shown.indexOf(index))).join(' ');
}

/** May be typed behind a size in bytes. */
const BYTES: Readonly<Record<string, number>> = { kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 };

/** A number, with or without the question's unit behind it. */
function readNumber(typed: string, unit?: string): ReadAnswer {
  const text = typed.trim().toLowerCase();
  const units = { ...(unit && { [unit.toLowerCase()]: 1 }), ...(unit === 'bytes' && BYTES) };
  const [word, times] = Object.entries(units).find(([each]) => text.endsWith(each)) ?? ['', 1];
  const value = asNumber(text.slice(0, text.length - word.length).trim());
  return value === undefined ? problem('Type a number: 15, 0x80200014 or 0b101.') : ok(value * times);
}

function asNumber(typed: string): number | undefined {
  const text = typed.replaceAll(/[,_\s](?=\w)/g, '');
  return /^-?(0x[0-9a-f]+|0b[01]+|\d+(\.\d+)?)$/i.test(text) ? Number(text) : undefined;
}

function readLine(typed: string, lines: number): ReadAnswer {
  const line = Number(typed.trim());
  const inside = Number.isInteger(line) && line >= 1 && line <= lines;
  return inside ? ok(line - 1) : problem(`Type the number of a line, 1 to ${lines}.`);
}

/** A letter as shown, or the whole text of a choice (which answer files may prefer). */
function readSingle(
  typed: string,
  choices: readonly { readonly text: string }[],
  shown: readonly number[],
): ReadAnswer {
  const byText = choices.findIndex((choice) => choice.text.trim() === typed.trim());
  if (byText !== -1) return ok(byText);
  const places = readPlaces(typed, shown.length);
  return places?.length === 1 ? ok(shown[places[0]]) : problem(`Type one letter, a to ${letter(shown.length - 1)}.`);
}

function readLetters(typed: string, shown: readonly number[], every: boolean): ReadAnswer {
  const places = readPlaces(typed, shown.length);
  const last = letter(shown.length - 1);
  if (!places || (every && places.length !== shown.length)) {
    return problem(
      every ? `Type every letter from a to ${last} once, in order.` : `Type letters from a to ${last}, each once.`,
    );
  }
  return ok(places.map((place) => shown[place]));
}

/** A letter for each pair, in their order; the same letter may come again. */
function readPartners(typed: string, pairs: number, shown: readonly number[]): ReadAnswer {
  const places = placesOf(typed, shown.length);
  return places?.length === pairs
    ? ok(places.map((place) => shown[place]))
    : problem(`Type ${pairs} letters from a to ${letter(shown.length - 1)}: one for each line, from 1 to ${pairs}.`);
}

/** `a, c` or `ac` as places; undefined if something is not a letter of the list or comes twice. */
function readPlaces(typed: string, count: number): number[] | undefined {
  const places = placesOf(typed, count);
  return places && new Set(places).size === places.length && places.length > 0 ? places : undefined;
}

function placesOf(typed: string, count: number): number[] | undefined {
  const letters = typed.toLowerCase().replaceAll(/[\s,;]+/g, '');
  const places = [...letters].map((character) => character.charCodeAt(0) - 0x61);
  return places.every((place) => place >= 0 && place < count) ? places : undefined;
}

const ok = (answer: Answer): ReadAnswer => ({ ok: true, answer });
const problem = (sentence: string): ReadAnswer => ({ ok: false, problem: sentence });
