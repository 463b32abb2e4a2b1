/**
 * Drivers that attack their device. What must hold: no exception leaves the device, memory outside RAM is never reached, the device
 * says DEVICE_NEEDS_RESET where it cannot go on, and works again after a reset. The classes of attack are those that rust-vmm's
 * virtio-queue, Firecracker and QEMU check for, or were caught by.
 *
 * The same cases for a device by itself (hostile.test.ts) and for a VM's, whose driver is a guest (test/hostile/guest-drivers.test.ts).
 */
import type { VirtioConsole } from '#machine';
import {
  DATA,
  DRIVER_OK,
  EVENT_IDX,
  INDIRECT,
  INDIRECT_DESC,
  NEEDS_RESET,
  NEXT,
  RAM_BASE,
  REG,
  RING_RESET,
  VERSION_1,
  WRITE,
  type Bench,
  type Descriptor,
} from './driver';

/** Who is attacked: each call gives a device as after power-on, in memory that holds zeros. */
export interface Victims {
  /** The first address behind RAM. */
  readonly end: number;
  /** Answers at once, or `latency` instructions after it was notified. */
  entropy(options?: { latency?: number }): Bench;
  console(): Bench;
}

const ALL = VERSION_1 | INDIRECT_DESC | EVENT_IDX | RING_RESET;
const TABLE = RAM_BASE + 0x7_0000;
const SIZE = 8;
const LATENCY = { latency: 100 };

/** The device gave up, told the driver so by a configuration interrupt, used nothing, and works again after a reset. */
export function expectNeedsReset(victim: Bench): void {
  expect([victim.status & NEEDS_RESET, victim.usedIdx(0), victim.irq, victim.read(REG.interruptStatus)]).toEqual([
    NEEDS_RESET,
    0,
    true,
    2,
  ]);
  victim.notify(0); // is ignored until then
  expect(victim.usedIdx(0)).toBe(0);
  victim.start(VERSION_1, SIZE);
  victim.send(0, [4]);
  expect([victim.mistake, victim.used(0)]).toEqual([undefined, [{ id: 0, len: 4 }]]);
}

/** Writes descriptors as they are, and offers the first. */
export function offerRaw(victim: Bench, descriptors: readonly Descriptor[], head = 0): void {
  descriptors.forEach((descriptor, i) => victim.describe(victim.areas(0).desc, i, descriptor));
  victim.offer(0, head);
  victim.notify(0);
}

const room = (next: number, size = 4): Descriptor => ({ address: DATA, size, flags: WRITE | NEXT, next });
const last: Descriptor = { address: DATA, size: 4, flags: WRITE };

