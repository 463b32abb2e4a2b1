/** Virtqueues: a driver that is mostly right, as most attacks need a device that works, and wrong in one way or several (reliability D.V). */
import { BOARD } from '#machine';
import type { Chance } from '../../machine/engine/lockstep/chance';
import {
  EVENT_IDX,
  INDIRECT,
  INDIRECT_DESC,
  NEXT,
  REG,
  RING_RESET,
  VERSION_1,
  WRITE,
} from '../../machine/devices/virtio/registers';
import type { Op, Words } from '../case';
import { END, SCRATCH } from '../layout';
import { store } from './mmio';
import { address, value } from './values';

/** Slots with a device: disk, network, entropy, console; and how many queues each has. */
const QUEUES = [1, 2, 1, 2] as const;
const QUEUE_BYTES = 0x2000;
const [DRIVER, DEVICE] = [0x800, 0x1000];
const DATA = SCRATCH + 0x6000;
const TABLE = DATA + 0x1000;

interface Plan {
  readonly slot: number;
  readonly queues: number;
  readonly size: number;
}

const areaOf = (queue: number): number => SCRATCH + queue * QUEUE_BYTES;
const register = ({ slot }: Plan, offset: number, stored: number | bigint): Op =>
  store('sw', BOARD.virtio.base + slot * BOARD.virtio.size + offset, BigInt.asUintN(32, BigInt(stored)));

/** Sometimes something else. */
const mostly = <T>(chance: Chance, usual: T, other: () => T, seldom = 80): T =>
  chance.oneIn(seldom) ? other() : usual;

function start(chance: Chance, plan: Plan): Op[] {
  const features = [INDIRECT_DESC, EVENT_IDX, RING_RESET].reduce(
    (all, bit) => (chance.oneIn(2) ? all | bit : all),
    VERSION_1,
  );
  const driver = mostly(chance, features, () => value(chance));
  const steps = [
    register(plan, REG.status, 0),
    register(plan, REG.status, 3),
    ...[0, 1].flatMap((word) => [
      register(plan, REG.driverFeaturesSel, word),
      register(plan, REG.driverFeatures, driver >> BigInt(32 * word)),
    ]),
    register(plan, REG.status, 11),
    ...Array.from({ length: plan.queues }, (_, queue) => queueUp(chance, plan, queue)).flat(),
    register(plan, REG.status, 15),
  ];
  // A step left out, or two in the wrong order.
  if (chance.oneIn(25)) steps.splice(chance.below(steps.length), 1);
  if (chance.oneIn(25)) steps.push(...steps.splice(chance.below(steps.length), 1));
  return steps;
}

function queueUp(chance: Chance, plan: Plan, queue: number): Op[] {
  const at = [areaOf(queue), areaOf(queue) + DRIVER, areaOf(queue) + DEVICE].map((area) =>
    mostly(chance, BigInt(area), () => address(chance), 60),
  );
  return [
    register(
      plan,
      REG.queueSel,
      mostly(chance, queue, () => chance.pick([2, 64, 0xffff_ffff])),
    ),
    register(
      plan,
      REG.queueSize,
      mostly(chance, plan.size, () => chance.pick([0, 3, 256, 32768, 65535, 0x1_0008])),
    ),
    ...[REG.desc, REG.driver, REG.device].flatMap((offset, area) => [
      register(plan, offset, at[area]),
      ...(at[area] >> 32n ? [register(plan, offset + 4, at[area] >> 32n)] : []),
    ]),
    register(
      plan,
      REG.queueReady,
      mostly(chance, 1, () => chance.next()),
    ),
  ];
}

const descriptor = (at: bigint, size: number, flags: number, next: number): [bigint, bigint] => [
  at,
  BigInt(size >>> 0) | (BigInt(flags & 0xffff) << 32n) | (BigInt(next & 0xffff) << 48n),
];

const SIZES = [0, 1, 12, 16, 60, 511, 512, 513, 1024, 1530] as const;

