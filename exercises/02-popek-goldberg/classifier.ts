// Edit this file: `npx hv watch 02` grades it at every save, `npx hv reset 02` brings this original back.
// 02 · Which machines can be virtualized? Find out by experiment what each instruction of a machine is.
//
// `classify`: `run` one instruction in the states that come with it, compare what happened in pairs of states, and say which of the five
// claims hold, each with the states that show it (`Classes` says what a witness is). Claim nothing that you have not seen, stay within
// `allowance`, run no state twice, and stop when there is nothing left to find out.
// `theorem1` to `theorem3`: given the classes of all instructions of a machine, is the theorem's condition met, and who breaks it?
import { todo, type Parts } from '#vmm';

export const classifier: Parts['classifier'] = {
  classify: (subject) => todo('experiment with one instruction'),

  theorem1: (table) => todo('can a monitor be constructed?'),

  theorem2: (table, withoutTiming) => todo('can it run under itself?'),

  theorem3: (table) => todo('can a hybrid monitor be constructed?'),
};
