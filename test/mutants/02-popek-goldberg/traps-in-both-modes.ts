/** Calls privileged what traps in user mode, whatever it does in supervisor mode. */
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Equivalence';
export const sentence =
  'You look at user mode only. A supervisor call traps in user mode too, and in supervisor mode as well: it was made to trap. Privileged means that it traps in u and does not in s.';

export const classifier: Parts['classifier'] = {
  ...right,
  // A trap in s is no longer a trap.
  classify: (subject) =>
    right.classify({
      ...subject,
      run(state) {
        const outcome = subject.run(state);
        return outcome.kind === 'traps' && state.M === 's' ? { kind: 'completes', after: state } : outcome;
      },
    }),
};
