/** Lets a memory trap count as the trap of a privileged instruction. */
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Safety';
export const sentence =
  'You take a memory trap for the trap of a privileged instruction. A load traps at an address that is out of bounds, in user mode or not, and at every other address nobody hears of it.';

export const classifier: Parts['classifier'] = {
  ...right,
  classify: (subject) =>
    right.classify({
      ...subject,
      run(state) {
        const outcome = subject.run(state);
        return outcome.kind === 'memory-traps' ? { ...outcome, kind: 'traps' } : outcome;
      },
    }),
};
