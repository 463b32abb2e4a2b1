/** Takes an instruction that user mode ignores for one that user mode refuses. */
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Equivalence';
export const sentence =
  'You call an instruction privileged because user mode does not let it have its effect. But nothing trapped: it was ignored, and nobody was told. That is what POPF does, and why it cannot be emulated.';

export const classifier: Parts['classifier'] = {
  ...right,
  // In u, to leave everything as it was counts as a trap.
  classify: (subject) =>
    right.classify({
      ...subject,
      run(state) {
        const outcome = subject.run(state);
        if (outcome.kind !== 'completes' || state.M === 's') return outcome;
        const changed = outcome.after.M !== 'u' || subject.held(outcome.after) !== subject.held(state);
        const sees = JSON.stringify(outcome.after.E) !== JSON.stringify(state.E);
        return changed || sees ? outcome : { kind: 'traps', after: outcome.after, why: 'nothing happened' };
      },
    }),
};
