/** Calls privileged what traps in user mode, whatever it does in supervisor mode. */
import type { Classes, State, Subject } from '#popek-goldberg';
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Equivalence';
export const sentence =
  'You look at user mode only. A supervisor call traps in user mode too, and in supervisor mode as well: it was made to trap. Privileged means that it traps in u and does not in s.';

interface Experiment {
  readonly state: State;
  readonly held: string;
  readonly kind: string;
  readonly result?: string;
}

interface Found {
  classes: { -readonly [K in keyof Classes]: Classes[K] };
  refuted: boolean;
}

function classify(subject: Subject): Classes {
  const found: Found = { classes: {}, refuted: false };
  const groups = new Map<string, Experiment[]>();
  let left = subject.allowance;
  for (const state of subject.states) {
    if (left-- === 0 || isComplete(found)) break;
    const seen = subject.seen(state);
    const now = experiment(subject, state, found);
    const group = groups.get(seen) ?? [];
    for (const other of group) compare(found, ...(state.M === 's' ? ([now, other] as const) : ([other, now] as const)));
    groups.set(seen, [...group, now]);
  }
  return found.refuted ? { ...found.classes, privileged: undefined } : found.classes;
}

const isComplete = ({ classes: { control, location, mode, user }, refuted }: Found): boolean =>
  refuted && [control, location, mode, user].every((witness) => witness !== undefined);

function experiment(subject: Subject, state: State, { classes }: Found): Experiment {
  const held = subject.held(state);
  const outcome = subject.run(state);
  if (outcome.kind !== 'completes') return { state, held, kind: outcome.kind };
  const { after } = outcome;
  const changed = after.M !== state.M || subject.held(after) !== held;
  if (changed) classes.control ??= [state];
  if (changed && state.M === 'u') classes.user ??= [state];
  return { state, held, kind: outcome.kind, result: changed ? undefined : subject.seen(after) };
}

function compare(found: Found, one: Experiment, two: Experiment): void {
  const { classes } = found;
  const differ = one.result !== undefined && two.result !== undefined && one.result !== two.result;
  if (one.state.M !== two.state.M && one.held === two.held) {
    if (differ) classes.mode ??= [one.state, two.state];
    judge(found, one, two);
  }
  if (one.state.M === two.state.M && one.held !== two.held && differ) {
    classes.location ??= [one.state, two.state];
    if (one.state.M === 'u') classes.user ??= [one.state, two.state];
  }
}

function judge(found: Found, inS: Experiment, inU: Experiment): void {
  if (inS.kind === 'memory-traps' || inU.kind === 'memory-traps') return;
  if (inU.kind === 'traps') found.classes.privileged ??= [inS.state, inU.state];
  else found.refuted = true;
}

export const classifier: Parts['classifier'] = { ...right, classify };
