/** A device by itself under attack: the cases of hostile-drivers.ts, and those in which memory, or what stands behind the device, plays a part. */
import {
  createMachine,
  MemoryStore,
  SECTOR,
  SeededBytes,
  VirtioBlock,
  VirtioConsole,
  VirtioEntropy,
  type DmaMemory,
  type Ram,
} from '#machine';
import { Bench, blockHeader, DATA, NEEDS_RESET, NEXT, RAM_BASE, RAM_BYTES, VERSION_1, WRITE } from './driver';
import { expectNeedsReset, hostileDrivers, offerRaw } from './hostile-drivers';

const [IN, OUT] = [0, 1];
const SIZE = 8;

hostileDrivers({
  end: RAM_BASE + RAM_BYTES,
  entropy: (options) => new Bench(new VirtioEntropy(new SeededBytes(1n)), options),
  console: () => new Bench(new VirtioConsole(() => undefined)),
});

test('30: more than 2^32 bytes', () => {
  const boundless: DmaMemory = { allows: () => true, read: () => undefined, write: () => false };
  const victim = new Bench(new VirtioEntropy(new SeededBytes(1n)), {
    port: (dma) => ({ ...dma, allows: boundless.allows }),
  }).start(VERSION_1, SIZE);
  offerRaw(
    victim,
    [0xffff_ffff, 1, 1, 4].map((size, i) => ({
      address: DATA,
      size,
      flags: i < 3 ? WRITE | NEXT : WRITE,
      next: i + 1,
    })),
  );
  expect(victim.mistake).toBe('a chain of more than 2^32 bytes');
  expectNeedsReset(victim);
});

test('36: a request that overwrites the ring it came from: one notification does no more than a queue full of them', () => {
  // Each request writes the available ring anew, always with one more entry.
  let served = 0;
  const victim = new Bench(
    new VirtioEntropy({
      next: (count) => {
        served++;
        return new Uint8Array(count).fill(0).map((_, i) => (i === 2 ? served + 1 : 0));
      },
      save: () => null,
      restore: () => undefined,
    }),
  ).start(VERSION_1, SIZE);
  offerRaw(victim, [{ address: victim.areas(0).driver, size: 4, flags: WRITE }]);
  expect(served).toBe(SIZE);
});
test('41: on the bus, an access that is not aligned, of 8 bytes, or behind the end is an access fault', () => {
  const machine = createMachine({ ramBytes: 2 ** 21, virtio: { entropySeed: 1n } });
  const at = 0x1000_1000;
  expect([
    machine.bus.load(at, 4),
    machine.bus.load(at, 8),
    machine.bus.load(at + 2, 4),
    machine.bus.load(at + 0x101, 2),
    machine.bus.load(at + 0x200, 4),
    machine.bus.store(at + 0x70, 8, 1n),
    machine.bus.fetch(at),
  ]).toEqual([0x74726976n, undefined, undefined, undefined, undefined, false, undefined]);
});

describe('42: what the driver changes while the device looks (double fetch)', () => {
  /** A port at whose access number `when` the driver's other hart overwrites the descriptor and the request's header. */
  const attack = (when: number) => (dma: DmaMemory, ram: Ram) => {
    let count = 0;
    const interfere = (): void => {
      if (++count !== when) return;
      ram.copyIn(RAM_BASE + 16, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 2)); // descriptor 1: anywhere, huge
      ram.copyIn(DATA, blockHeader(OUT, 2n ** 40n));
    };
    return {
      allows: dma.allows.bind(dma),
      read: (address: number, size: number) => (interfere(), dma.read(address, size)),
      write: (address: number, bytes: Uint8Array) => (interfere(), dma.write(address, bytes)),
    };
  };

  test('at each access: the request is done as it was, or as it became, or refused; never a mixture', () => {
    const outcomes = Array.from({ length: 24 }, (_, when) => {
      const store = new MemoryStore(new Uint8Array(8 * SECTOR).fill(0x33));
      const victim = new Bench(new VirtioBlock(store), { port: attack(when + 1) }).start();
      const { room: rooms } = victim.send(0, [blockHeader(IN, 1), SECTOR, 1]);
      const data = victim.bytes(rooms[0]);
      const refused = (victim.status & NEEDS_RESET) !== 0;
      const status = victim.bytes(rooms[1])[0];
      expect(store.read(0, 8)).toEqual(new Uint8Array(8 * SECTOR).fill(0x33));
      if (refused) expect(data).toEqual(new Uint8Array(SECTOR));
      else if (status === 0) expect(data).toEqual(new Uint8Array(SECTOR).fill(0x33));
      else expect([status, data]).toEqual([1, new Uint8Array(SECTOR)]);
      return refused ? 'refused' : status === 0 ? 'as it was' : 'as it became';
    });
    expect(new Set(outcomes)).toEqual(new Set(['refused', 'as it was', 'as it became']));
  });

  test('memory that refuses at any access (an IOMMU unmapped it): a reset is needed, and nothing else happens', () => {
    for (let when = 1; when < 20; when++) {
      let count = 0;
      const gone = (): boolean => ++count >= when;
      const victim = new Bench(new VirtioBlock(new MemoryStore(new Uint8Array(SECTOR))), {
        port: (dma) => ({
          allows: (address, size, access) => dma.allows(address, size, access),
          read: (address, size) => (gone() ? undefined : dma.read(address, size)),
          write: (address, bytes) => !gone() && dma.write(address, bytes),
        }),
      }).start();
      victim.send(0, [blockHeader(IN), SECTOR, 1]);
      if (count >= when) expect([when, victim.status & NEEDS_RESET]).toEqual([when, NEEDS_RESET]);
    }
  });
});