/** One chain from entry 0 on, usually with an end. */
function chain(chance: Chance, { slot, size }: Plan, length: number): bigint[] {
  const writableFrom = slot === 2 ? 0 : chance.below(length + 1);
  return Array.from({ length }, (_, i) => {
    const usual = i === 0 ? DATA : DATA + 0x2000 + chance.below(0x4000);
    const at = mostly(chance, BigInt(usual), () => address(chance), 30);
    const bytes = i === 0 && slot < 2 ? 16 : chance.pick(SIZES);
    const flags = (i < length - 1 ? NEXT : 0) | (i >= writableFrom ? WRITE : 0);
    const next = mostly(chance, i + 1, () => chance.pick([0, i, size, size - 1, 0xffff]), 30);
    return descriptor(at, mostly(chance, bytes, () => chance.pick([0xffff_ffff, 0x8000_0000, chance.next()]), 40), mostly(chance, flags, () => chance.pick([NEXT, WRITE | NEXT, INDIRECT, INDIRECT | NEXT, chance.next()]), 30), next); // prettier-ignore
  }).flat();
}

/** flags, idx, then heads: 16 bits each. */
function ring(chance: Chance, size: number): bigint[] {
  const idx = mostly(chance, 1 + chance.below(2), () => chance.pick([size, size + 1, 0x8000, 0xffff]), 30);
  const halves = [
    chance.below(2),
    idx,
    ...Array.from({ length: size + 1 }, () => mostly(chance, 0, () => chance.pick([1, size, 0xffff]), 30)),
  ];
  while (halves.length % 4) halves.push(0);
  return Array.from({ length: halves.length / 4 }, (_, i) =>
    halves.slice(4 * i, 4 * i + 4).reduceRight((all, half) => (all << 16n) | BigInt(half), 0n),
  );
}

/** Type and sector of a block request. */
const header = (chance: Chance): bigint[] => [
  BigInt(chance.pick([0, 0, 1, 1, 4, 8, 11, 13, 14])),
  chance.oneIn(8) ? value(chance) : BigInt(chance.below(66)),
];

function memoryOf(chance: Chance, plan: Plan): Words[] {
  const length = 1 + chance.below(Math.min(plan.size, 5));
  const indirect = chance.oneIn(5);
  const queues = Array.from({ length: plan.queues }, (_, queue): Words[] => [
    { at: BigInt(areaOf(queue)), words: indirect ? descriptor(BigInt(TABLE), 16 * length + mostly(chance, 0, () => 1, 15), INDIRECT, 0) : chain(chance, plan, length) },
    { at: BigInt(areaOf(queue) + DRIVER), words: ring(chance, plan.size) },
  ]); // prettier-ignore
  return [
    ...queues.flat(),
    { at: BigInt(DATA), words: header(chance) },
    ...(indirect ? [{ at: BigInt(TABLE), words: chain(chance, plan, length) }] : []),
  ];
}

/** What the driver does while the device is at work: changes, resets, more of the same. */
function meanwhile(chance: Chance, plan: Plan): Op[] {
  const queue = chance.below(plan.queues);
  const inRings = areaOf(queue) + 8 * chance.below(QUEUE_BYTES / 8);
  const acts: readonly (() => Op)[] = [
    () =>
      register(
        plan,
        REG.queueNotify,
        mostly(chance, queue, () => chance.pick([plan.queues, 0xffff_ffff, 0x8000_0000]), 8),
      ),
    () => register(plan, REG.queueNotify, queue),
    () =>
      store(
        'sd',
        chance.oneIn(2) ? areaOf(queue) + 8 * chance.below(8) : inRings,
        chance.oneIn(2) ? BigInt(DATA) : value(chance),
      ),
    () => store('sh', areaOf(queue) + DRIVER + 2, chance.oneIn(4) ? chance.next() & 0xffff : chance.below(5)),
    () => register(plan, REG.queueReady, 0),
    () => register(plan, REG.queueReset, 1),
    () => register(plan, REG.status, chance.pick([0, 0, 4, 0x80])),
    () => register(plan, REG.interruptAck, chance.next()),
    () => register(plan, REG.queueSize, chance.pick([0, 1, 16, 65535])),
    () => ({ does: 'nop; nop; nop; nop; nop; nop; nop; nop' }), // time passes
    () => store('sd', END - 8, value(chance)),
  ];
  return Array.from({ length: 1 + chance.below(8) }, () => chance.pick(acts)());
}

/** A driver of one device, and what it finds in memory. */
export function driver(chance: Chance): { memory: Words[]; ops: Op[] } {
  const slot = chance.below(QUEUES.length);
  const plan: Plan = { slot, queues: QUEUES[slot], size: 1 << (1 + chance.below(4)) };
  const notify = Array.from({ length: plan.queues }, (_, queue) => register(plan, REG.queueNotify, queue));
  return { memory: memoryOf(chance, plan), ops: [...start(chance, plan), ...notify, ...meanwhile(chance, plan)] };
}
