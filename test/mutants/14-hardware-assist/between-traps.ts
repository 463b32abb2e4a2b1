/** Believes that sepc, scause and stval matter in a trap handler only. */
import { leaving } from '../../lessons/support/assist-variant';

export const group = 'Safety';
export const sentence =
  "vsepc, vscause and vstval stay on the hart when guests change. A guest may lose the processor inside its trap handler, and finds another one's trap there when it comes back.";

export const hardwareAssist = leaving('vsepc', 'vscause', 'vstval');
