/** Takes the wider mode always, to be on the safe side. */
import { variant } from '../../lessons/support/g-stage-variant';

export const group = 'Efficiency';
export const sentence =
  "You always choose Sv48x4. It is never wrong to the guest, but its fourth level is read for each entry of the guest's own walk: 14 references where 11 do.";

export const gStage = variant({ mode: () => 9 });
