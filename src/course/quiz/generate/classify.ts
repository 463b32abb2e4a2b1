/** Lesson 02: an instruction's classes from four experiments, and who stands against a theorem. Popek and Goldberg 1974. */
import type { Choice } from '../question';
import type { Random } from '../random';
import { realMistakes, type Draft } from './draft';

/** What came of one experiment; `shows` is what the program finds in a register then. */
type Result =
  { readonly kind: 'completes'; readonly shows: number; readonly moves: boolean } | { readonly kind: 'traps' };
/** A state is a mode and a place: the same program at l = 4 or l = 12. */
const STATES = ['s, l = 4', 's, l = 12', 'u, l = 4', 'u, l = 12'] as const;

const done = (shows: number, moves = false): Result => ({ kind: 'completes', shows, moves });
const TRAPS: Result = { kind: 'traps' };

/** Instructions by what they do in the four states. */
const BEHAVIOURS: readonly ((value: number) => readonly Result[])[] = [
  (v) => [done(v), done(v), TRAPS, TRAPS],
  (v) => [done(v, true), done(v, true), TRAPS, TRAPS],
  (v) => [done(v), done(v + 8), TRAPS, TRAPS],
  (v) => [done(v), done(v + 8), done(v), done(v + 8)],
  (v) => [done(v), done(v), done(v + 1), done(v + 1)],
  (v) => [done(v, true), done(v, true), done(v), done(v)],
  (v) => [done(v), done(v), done(v), done(v)],
  () => [TRAPS, TRAPS, TRAPS, TRAPS],
  (v) => [done(v), done(v), TRAPS, done(v)],
];

const told = (result: Result, i: number): string => {
  if (result.kind === 'traps') return `${STATES[i]}: traps`;
  return `${STATES[i]}: completes, register = ${result.shows}${result.moves ? ', l has become 20' : ''}`;
};

/** Of two results: can they be compared, and does a program see a difference? */
const differ = (one: Result, other: Result): boolean =>
  one.kind === 'completes' && other.kind === 'completes' && !one.moves && !other.moves && one.shows !== other.shows;

/** The claims of lesson 02, judged from four results, and what is said of each. */
function claimsOf([s4, s12, u4, u12]: readonly Result[]): readonly Choice[] {
  const pairs = [
    [s4, u4],
    [s12, u12],
  ] as const;
  const privileged = pairs.every(([inS, inU]) => inS.kind === 'completes' && inU.kind === 'traps');
  const control = [s4, s12, u4, u12].some((result) => result.kind === 'completes' && result.moves);
  const location = differ(s4, s12) || differ(u4, u12);
  const mode = pairs.some(([inS, inU]) => differ(inS, inU));
  const choice = (text: string, right: boolean, ifRight: string, ifWrong: string): Choice => ({
    text,
    right,
    why: right ? ifRight : ifWrong,
  });
  return [
    choice(
      'privileged',
      privileged,
      'In both pairs it completes in s and traps in u.',
      'In one of the two pairs it does not complete in s, or does not trap in u.',
    ),
    choice(
      'control-sensitive',
      control,
      'It completed somewhere and l had changed.',
      'Nowhere did it complete with another l or another mode. A trap is not an effect.',
    ),
    choice(
      'location-sensitive',
      location,
      'In one mode, at two places, the register holds two values.',
      'In neither mode do two places give two values that can be compared.',
    ),
    choice(
      'mode-sensitive',
      mode,
      'At one place, in two modes, the register holds two values.',
      'At neither place do the two modes give two values: where one of them traps, there is nothing to compare.',
    ),
    choice(
      'none of these',
      !privileged && !control && !location && !mode,
      'It traps in both modes, or in one state only, or does the same everywhere: there is no claim to make.',
      'One of the claims has a witness in these four experiments.',
    ),
  ];
}

/** Which claims do four experiments support? */
export function fourExperiments(random: Random): Draft {
  const results = random.pick(BEHAVIOURS)(random.int(2, 7));
  const choices = claimsOf(results);
  const names = choices.filter(({ right }) => right).map(({ text }) => text);
  return {
    kind: 'choose-all',
    ask: `The same program, at two places and in two modes, executes the same instruction; these four states are all there are. What is it?\n\`\`\`\n${results.map(told).join('\n')}\n\`\`\``,
    choices,
    why: `From these four experiments: ${names.join(', ')}.`,
  };
}

const NAMES = ['LOADA', 'SETB', 'ASKC', 'JUMPD', 'PUTE', 'TELLF', 'MOVEG'];

/** How many instructions of a table are against theorem 1? */
export function againstTheoremOne(random: Random): Draft {
  const rows = NAMES.map((name) => ({
    name,
    privileged: random.int(0, 1) === 1,
    kind: random.pick(['-', '-', 'control', 'location', 'mode']),
  }));
  const sensitive = rows.filter(({ kind }) => kind !== '-');
  const against = sensitive.filter(({ privileged }) => !privileged);
  const answer = against.length;
  const lines = rows.map(
    ({ name, privileged, kind }) => `${name.padEnd(7)}${(privileged ? 'yes' : '-').padEnd(12)}${kind}`,
  );
  return {
    kind: 'number',
    ask: `How many of these instructions stand against theorem 1?\n\`\`\`\n       privileged  sensitive\n${lines.join('\n')}\n\`\`\``,
    answer,
    within: 0,
    unit: 'instructions',
    hex: false,
    why:
      answer === 0
        ? 'Every sensitive instruction is privileged.'
        : `Sensitive and not privileged: ${against.map(({ name }) => name).join(', ')}.`,
    mistakes: realMistakes(answer, [
      {
        answer: sensitive.length,
        why: 'These are all that are sensitive. Those that are privileged as well do no harm: they trap.',
      },
      {
        answer: rows.filter(({ privileged }) => !privileged).length,
        why: 'These are all that are not privileged. The innocuous ones among them need not trap.',
      },
      {
        answer: rows.filter(({ privileged, kind }) => privileged && kind === '-').length,
        why: 'These trap without need. The theorem asks for the opposite inclusion: what is sensitive must be privileged.',
      },
      {
        answer: against.filter(({ kind }) => kind === 'control').length,
        why: 'Those that are location- or mode-sensitive count as well: they tell the guest what it must not know.',
      },
    ]),
  };
}
