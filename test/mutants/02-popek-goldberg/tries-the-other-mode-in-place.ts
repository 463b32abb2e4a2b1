/** Sets M in the state that it was given, to see what user mode does. */
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Safety';
export const sentence =
  "You changed a state that was given to you, and so spoilt every experiment after it. Make a copy with another M: `{ ...state, M: 'u' }`.";

export const classifier: Parts['classifier'] = {
  ...right,
  classify: (subject) =>
    right.classify({
      ...subject,
      run(state) {
        const outcome = subject.run(state);
        if (state.M === 's' && subject.run(Object.assign(state, { M: 'u' })).kind === 'unknown')
          Object.assign(state, { M: 's' });
        return outcome;
      },
    }),
};
