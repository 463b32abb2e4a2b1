/** Runs both states again for every pair that it compares. */
import type { State } from '#popek-goldberg';
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Efficiency';
export const sentence =
  'You run both states again for every pair. What happened in a state does not change: run each once, keep what came of it, and let the pairs be comparisons of what was kept.';

export const classifier: Parts['classifier'] = {
  ...right,
  classify(subject) {
    const before: State[] = [];
    return right.classify({
      ...subject,
      run(state) {
        for (const other of before.slice(-2)) subject.run(other);
        before.push(state);
        return subject.run(state);
      },
      allowance: Math.floor(subject.allowance / 3),
    });
  },
};
