/** Looks for changes of R, and forgets that M is a resource too. */
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Equivalence';
export const sentence =
  'You look for changes of R only. An instruction that changes the mode without a trap is control-sensitive as well: the PDP-10 fails by exactly one jump, which goes to user mode.';

export const classifier: Parts['classifier'] = {
  ...right,
  classify: (subject) =>
    right.classify({
      ...subject,
      run(state) {
        const outcome = subject.run(state);
        const other = outcome.kind === 'completes' && outcome.after.M !== state.M;
        return other ? { ...outcome, after: { ...outcome.after, M: state.M } } : outcome;
      },
    }),
};
