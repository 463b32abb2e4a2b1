/** Compares what programs see after M or R has changed. */
import type { State } from '#popek-goldberg';
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Equivalence';
export const sentence =
  'You compare two results although M or R changed on the way. Then the program is somewhere else, and sees other storage, for a reason that is already called control-sensitive. Compare only what left M and R alone.';

export const classifier: Parts['classifier'] = {
  ...right,
  classify(subject) {
    const changing: Changed[] = [];
    const classes = right.classify({
      ...subject,
      run(state) {
        const outcome = subject.run(state);
        if (outcome.kind === 'completes') changing.push({ state, before: subject.seen(state), after: outcome.after });
        return outcome;
      },
    });
    for (const one of changing) {
      for (const other of changing) {
        if (one.before !== other.before || subject.seen(one.after) === subject.seen(other.after)) continue;
        if (one.state.M !== other.state.M || subject.held(one.state) === subject.held(other.state)) continue;
        return { ...classes, location: classes.location ?? [one.state, other.state] };
      }
    }
    return classes;
  },
};

interface Changed {
  readonly state: State;
  readonly before: string;
  readonly after: State;
}
