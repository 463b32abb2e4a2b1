/** Looks whether a large leaf begins within the RAM, and not whether it ends there. */
import { variant } from '../../lessons/support/g-stage-variant';

export const group = 'Safety';
export const sentence =
  'Your large leaf may end behind the RAM. The guest then reads and writes whatever the host has there: tables of yours, or another guest.';

export const gStage = variant({ fits: ({ aligned, begins }) => aligned && begins });
