/** Loads and stores of any width to devices: registers, the gaps between them, and the edges of where a device answers. */
import { BOARD, IDEAL_BLOCK_BYTES } from '#machine';
import type { Chance } from '../../machine/engine/lockstep/chance';
import type { Op } from '../case';
import { address, DEVICES, inRam, value } from './values';

const STORES = ['sb', 'sh', 'sw', 'sd'] as const;
const LOADS = ['lb', 'lbu', 'lh', 'lhu', 'lw', 'lwu', 'ld'] as const;

export const store = (does: (typeof STORES)[number], at: number | bigint, stored: number | bigint): Op => ({
  does: `${does} t1, 0(t0)`,
  with: { t0: BigInt(at), t1: BigInt(stored) },
});
const load = (does: (typeof LOADS)[number], at: number | bigint): Op => ({
  does: `${does} t2, 0(t0)`,
  with: { t0: BigInt(at) },
});

/** Anything to any register of any device but the finisher, which ends the machine. */
function anywhere(chance: Chance): Op[] {
  const { base, size } = chance.pick(DEVICES.slice(1));
  const within = chance.oneIn(2) ? chance.below(0x40) * 4 : chance.below(size);
  const at = base + chance.pick([within & ~3, within & ~7, within, size - 1, size - 2, size - 4, size - 8, size, -4]);
  if (chance.oneIn(3)) return [load(chance.pick(LOADS), at)];
  return [store(chance.pick(STORES), at, chance.oneIn(2) ? BigInt(chance.below(0x100)) : value(chance))];
}

/** Task-file registers are 4 bytes apart (devices/ata-registers.ts). */
const [DATA, FEATURES, COUNT, LBA_LOW, DEVICE, COMMAND, CONTROL] = [0, 4, 8, 12, 24, 28, 0x800].map((offset) => BOARD.ata.base + offset); // prettier-ignore
const COMMANDS = [0x20, 0x21, 0x30, 0x31, 0x40, 0xec, 0xef, 0x90, 0xe7, 0xe5, 0xe0, 0xe1, 0xc8, 0x00, 0xff];

/** A command, and a transfer that may be cut short by another. */
function ata(chance: Chance): Op[] {
  return [
    store('sb', DEVICE, chance.pick([0xe0, 0xe0, 0xef, 0xf0, 0xa0])),
    store('sb', COUNT, chance.pick([0, 1, 2, 255])),
    store('sb', LBA_LOW, chance.pick([0, 62, 63, 64, 255])),
    store('sb', FEATURES, chance.below(256)),
    store('sb', COMMAND, chance.pick(COMMANDS)),
    ...Array.from({ length: chance.below(4) }, () =>
      chance.oneIn(2) ? load('lhu', DATA) : store(chance.pick(['sh', 'sh', 'sb', 'sd']), DATA, value(chance)),
    ),
    // A whole sector at once: 256 exits would be too many, so the rest of it is left.
    ...(chance.oneIn(6) ? [store('sb', CONTROL, chance.pick([0, 2, 4, 6]))] : []),
  ];
}

const uart = (chance: Chance): Op[] =>
  Array.from({ length: 3 }, () =>
    chance.oneIn(2)
      ? store('sb', BOARD.uart.base + chance.below(9), chance.below(256))
      : load('lbu', BOARD.uart.base + chance.below(9)),
  );

/** Priorities, enables, thresholds and claims, of contexts that exist and ones that do not. */
function plic(chance: Chance): Op[] {
  const context = chance.pick([0, 1, 1, 1, 3, 4, 15871]);
  const source = chance.pick([0, 1, 2, 10, 11, 12, 95, 96, 97, 1023]);
  const places = [4 * source, 0x1000 + 4 * (source >> 5), 0x2000 + 0x80 * context + 4 * (source >> 5), 0x20_0000 + 0x1000 * context, 0x20_0004 + 0x1000 * context]; // prettier-ignore
  return places.map((place) =>
    chance.oneIn(3)
      ? load('lw', BOARD.plic.base + place)
      : store('sw', BOARD.plic.base + place, chance.pick([0, 1, 7, source, 0xffff_ffff])),
  );
}

const rtc = (chance: Chance): Op[] => [
  load('lw', BOARD.rtc.base),
  store('sw', BOARD.rtc.base + 0x0c, chance.oneIn(2) ? 0 : chance.next()),
  store('sw', BOARD.rtc.base + 0x08, chance.next()),
  store('sw', BOARD.rtc.base + 0x10, 1),
  store('sw', BOARD.rtc.base + chance.pick([0, 4, 0x14, 0x1c]), chance.next()),
];

/** Bit 63: to the disk; 62:36 block; 35:0 page of memory. */
function ideal(chance: Chance): Op[] {
  const page = (chance.oneIn(3) ? address(chance) : inRam(chance)) / BigInt(IDEAL_BLOCK_BYTES);
  const block = BigInt(chance.pick([0, 1, 7, 8, 2 ** 27 - 1]));
  const command = (BigInt(chance.below(2)) << 63n) | (block << 36n) | BigInt.asUintN(36, page);
  return [store('sd', BOARD.ideal.base, command), load('ld', BOARD.ideal.base + 8)];
}

const finisher = (chance: Chance): Op[] => [
  store(chance.pick(['sw', 'sh', 'sd']), BOARD.test.base + chance.pick([0, 0, 4, 0xffc]), chance.oneIn(8) ? chance.pick([0x5555, 0x7777, 0x1_3333]) : value(chance)),
]; // prettier-ignore

const ACTS = [anywhere, anywhere, ata, ata, uart, plic, rtc, ideal, ideal, finisher] as const;

export const mmioOps = (chance: Chance): Op[] =>
  Array.from({ length: 1 + chance.below(6) }, () => chance.pick(ACTS)(chance)).flat();
