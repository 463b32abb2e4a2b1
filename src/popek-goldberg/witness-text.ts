/** What a witness shows, in a line for people: what differs before, and what differs then. */
import type { Classes, Witness } from './classes';
import type { Instruction, Machine, State } from './state';

export type Claim = keyof Classes;

export function witnessText(machine: Machine, instruction: Instruction, claim: Claim, witness: Witness): string {
  const [one, other] = witness;
  if (claim === 'privileged') return `${machine.modes.s}: completes; ${machine.modes.u}: ${trapOf(instruction, other)}`;
  if (other === undefined) return `${machine.modes[one.M]}: ${changesOf(machine, one, afterOf(instruction, one))}`;
  const [before, beforeOther] =
    one.M === other.M ? differences(one.R, other.R) : witness.map(({ M }) => machine.modes[M]);
  const [after, afterOther] = unlike(
    ...([one, other].map((state) => seenAfter(machine, instruction, state)) as [string[], string[]]),
  );
  return `${before}: ${after}; ${beforeOther}: ${afterOther}`;
}

function trapOf(instruction: Instruction, state: State): string {
  const outcome = instruction.run(state);
  return outcome.kind === 'traps' ? `traps (${outcome.why})` : outcome.kind;
}

/** A witness that shows nothing shows itself. */
function afterOf(instruction: Instruction, state: State): State {
  const outcome = instruction.run(state);
  return outcome.kind === 'completes' ? outcome.after : state;
}

function changesOf(machine: Machine, before: State, after: State): string {
  const changed = Object.keys(before.R).filter((name) => before.R[name] !== after.R[name]);
  const mode = before.M === after.M ? [] : [`mode becomes ${machine.modes[after.M]}`];
  return [...mode, ...changed.map((name) => `${name} ${before.R[name]} -> ${after.R[name]}`)].join(', ');
}

const seenAfter = (machine: Machine, instruction: Instruction, state: State): string[] =>
  machine.seen(afterOf(instruction, state)).split(' ');

/** The places of two lists that differ, each side as text. */
function unlike(one: readonly string[], other: readonly string[]): [string, string] {
  return [one.filter((text) => !other.includes(text)).join(' '), other.filter((text) => !one.includes(text)).join(' ')];
}

function differences(one: State['R'], other: State['R']): [string, string] {
  const names = Object.keys(one).filter((name) => one[name] !== other[name]);
  const text = (values: State['R']): string => names.map((name) => `${name}=${values[name]}`).join(' ');
  return [text(one), text(other)];
}
