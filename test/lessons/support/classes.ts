/** The definitions once more, pair by pair and without any thought of cost: what a classifier has to find, and whether a witness shows what it should. */
import {
  held,
  subjectOf,
  type Classes,
  type Instruction,
  type Machine,
  type Outcome,
  type State,
  type SubjectOptions,
} from '#popek-goldberg';
import type { Parts } from '#vmm';
import { requires } from '../../../src/course/lab';

export type Claim = keyof Classes;
export const CLAIMS: readonly Claim[] = ['privileged', 'control', 'location', 'mode', 'user'];

/** All that the definitions ask about one state. */
interface Facts {
  readonly M: State['M'];
  readonly seen: string;
  readonly held: string;
  readonly kind: Outcome['kind'];
  /** It completed, with another M or R. */
  readonly changes: boolean;
  /** What a program sees afterwards, if it completed and nothing of M and R changed. */
  readonly result: string | undefined;
}

function factsOf(machine: Machine, { run }: Instruction, state: State): Facts {
  const before = { M: state.M, seen: machine.seen(state), held: held(state) };
  const outcome = run(state);
  if (outcome.kind !== 'completes') return { ...before, kind: outcome.kind, changes: false, result: undefined };
  const changes = outcome.after.M !== state.M || held(outcome.after) !== before.held;
  return { ...before, kind: 'completes', changes, result: changes ? undefined : machine.seen(outcome.after) };
}

/** Why a witness does not show a claim; undefined if it does. */
function faultOf(claim: Claim, witness: readonly Facts[]): string | undefined {
  if (witness.length === 1 && (claim === 'control' || claim === 'user')) return faultOfOne(claim, witness[0]);
  if (witness.length !== 2 || claim === 'control') return `it has ${witness.length} states`;
  const [one, other] = witness;
  if (one.seen !== other.seen) return 'a program can tell the two states apart before anything has run';
  return claim === 'privileged' || claim === 'mode'
    ? faultOfModes(claim, one, other)
    : faultOfPlaces(claim, one, other);
}

function faultOfOne(claim: Claim, one: Facts): string | undefined {
  if (claim === 'user' && one.M === 's') return 'the state is one of s, and says nothing about user mode';
  return one.changes ? undefined : 'the instruction does not complete there, or changes neither M nor R';
}

function faultOfModes(claim: Claim, one: Facts, other: Facts): string | undefined {
  if (one.held !== other.held) return 'R is not the same in the two states';
  if (one.M !== 's' || other.M !== 'u') return 'M is not s in the first and u in the second state';
  if (claim === 'mode') return faultOfResults(one, other);
  const shown = one.kind === 'completes' && other.kind === 'traps';
  return shown ? undefined : `what comes of it is "${one.kind}" in s and "${other.kind}" in u`;
}

function faultOfPlaces(claim: Claim, one: Facts, other: Facts): string | undefined {
  if (one.held === other.held) return 'R is the same in the two states';
  if (one.M !== other.M) return 'M is not the same in the two states';
  if (claim === 'user' && one.M !== 'u') return 'M is not u';
  return faultOfResults(one, other);
}

function faultOfResults(one: Facts, other: Facts): string | undefined {
  if (one.result === undefined || other.result === undefined)
    return 'one of the two does not complete, or changes M or R, so that there is nothing to compare';
  return one.result === other.result ? 'a program sees the same afterwards' : undefined;
}

/** The claims that hold of an instruction, from all its states. */
export function truthOf(machine: Machine, instruction: Instruction): Claim[] {
  const facts = instruction.states.map((state) => factsOf(machine, instruction, state));
  const pairs = facts.flatMap((one) => facts.filter(({ seen }) => seen === one.seen).map((other) => [one, other]));
  const witnesses = [...facts.map((one) => [one]), ...pairs];
  const always = pairs
    .filter(([one, other]) => one.M === 's' && other.M === 'u' && one.held === other.held)
    .filter((pair) => pair.every(({ kind }) => kind !== 'memory-traps'))
    .every(([one, other]) => one.kind === 'completes' && other.kind === 'traps');
  return CLAIMS.filter(
    (claim) => (claim !== 'privileged' || always) && witnesses.some((witness) => faultOf(claim, witness) === undefined),
  );
}

export interface Examined {
  readonly classes: Classes;
  readonly claims: readonly Claim[];
  readonly experiments: number;
  /** Calls of `seen`. */
  readonly looks: number;
}

/** Lets the part classify an instruction, and looks whether it left the states alone. */
export function examine(
  part: Parts['classifier'],
  machine: Machine,
  instruction: Instruction,
  options: SubjectOptions = {},
): Examined {
  const given: [copy: State, original: string][] = [];
  const subject = subjectOf(machine, instruction, {
    ...options,
    states: copies(options.states ?? instruction.states, given),
  });
  let looks = 0;
  // A subject of its own, so that nothing but experiments leads to the answer.
  const classes = part.classify({
    name: subject.name,
    states: subject.states,
    allowance: subject.allowance,
    run: (state) => subject.run(state),
    held: (state) => subject.held(state),
    seen(state) {
      looks++;
      return subject.seen(state);
    },
  });
  requires(
    given.every(([copy, original]) => JSON.stringify(copy) === original),
    `${machine.name}, ${instruction.name}: your \`classify\` changed a state that it was given.`,
  );
  const claims = CLAIMS.filter((claim) => classes[claim] !== undefined);
  return { classes, claims, experiments: subject.experiments, looks };
}

/** A part that spoils a state spoils it for itself alone. */
function copies(states: Iterable<State>, given: [copy: State, original: string][]): Iterable<State> {
  return {
    *[Symbol.iterator]() {
      for (const { E, M, P, R } of states) {
        const copy: State = { E: { ...E }, M, P, R: { ...R } };
        given.push([copy, JSON.stringify(copy)]);
        yield copy;
      }
    },
  };
}

/** Whether the part finds all that holds, and claims nothing else. */
export function findsAll(part: Parts['classifier'], machine: Machine, instruction: Instruction): void {
  const examined = examine(part, machine, instruction);
  const truth = truthOf(machine, instruction);
  const missed = truth.filter((claim) => !examined.claims.includes(claim));
  requires(
    missed.length === 0,
    `${machine.name}, ${instruction.name}: it is ${missed.join(' and ')}, and your \`classify\` did not find it.`,
  );
  allShown(examined, truth, machine, instruction);
}

/** Whether every claim of the part holds and has a witness that shows it. */
export function claimsNothingElse(part: Parts['classifier'], machine: Machine, instruction: Instruction): void {
  allShown(examine(part, machine, instruction), truthOf(machine, instruction), machine, instruction);
}

function allShown(
  { classes, claims }: Examined,
  truth: readonly Claim[],
  machine: Machine,
  instruction: Instruction,
): void {
  const where = `${machine.name}, ${instruction.name}`;
  const tooMuch = claims.filter((claim) => !truth.includes(claim));
  requires(
    tooMuch.length === 0,
    `${where}: your \`classify\` calls it ${tooMuch.join(' and ')}, and its states do not bear that out.`,
  );
  for (const claim of claims) {
    const witness: unknown = classes[claim];
    requires(Array.isArray(witness), `${where}: the witness of \`${claim}\` is no list of states.`);
    const facts = (witness as State[]).map((state) => factsOf(machine, instruction, state));
    const fault = faultOf(claim, facts);
    requires(fault === undefined, `${where}: your witness of \`${claim}\` does not show it: ${fault}.`);
  }
}
