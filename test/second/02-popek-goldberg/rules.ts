/** A second correct `classifier`: no classes and no special cases, but a rule a claim, for one experiment or for two. */
import type { Classes, Classified, Condition, State, Subject } from '#popek-goldberg';
import type { Parts } from '#vmm';

interface Fact {
  readonly state: State;
  readonly seen: string;
  readonly held: string;
  readonly trapped: boolean;
  readonly outOfBounds: boolean;
  readonly completed: boolean;
  readonly changed: boolean;
  /** Only of what completed and changed nothing. */
  readonly then: string | null;
}

type Claim = keyof Classes;

const ALONE: readonly (readonly [Claim, (a: Fact) => boolean])[] = [
  ['control', (a) => a.changed],
  ['user', (a) => a.changed && a.state.M === 'u'],
];

const moved = (a: Fact, b: Fact): boolean => a.state.M === b.state.M && a.held !== b.held && tells(a, b);
const tells = (a: Fact, b: Fact): boolean => a.then !== null && b.then !== null && a.then !== b.then;
const acrossModes = (a: Fact, b: Fact): boolean => a.held === b.held && a.state.M === 's' && b.state.M === 'u';

/** Of two states that a program sees alike, in either order. */
const TOGETHER: readonly (readonly [Claim, (a: Fact, b: Fact) => boolean])[] = [
  ['privileged', (a, b) => acrossModes(a, b) && a.completed && b.trapped],
  ['location', moved],
  ['mode', (a, b) => acrossModes(a, b) && tells(a, b)],
  ['user', (a, b) => moved(a, b) && a.state.M === 'u'],
];

const refutes = (a: Fact, b: Fact): boolean =>
  acrossModes(a, b) && !a.outOfBounds && !b.outOfBounds && !(a.completed && b.trapped);

function look(subject: Subject, state: State): Fact {
  const [seen, held] = [subject.seen(state), subject.held(state)];
  const outcome = subject.run(state);
  const completed = outcome.kind === 'completes';
  const changed = completed && (outcome.after.M !== state.M || subject.held(outcome.after) !== held);
  return {
    state,
    seen,
    held,
    trapped: outcome.kind === 'traps',
    outOfBounds: outcome.kind === 'memory-traps',
    completed,
    changed,
    then: completed && !changed ? subject.seen(outcome.after) : null,
  };
}

function classify(subject: Subject): Classes {
  const found: Partial<Record<Claim, State[]>> = {};
  const facts: Fact[] = [];
  let refuted = false;
  const states = subject.states[Symbol.iterator]();
  for (let experiments = 0; experiments < subject.allowance; experiments++) {
    if (refuted && found.control && found.location && found.mode && found.user) break;
    const next = states.next();
    if (next.done) break;
    const fact = look(subject, next.value);
    for (const [claim, holds] of ALONE) if (holds(fact)) found[claim] ??= [fact.state];
    for (const other of facts.filter(({ seen }) => seen === fact.seen)) {
      for (const [a, b] of [
        [fact, other],
        [other, fact],
      ]) {
        refuted ||= refutes(a, b);
        for (const [claim, holds] of TOGETHER) if (holds(a, b)) found[claim] ??= [a.state, b.state];
      }
    }
    facts.push(fact);
  }
  if (refuted) delete found.privileged;
  return found;
}

function judge(table: readonly Classified[], claims: readonly Claim[]): Condition {
  const against: string[] = [];
  for (const { name, classes } of table)
    if (!classes.privileged && claims.some((claim) => classes[claim])) against.push(name);
  return { holds: against.length === 0, against };
}

const SENSITIVE: readonly Claim[] = ['control', 'location', 'mode'];

export const classifier: Parts['classifier'] = {
  classify,
  theorem1: (table) => judge(table, SENSITIVE),
  theorem2: (table, withoutTiming) =>
    withoutTiming ? judge(table, SENSITIVE) : { ...judge(table, SENSITIVE), holds: false },
  theorem3: (table) => judge(table, ['user']),
};
