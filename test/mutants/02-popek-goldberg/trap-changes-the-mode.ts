/** Takes the way into the control program for something that the instruction did. */
import type { Classes, State } from '#popek-goldberg';
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Safety';
export const sentence =
  'You count the trap as a change of mode. The trap sequence always changes M, and R too: it is how the control program gets the machine. Only an instruction that completes, with another M or R, is control-sensitive.';

export const classifier: Parts['classifier'] = {
  ...right,
  classify(subject) {
    const trapped: State[] = [];
    const classes = right.classify({
      ...subject,
      run(state) {
        const outcome = subject.run(state);
        if (outcome.kind === 'traps' && outcome.after.M !== state.M) trapped.push(state);
        return outcome;
      },
    });
    return trapped.length > 0 ? { control: [trapped[0]], ...defined(classes) } : classes;
  },
};

const defined = (classes: Classes): Classes =>
  Object.fromEntries(Object.entries(classes).filter(([, witness]) => witness !== undefined));
