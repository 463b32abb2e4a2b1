/** Takes an instruction that does not end, or of which the manual says nothing, for one that traps. */
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Safety';
export const sentence =
  'An instruction without a result has not trapped: nobody got the machine. UNPREDICTABLE in user mode is the opposite of privileged, because the manual promises no trap.';

export const classifier: Parts['classifier'] = {
  ...right,
  classify: (subject) =>
    right.classify({
      ...subject,
      run(state) {
        const outcome = subject.run(state);
        return outcome.kind === 'unknown' ? { kind: 'traps', after: state, why: outcome.why } : outcome;
      },
    }),
};
