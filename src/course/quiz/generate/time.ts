/** Lesson 05: which interrupt enters, how far a guest may run, and what was stolen. Privileged, "sip and sie"; SBI ch. 6 and 16. */
import type { Choice } from '../question';
import type { Random } from '../random';
import { realMistakes, type Draft } from './draft';

interface Interrupt {
  readonly name: string;
  readonly code: number;
}
/** By priority, highest first. */
const INTERRUPTS: readonly Interrupt[] = [
  { name: 'external', code: 9 },
  { name: 'software', code: 1 },
  { name: 'timer', code: 5 },
];

const hex = (value: number): string => `0x${value.toString(16)}`;
const number = (value: number): string => value.toLocaleString('en-US');
const bits = (set: readonly Interrupt[]): number => set.reduce((sum, { code }) => sum + 2 ** code, 0);

/** Which interrupt enters the guest's kernel next? */
export function whichInterrupt(random: Random): Draft {
  const some = (): Interrupt[] => INTERRUPTS.filter(() => random.int(0, 3) > 0);
  const [pending, enabled] = [some(), some()];
  const mode = random.pick(['S', 'U'] as const);
  const sie = random.int(0, 2) > 0;
  const locked = mode === 'S' && !sie;
  const candidates = pending.filter((one) => enabled.includes(one));
  const right = locked ? undefined : candidates.at(0);
  const reason = (one: Interrupt): string => {
    if (!pending.includes(one)) return `Bit ${one.code} of \`sip\` is clear: it is not pending.`;
    if (!enabled.includes(one)) return `Bit ${one.code} of \`sie\` is clear: the guest has not enabled it.`;
    if (locked) return 'The guest is in S-mode with SIE clear: the door is shut.';
    return `It may enter, but ${right?.name} goes before it: 9, then 1, then 5.`;
  };
  const choices = INTERRUPTS.map((one): Choice => ({
    text: `the ${one.name} interrupt (${one.code})`,
    right: one === right,
    why: one === right ? '' : reason(one),
  }));
  const none: Choice = {
    text: 'none',
    right: right === undefined,
    why: right === undefined ? '' : `The ${right.name} interrupt is pending and enabled, and the door is open.`,
  };
  return {
    kind: 'choose',
    ask: `A guest's \`sip\` is ${hex(bits(pending))}, its \`sie\` is ${hex(bits(enabled))}, it believes that it is in ${mode}-mode, and \`sstatus\`.SIE is ${sie ? 1 : 0}. Which interrupt enters its kernel before the next instruction?`,
    why: whyOf(right, candidates, mode, locked),
    choices: [...choices, none],
  };
}

function whyOf(
  right: Interrupt | undefined,
  candidates: readonly Interrupt[],
  mode: 'S' | 'U',
  locked: boolean,
): string {
  if (candidates.length === 0) return 'No bit is set both in `sip` and in `sie`.';
  if (locked || !right) return 'In S-mode, SIE = 0 keeps all of them out.';
  const door = mode === 'U' ? 'In U-mode SIE does not count.' : 'SIE is set.';
  return `${door} Pending and enabled: ${candidates.map(({ code }) => code).join(', ')}. The order is 9, 1, 5.`;
}

/** How many instructions may it run now? */
export function howFar(random: Random): Draft {
  const now = random.int(200, 900) * 100;
  const left = random.int(20, 90) * 100;
  const away = random.pick([-1, 1, 1, 2]) * random.int(5, 60) * 100;
  const alarm = now + away;
  const answer = away > 0 ? Math.min(left, away) : left;
  return {
    kind: 'number',
    ask: `The clock reads ${number(now)}. The turn of a guest has ${number(left)} instructions left. Its timer is set to ${number(alarm)}${away > 0 ? '' : ', and its interrupts are off'}. How many instructions may it run before somebody has to look again?`,
    answer,
    within: 0,
    unit: 'instructions',
    hex: false,
    why: farReason(away, left),
    mistakes: realMistakes(answer, [
      { answer: left, why: `The alarm rings after ${number(away)} instructions, before the turn is over.` },
      ...(away > 0 ? [{ answer: away, why: 'That is how far the alarm is. The turn is over before.' }] : []),
      { answer: 0, why: 'It must run: to take its interrupt, or to open the door for it.' },
      { answer: 1, why: 'One by one is safe and slow: nothing can become due by time before that.' },
      { answer: answer + 1, why: 'One too many: the interrupt has to enter before that instruction.' },
      {
        answer: alarm,
        why: 'That is a reading of the clock. The question is how many instructions are left until then.',
      },
    ]),
  };
}

function farReason(away: number, left: number): string {
  if (away <= 0) return 'The alarm has rung and will not ring again: the guest has the rest of its turn.';
  return away < left
    ? `The alarm rings in ${number(away)} instructions, before the turn is over.`
    : `The alarm is ${number(away)} instructions away, and the turn is over before: all ${number(left)}.`;
}

/** A guest sleeps, wakes in the middle of another one's turn, and is pre-empted once. */
export function stolenTime(random: Random): Draft {
  const slice = random.int(4, 12) * 500;
  const sleeps = random.int(2, 40) * 250;
  const late = random.int(1, slice / 250 - 1) * 250;
  const alarm = sleeps + random.int(0, 9) * slice;
  const runs = alarm + late;
  const preempted = runs + slice;
  const again = preempted + slice;
  const answer = late + slice;
  return {
    kind: 'number',
    ask: `Guest A goes to sleep when the clock reads 0, with its alarm at ${number(alarm)}. B, which computes, has the processor until ${number(runs)}; then A runs. At ${number(preempted)} its turn is over, though it has more to do; B runs again, and A from ${number(again)} on. How many instructions have been stolen from A by then?`,
    answer,
    within: 0,
    unit: 'instructions',
    hex: false,
    why: `From the alarm until it ran, ${number(runs)} - ${number(alarm)} = ${number(late)}; and B's second turn, ${number(again)} - ${number(preempted)} = ${number(slice)}.`,
    mistakes: realMistakes(answer, [
      { answer: runs + slice, why: 'Its sleep is in this sum. Nobody steals from a guest that does not want to run.' },
      { answer: late, why: 'At the end of its turn it could have gone on: from there on B has its time again.' },
      { answer: slice, why: 'It was ready from its alarm on, and B had the processor until its turn was over.' },
      { answer: late + 2 * slice, why: 'Its own turn is in this sum.' },
    ]),
  };
}
