/** Compares a block number with the number of sectors. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';

export const group = 'Equivalence';
export const sentence =
  'The disk counts sectors of 512 bytes, the guest blocks of eight. You compare the one with the other, and read behind the end of the disk.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  transfer(command, disk, memory) {
    const block = Number(BigInt.asUintN(27, command >> 36n));
    if (block * 8 + 8 <= disk.sectors || block >= disk.sectors) return right.transfer(command, disk, memory);
    const page = Number(BigInt.asUintN(36, command)) * 4096;
    return memory.write(page, new Uint8Array(4096)) ? 0 : 2;
  },
};
