/** Compares states of different programs. */
import type { State, Subject } from '#popek-goldberg';
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Safety';
export const sentence =
  'You compare two states in which the program itself is different. Of course it ends differently. Only two states that a program cannot tell apart, by `seen`, can show that the machine told it something.';

export const classifier: Parts['classifier'] = {
  ...right,
  classify(subject) {
    const [first, ...others] = [...take(subject)];
    const classes = right.classify(subject);
    const other = others.find((state) => state.M === first.M && subject.held(state) !== subject.held(first));
    return other ? { ...classes, location: classes.location ?? [first, other] } : classes;
  },
};

function* take({ states }: Subject): Generator<State> {
  let count = 0;
  for (const state of states)
    if (count++ < 100) yield state;
    else return;
}
