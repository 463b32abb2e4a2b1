/** Lets a state of user mode refute "privileged" by itself. */
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Equivalence';
export const sentence =
  '"Privileged" is a claim about pairs of states that differ in nothing but the mode. You let a single state of user mode refute it, one that has no partner in supervisor mode.';

export const classifier: Parts['classifier'] = {
  ...right,
  classify(subject) {
    let ignored = false;
    const { privileged, ...classes } = right.classify({
      ...subject,
      run(state) {
        const outcome = subject.run(state);
        ignored ||= state.M === 'u' && (outcome.kind === 'completes' || outcome.kind === 'unknown');
        return outcome;
      },
    });
    return { ...classes, ...(privileged && !ignored ? { privileged } : {}) };
  },
};
