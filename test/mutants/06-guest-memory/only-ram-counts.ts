/** Compares RAM with RAM and forgets the devices. */
import type { Parts } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Safety';
export const sentence =
  "You compare the ranges of RAM with each other and forget the devices. RAM at the serial port's address: who answers a load there?";

export const guestMemory: Parts['guestMemory'] = {
  assemble: (plan, allocate) => right.assemble({ ...plan, devices: [] }, allocate),
  translate: right.translate,
};
