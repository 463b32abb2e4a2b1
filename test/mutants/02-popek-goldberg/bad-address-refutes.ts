/** Lets a memory trap count against privilege. */
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Equivalence';
export const sentence =
  'You let a memory trap refute that an instruction is privileged. It says something about an address: out of bounds. Pairs in which one of the two memory-traps are not looked at.';

export const classifier: Parts['classifier'] = {
  ...right,
  classify: (subject) =>
    right.classify({
      ...subject,
      run(state) {
        const outcome = subject.run(state);
        return outcome.kind === 'memory-traps' ? { kind: 'unknown', why: 'a bad address' } : outcome;
      },
    }),
};
