/** Takes every difference that a program cannot see for one in R. */
import type { State } from '#popek-goldberg';
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Safety';
export const sentence =
  "Location-sensitive is what shows R. You claim it wherever two states look alike to a program and end differently, also if R is the same: what differs may be storage that is not the program's.";

export const classifier: Parts['classifier'] = {
  ...right,
  classify(subject) {
    const before = new Map<State, State>();
    return right.classify({
      ...subject,
      run(state) {
        const outcome = subject.run(state);
        if (outcome.kind === 'completes') before.set(outcome.after, state);
        return outcome;
      },
      held: (state) => `${subject.held(state)} ${JSON.stringify((before.get(state) ?? state).E)}`,
    });
  },
};
