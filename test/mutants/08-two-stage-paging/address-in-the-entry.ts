/** Puts the address into the entry instead of the page number at bit 10. */
import { variant } from '../../lessons/support/g-stage-variant';

export const group = 'Equivalence';
export const sentence =
  'Your entries hold an address. An entry holds a page number, address / 4096, from bit 10 on: the address appears in it shifted right by two.';

export const gStage = variant({ entry: (address) => address });
