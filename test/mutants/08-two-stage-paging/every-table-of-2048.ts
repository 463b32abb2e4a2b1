/** Gives every table the root's 2,048 entries. */
import { variant } from '../../lessons/support/g-stage-variant';

export const group = 'Equivalence';
export const sentence =
  'You take 11 bits of the address at every level. Only the root is four pages large; the tables below it have 512 entries, and you write behind their end.';

export const gStage = variant({ entries: () => 2048n });
