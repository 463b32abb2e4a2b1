/** Asks what a program sees for every pair of states. */
import type { State } from '#popek-goldberg';
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Efficiency';
export const sentence =
  "You ask `seen` again for every pair of states. It reads all of the program's storage; for a hundred states that is ten thousand times. Ask once before and once after the experiment, and group by the answer.";

export const classifier: Parts['classifier'] = {
  ...right,
  classify(subject) {
    const before: State[] = [];
    return right.classify({
      ...subject,
      run(state) {
        for (const other of before) subject.seen(other);
        if (before.length < 100) before.push(state);
        return subject.run(state);
      },
    });
  },
};
