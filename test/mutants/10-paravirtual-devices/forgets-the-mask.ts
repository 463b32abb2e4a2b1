/** Takes the direction for a bit of the block number. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';

export const group = 'Equivalence';
export const sentence =
  'Bits 62:36 of the command number the block, bit 63 is the direction. You shift by 36 and keep bit 63 in the number: every write goes to a block that does not exist.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  transfer: (command, disk, memory) =>
    Number(BigInt.asUintN(28, command >> 36n)) * 8 >= disk.sectors ? 1 : right.transfer(command, disk, memory),
};
