/** Addresses and values at which hypervisors change their mind. */
import { BOARD } from '#machine';
import type { Chance } from '../../machine/engine/lockstep/chance';
import { BASE, codeOf, END, RAM_BYTES, SCRATCH } from '../layout';

/** Devices of the attacker's board: first address and size. */
export const DEVICES = [
  BOARD.test,
  BOARD.rtc,
  BOARD.plic,
  BOARD.uart,
  BOARD.ata,
  BOARD.ideal,
  ...Array.from({ length: BOARD.virtio.slots }, (_, slot) => ({
    base: BOARD.virtio.base + slot * BOARD.virtio.size,
    size: 0x200,
  })),
] as const;

/** An unsigned 64-bit value. */
export const value = (chance: Chance): bigint => chance.value();

/** In the part of RAM that is the case's own. */
export const inRam = (chance: Chance): bigint => BigInt(SCRATCH + 8 * chance.below((END - SCRATCH) / 8));

const EDGES = [0, 1, 2, 4, 8, 16, 0x800, 4096, -1, -2, -4, -8, -4096];

const PLACES: readonly ((chance: Chance) => number)[] = [
  () => BASE,
  () => END,
  () => END + RAM_BYTES, // somebody else's, were it host memory
  (chance) => BASE + 4096 * chance.below(512),
  () => 0,
  () => 2 ** 53,
  () => codeOf(0),
  (chance) => chance.pick(DEVICES).base,
  (chance) => {
    const { base, size } = chance.pick(DEVICES);
    return base + size;
  },
];

/** Anywhere: mostly RAM, else an edge, a device, or nothing at all. */
export function address(chance: Chance): bigint {
  if (chance.oneIn(3)) return inRam(chance);
  if (chance.oneIn(8)) return value(chance);
  const place = chance.pick(PLACES)(chance) + (chance.oneIn(2) ? chance.pick(EDGES) : 0);
  return BigInt.asUintN(64, BigInt(place));
}
