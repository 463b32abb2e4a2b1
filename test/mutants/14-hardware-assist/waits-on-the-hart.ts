/** Leaves hstatus.VTW clear. */
import { configuring } from '../../lessons/support/assist-variant';

export const group = 'Safety';
export const sentence =
  'Without hstatus.VTW a guest that waits keeps the hart, and waits there until its turn is over. The others could have used that time.';

export const hardwareAssist = configuring({ hstatus: () => undefined });
