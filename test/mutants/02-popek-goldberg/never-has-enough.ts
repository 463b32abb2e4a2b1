/** Goes on with experiments when there is nothing left to find. */
import type { State } from '#popek-goldberg';
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Efficiency';
export const sentence =
  'You go on after everything is known: all that can be shown is shown, and one pair has refuted that it is privileged. Nothing that follows can change the answer, so every further experiment is wasted.';

export const classifier: Parts['classifier'] = {
  ...right,
  classify(subject) {
    const rest = subject.states[Symbol.iterator]();
    const states: Iterable<State> = { [Symbol.iterator]: () => ({ next: () => rest.next() }) };
    let left = subject.allowance;
    const run = (state: State) => {
      left--;
      return subject.run(state);
    };
    const classes = right.classify({ ...subject, states, run });
    for (let next = rest.next(); next.done !== true && left > 0; next = rest.next()) run(next.value);
    return classes;
  },
};
