/** Calls an instruction privileged because of one pair in which it trapped. */
import type { State } from '#popek-goldberg';
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Equivalence';
export const sentence =
  'One pair in which it traps does not make an instruction privileged. The definition says: in every pair. One in which it completes in user mode is a hole, and the guest will find it.';

export const classifier: Parts['classifier'] = {
  ...right,
  classify(subject) {
    const inS = new Map<string, State>();
    const inU = new Map<string, State>();
    const classes = right.classify({
      ...subject,
      run(state) {
        const outcome = subject.run(state);
        const key = `${subject.held(state)} in ${P(state)}`;
        if (state.M === 's' && outcome.kind === 'completes') inS.set(key, state);
        if (state.M === 'u' && outcome.kind === 'traps') inU.set(key, state);
        return outcome;
      },
    });
    const pair = [...inS].find(([key]) => inU.has(key));
    return pair ? { ...classes, privileged: [pair[1], inU.get(pair[0])!] } : classes;
  },
};

const P = (state: State): string => JSON.stringify([state.P, state.E]);
