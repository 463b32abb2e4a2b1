/** Calls privileged what no pair has refuted, also if there was no pair. */
import type { State } from '#popek-goldberg';
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Safety';
export const sentence =
  'You call an instruction privileged because nothing has refuted it. If no pair was seen in which it completes in s and traps in u, nothing was shown: a claim needs a witness.';

export const classifier: Parts['classifier'] = {
  ...right,
  classify(subject) {
    const tried: State[] = [];
    let refuted = false;
    const classes = right.classify({
      ...subject,
      run(state) {
        const outcome = subject.run(state);
        tried.push(state);
        refuted ||=
          state.M === 'u' ? outcome.kind === 'completes' || outcome.kind === 'unknown' : outcome.kind === 'traps';
        return outcome;
      },
    });
    return refuted ? classes : { ...classes, privileged: classes.privileged ?? tried.slice(0, 2) };
  },
};