/** Declares the cases of reliability.md D.V 28 to 40, 45 and 46. */
export function hostileDrivers(benches: Victims): void {
  const END = benches.end;
  const bench = (features = VERSION_1 | INDIRECT_DESC, options = {}): Bench =>
    benches.entropy(options).start(features, SIZE);

  describe('28: loops', () => {
    test.each<[string, Descriptor[]]>([
      ['to itself', [room(0)]],
      ['of two', [room(1), room(0)]],
      ['of all descriptors', Array.from({ length: SIZE }, (_, i) => room((i + 1) % SIZE))],
      ['that the head is not part of', [room(1), room(2), room(1)]],
      ['of descriptors without bytes', [room(0, 0)]],
    ])('a loop %s', (_, descriptors) => {
      const victim = bench();
      offerRaw(victim, descriptors);
      expect(victim.mistake).toContain('a loop');
      expectNeedsReset(victim);
    });

    test('a loop in an indirect table', () => {
      const victim = bench();
      victim.describe(TABLE, 0, room(1));
      victim.describe(TABLE, 1, room(0));
      offerRaw(victim, [{ address: TABLE, size: 32, flags: INDIRECT }]);
      expectNeedsReset(victim);
    });
  });

  describe('29: indices outside of their table', () => {
    test.each([SIZE, SIZE + 1, 0x7fff, 0xffff])('head %i', (head) => {
      const victim = bench();
      offerRaw(victim, [last], head);
      expectNeedsReset(victim);
    });

    test('a head that does not exist is refused when it is taken, not when its request would be done', () => {
      const victim = bench(VERSION_1, LATENCY);
      offerRaw(victim, [last], SIZE);
      expect([victim.status & NEEDS_RESET, victim.slot.untilAlarm()]).toEqual([NEEDS_RESET, Infinity]);
    });

    test.each([SIZE, 0xffff])('next %i', (next) => {
      const victim = bench();
      offerRaw(victim, [room(next)]);
      expectNeedsReset(victim);
    });

    test('next behind the end of an indirect table, but within the queue', () => {
      const victim = bench();
      victim.describe(TABLE, 0, room(2));
      victim.describe(TABLE, 2, last);
      offerRaw(victim, [{ address: TABLE, size: 32, flags: INDIRECT }]);
      expectNeedsReset(victim);
    });
  });

  describe('30: chains that are too long', () => {
    test.each([
      [SIZE, false],
      [SIZE + 1, true],
    ])('%i descriptors in an indirect table, in a queue of 8', (count, refused) => {
      const victim = bench();
      for (let i = 0; i < count; i++) victim.describe(TABLE, i, i === count - 1 ? last : room(i + 1));
      offerRaw(victim, [{ address: TABLE, size: 16 * count, flags: INDIRECT }]);
      expect((victim.status & NEEDS_RESET) !== 0).toBe(refused);
    });
  });

  describe('31 and 32: buffers that are not RAM', () => {
    test.each<[string, number | bigint, number]>([
      ['2^32 - 1 bytes', DATA, 0xffff_ffff],
      ['address and length wrap at 2^64', 2n ** 64n - 16n, 32],
      ['address 2^64 - 1', 2n ** 64n - 1n, 1],
      ['address 2^53 + 1', 2n ** 53n + 1n, 1],
      ['address 0', 0, 1],
      ['the registers of the device itself', 0x1000_1050, 4],
      ['another device', 0x1000_0000, 1],
      ['a hole', 0x4000_0000, 8],
      ['the last byte before RAM', RAM_BASE - 1, 2],
      ['the end of RAM', END - 3, 4],
      ['behind RAM', END, 1],
    ])('%s', (_, address, size) => {
      const victim = bench();
      offerRaw(victim, [{ address, size, flags: WRITE }]);
      expectNeedsReset(victim);
    });

    test('a buffer without bytes may be anywhere; the last byte of RAM is RAM', () => {
      const victim = bench();
      offerRaw(victim, [
        { address: 2n ** 64n - 1n, size: 0, flags: WRITE | NEXT, next: 1 },
        { address: END - 1, size: 1, flags: WRITE },
      ]);
      expect([victim.mistake, victim.used(0)]).toEqual([undefined, [{ id: 0, len: 1 }]]);
    });

    test('nothing of a chain is written if one of its buffers is wrong', () => {
      const victim = bench();
      offerRaw(victim, [room(1, 64), { address: 0, size: 1, flags: WRITE }]);
      expect(victim.ram.copyOut(DATA, 64)).toEqual(new Uint8Array(64));
      expectNeedsReset(victim);
    });
  });

  describe('33: indirect descriptors', () => {
    test.each<[string, number, number, bigint]>([
      ['16 bytes and one', 17, INDIRECT, ALL],
      ['15 bytes', 15, INDIRECT, ALL],
      ['no bytes', 0, INDIRECT, ALL],
      ['a next descriptor', 16, INDIRECT | NEXT, ALL],
      ['the feature not negotiated', 16, INDIRECT, VERSION_1],
    ])('%s', (_, size, flags, features) => {
      const victim = bench(features);
      victim.describe(TABLE, 0, last);
      offerRaw(victim, [{ address: TABLE, size, flags }]);
      expectNeedsReset(victim);
    });

    test('an indirect descriptor within an indirect table', () => {
      const victim = bench();
      victim.describe(TABLE, 0, { address: TABLE + 16, size: 16, flags: INDIRECT });
      victim.describe(TABLE, 1, last);
      offerRaw(victim, [{ address: TABLE, size: 16, flags: INDIRECT }]);
      expectNeedsReset(victim);
    });

    test('a table that refers to itself', () => {
      const victim = bench();
      victim.describe(TABLE, 0, { address: TABLE, size: 16, flags: INDIRECT });
      offerRaw(victim, [{ address: TABLE, size: 16, flags: INDIRECT }]);
      expectNeedsReset(victim);
    });

    test.each([END - 8, 0x1000_1000])('a table at 0x%x, which is not RAM', (address) => {
      const victim = bench();
      offerRaw(victim, [{ address, size: 16, flags: INDIRECT }]);
      expectNeedsReset(victim);
    });

    test('65536 entries, of which one is used, are only that one', () => {
      const victim = bench();
      victim.describe(TABLE, 0, last);
      offerRaw(victim, [{ address: TABLE, size: 16 * 65536, flags: INDIRECT }]);
      expect(victim.used(0)).toEqual([{ id: 0, len: 4 }]);
    });
  });

  test('34: a readable buffer behind a writable one', () => {
    const victim = bench();
    offerRaw(victim, [room(1), { address: DATA, size: 4 }]);
    expectNeedsReset(victim);
  });

  describe('35: avail.idx', () => {
    test.each([SIZE + 1, 0x7fff, 0x8000, 0xffff])('that jumps to %i', (idx) => {
      const victim = bench();
      victim.ram.write(victim.areas(0).driver + 2, 2, BigInt(idx));
      victim.notify(0);
      expectNeedsReset(victim);
    });

    test('that goes back', () => {
      const victim = bench();
      victim.send(0, [4]);
      victim.ram.write(victim.areas(0).driver + 2, 2, 0n);
      victim.notify(0);
      expect([victim.status & NEEDS_RESET, victim.usedIdx(0)]).toEqual([NEEDS_RESET, 1]);
    });

    test('that says SIZE when every entry is the same head: each is served once', () => {
      const victim = bench();
      victim.describe(victim.areas(0).desc, 0, last);
      victim.ram.write(victim.areas(0).driver + 2, 2, BigInt(SIZE));
      victim.notify(0);
      expect(victim.used(0)).toEqual(Array.from({ length: SIZE }, () => ({ id: 0, len: 4 })));
    });
  });

  describe('36 and 37: queues that cannot be', () => {
    test.each([0, 3, 7, 512, 65535, 0x1_0000, 0xffff_ffff])('of %i entries', (size) => {
      const victim = benches.entropy();
      victim.negotiate(VERSION_1);
      victim.setUp(0, 8);
      victim.write(REG.queueReady, 0);
      victim.write(REG.queueSize, size);
      victim.write(REG.queueReady, 1);
      expect([victim.read(REG.queueReady), victim.status & NEEDS_RESET, victim.irq]).toEqual([0, NEEDS_RESET, false]);
    });

    test.each<[string, Partial<Record<'desc' | 'driver' | 'device', number>>]>([
      ['descriptors at a multiple of 8', { desc: RAM_BASE + 8 }],
      ['an available ring at an odd address', { driver: RAM_BASE + 0x4001 }],
      ['a used ring at a multiple of 2', { device: RAM_BASE + 0x8002 }],
      ['descriptors across the end of RAM', { desc: END - 16 }],
      ['an available ring behind RAM', { driver: END }],
      ['a used ring whose event index is behind RAM', { device: END - 4 - 8 * SIZE }],
      ['a used ring in ROM', { device: 0x1000 }],
      ['a used ring in a device', { device: 0x1000_1000 }],
      ['addresses that nobody wrote', { desc: 0, driver: 0, device: 0 }],
      ['addresses above 2^53', { desc: 2 ** 60 }],
    ])('with %s', (_, areas) => {
      const victim = benches.entropy();
      victim.negotiate(VERSION_1);
      victim.setUp(0, SIZE, areas);
      expect([victim.read(REG.queueReady), victim.status & NEEDS_RESET]).toEqual([0, NEEDS_RESET]);
    });

    test("rings over each other, and over the data: nothing worse than nonsense in the driver's own memory", () => {
      const victim = benches.entropy();
      victim.negotiate(VERSION_1);
      const { desc } = victim.areas(0);
      victim.setUp(0, SIZE, { driver: desc, device: desc });
      victim.write(REG.status, victim.status | DRIVER_OK);
      for (let i = 0; i < 100; i++) {
        victim.ram.write(desc + 2, 2, BigInt(i));
        victim.notify(0);
      }
      victim.start();
      victim.send(0, [4]);
      expect(victim.used(0)).toHaveLength(1);
    });
  });

  describe('38: QueueNotify', () => {
    test.each([1, 2, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff])(
      'of queue %i, which does not exist (CVE-2011-2512)',
      (n) => {
        const victim = bench();
        const before = victim.slot.save();
        victim.notify(n);
        expect(victim.slot.save()).toEqual(before);
      },
    );

    test('before DRIVER_OK and after a reset: nothing is used', () => {
      const victim = benches.entropy();
      victim.negotiate(VERSION_1);
      victim.setUp(0, SIZE);
      victim.send(0, [4]);
      expect(victim.usedIdx(0)).toBe(0);
      victim.write(REG.status, 0);
      victim.notify(0);
      expect([victim.usedIdx(0), victim.irq]).toEqual([0, false]);
    });
  });

  describe('39: in the middle of a request', () => {
    const slow = (features = VERSION_1): Bench => bench(features, LATENCY);
    const inFlight = (victim: Bench): Descriptor => {
      const [buffer] = victim.send(0, [4]).room;
      victim.pass(99);
      expect(victim.usedIdx(0)).toBe(0);
      return buffer;
    };

    test.each<[string, (victim: Bench) => void]>([
      ['a reset', (victim) => victim.write(REG.status, 0)],
      ['QueueReady = 0', (victim) => (victim.write(REG.queueSel, 0), victim.write(REG.queueReady, 0))],
      ['QueueReset', (victim) => (victim.write(REG.queueSel, 0), victim.write(REG.queueReset, 1))],
      ['power off and on', (victim) => victim.slot.reset()],
      ['a mistake in the next request', (victim) => offerRaw(victim, [], 99)],
    ])('%s: the request is dropped, its buffer is not touched, and no interrupt comes', (_, attack) => {
      const victim = slow(VERSION_1 | RING_RESET);
      const buffer = inFlight(victim);
      attack(victim);
      victim.write(REG.interruptAck, 3);
      victim.pass(1000);
      expect([victim.usedIdx(0), victim.bytes(buffer), victim.irq, victim.slot.untilAlarm()]).toEqual([
        0,
        new Uint8Array(4),
        false,
        Infinity,
      ]);
    });

    test('more requests at once than the queue has entries', () => {
      const victim = slow();
      victim.describe(victim.areas(0).desc, 0, last);
      for (let i = 0; i <= SIZE; i++) {
        victim.offer(0, 0);
        victim.notify(0);
      }
      expect(victim.mistake).toContain('more requests at once than the 8 entries');
      expect([victim.status & NEEDS_RESET, victim.usedIdx(0), victim.slot.untilAlarm()]).toEqual([
        NEEDS_RESET,
        0,
        Infinity,
      ]);
    });
  });

  describe('40: features', () => {
    test.each([0, 1, 23, 24, 31, 33, 34, 35, 38, 39, 41, 63].map((bit) => [bit]))(
      'bit %i, which was not offered',
      (bit) => {
        expect(benches.entropy().negotiate(VERSION_1 | (1n << BigInt(bit))) & 8).toBe(0);
      },
    );

    test('a third word of features does not exist', () => {
      const victim = benches.entropy();
      for (const status of [1, 3]) victim.write(REG.status, status);
      victim.write(REG.driverFeaturesSel, 2);
      victim.write(REG.driverFeatures, 0xffff_ffff);
      victim.accept(VERSION_1);
      victim.write(REG.status, 11);
      expect(victim.status).toBe(11);
    });
  });

  test('45: a configuration that changes between two loads is noticed by ConfigGeneration (2.5.3)', () => {
    const victim = benches.console().start();
    const screen = victim.slot.core!.device as VirtioConsole;
    screen.resize(80, 25);
    const before = victim.read(REG.generation);
    const columns = victim.read(REG.config, 2);
    screen.resize(200, 99);
    const rows = victim.read(REG.config + 2, 2);
    expect([columns, rows, victim.read(REG.generation) === before]).toEqual([80, 99, false]);
  });

  test('46: acknowledging what is not pending, and bits that do not exist', () => {
    const victim = bench();
    victim.write(REG.interruptAck, 0xffff_ffff);
    victim.send(0, [1]);
    victim.write(REG.interruptAck, 0xffff_fffe);
    expect([victim.read(REG.interruptStatus), victim.irq]).toEqual([1, true]);
    victim.write(REG.interruptAck, 0xffff_ffff);
    expect([victim.read(REG.interruptStatus), victim.irq]).toEqual([0, false]);
  });
}
