/** The register interface as virtio 1.2, section 4.2 describes it, and the initialization of section 3.1. */
import {
  createMachine,
  MemoryStore,
  SECTOR,
  VirtioBlock,
  VirtioConsole,
  VirtioMmio,
  VirtioNet,
  unconnected,
} from '#machine';
import {
  ACKNOWLEDGE,
  Bench,
  blockHeader,
  DRIVER,
  DRIVER_OK,
  EVENT_IDX,
  FAILED,
  FEATURES_OK,
  INDIRECT_DESC,
  NEEDS_RESET,
  RAM_BASE,
  REG,
  RING_RESET,
  VERSION_1,
} from './driver';

const READ = 0;
const disk = (): VirtioBlock => new VirtioBlock(new MemoryStore(new Uint8Array(64 * SECTOR).fill(0x5a)));
const request = [blockHeader(READ), SECTOR, 1];
const LIVE = ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK;

describe('registers (4.2.2)', () => {
  test('magic "virt", version 2, device and vendor ID', () => {
    const bench = new Bench(disk());
    expect([REG.magic, REG.version, REG.deviceId, REG.vendorId].map((register) => bench.read(register))).toEqual([
      0x74726976, 2, 2, 0x554d4551,
    ]);
  });

  test('an empty slot has device ID 0, and ignores everything', () => {
    const slot = new VirtioMmio({
      dma: { allows: () => false, read: () => undefined, write: () => false },
      irq: unconnected,
    });
    for (let at = 0; at < 0x200; at += 4) slot.store(at, 4, 0xffff_ffffn);
    const registers = Array.from({ length: 0x80 }, (_, i) => Number(slot.load(4 * i, 4)));
    expect(registers).toEqual([0x74726976, 2, 0, 0x554d4551, ...Array.from({ length: 0x7c }, () => 0)]);
  });

  test('features are read in words of 32 bits; there is no third word', () => {
    const bench = new Bench(disk());
    expect(bench.offered() & (INDIRECT_DESC | EVENT_IDX | VERSION_1 | RING_RESET)).toBe(
      INDIRECT_DESC | EVENT_IDX | VERSION_1 | RING_RESET,
    );
    bench.write(REG.deviceFeaturesSel, 2);
    expect(bench.read(REG.deviceFeatures)).toBe(0);
  });

  test('QueueSizeMax is 0 where no queue is', () => {
    const bench = new Bench(disk());
    const most = [0, 1, 2, 0xffff_ffff].map((n) => {
      bench.write(REG.queueSel, n);
      return bench.read(REG.queueSizeMax);
    });
    expect(most).toEqual([256, 256, 0, 0]);
  });

  test('a shared memory region that is not there has a length and an address of all ones', () => {
    const bench = new Bench(disk());
    expect([0, 4, 8, 12].map((half) => bench.read(REG.shmLen + half))).toEqual([
      0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff,
    ]);
  });

  test('registers that are only written read 0; those that are only read ignore stores', () => {
    const bench = new Bench(disk()).start();
    for (const register of [
      REG.deviceFeaturesSel,
      REG.driverFeatures,
      REG.queueSel,
      REG.queueSize,
      REG.queueNotify,
      REG.interruptAck,
      REG.desc,
    ]) {
      expect(bench.read(register)).toBe(0);
    }
    for (const register of [
      REG.magic,
      REG.version,
      REG.deviceId,
      REG.queueSizeMax,
      REG.interruptStatus,
      REG.generation,
    ]) {
      const before = bench.read(register);
      bench.write(register, 0xa5a5_a5a5);
      expect(bench.read(register)).toBe(before);
    }
  });

  test('control registers take accesses of 4 bytes, the configuration space those of its fields (4.2.2.2)', () => {
    const bench = new Bench(disk());
    expect([bench.read(REG.magic, 1), bench.read(REG.magic, 2)]).toEqual([0, 0]);
    bench.write(REG.status, ACKNOWLEDGE, 1);
    expect(bench.status).toBe(0);
    expect([bench.read(REG.config, 1), bench.read(REG.config, 2), bench.read(REG.config + 4)]).toEqual([64, 64, 0]);
    expect(bench.read(0x1fc)).toBe(0); // behind the configuration
  });
});

describe('initialization (3.1.1)', () => {
  test('the status shows each step', () => {
    const bench = new Bench(disk());
    const seen = [ACKNOWLEDGE, 3, 3 | FEATURES_OK, LIVE].map((status) => {
      if (status === (3 | FEATURES_OK)) bench.accept(VERSION_1);
      bench.write(REG.status, status);
      return bench.status;
    });
    expect(seen).toEqual([1, 3, 11, 15]);
  });

  test.each([FEATURES_OK, DRIVER_OK, DRIVER_OK | FEATURES_OK])(
    'step %i without those before it is not taken',
    (bits) => {
      const bench = new Bench(disk());
      bench.write(REG.status, bits);
      expect(bench.status).toBe(0);
    },
  );

  test('ACKNOWLEDGE may be left out: U-Boot does, and the text gives the device no say in it', () => {
    const bench = new Bench(disk());
    bench.write(REG.status, DRIVER);
    bench.accept(VERSION_1);
    bench.write(REG.status, DRIVER | FEATURES_OK);
    bench.write(REG.status, DRIVER | FEATURES_OK | DRIVER_OK);
    expect(bench.status).toBe(DRIVER | FEATURES_OK | DRIVER_OK);
  });

  test('"The driver MUST NOT clear a device status bit" (2.1.1): it cannot', () => {
    const bench = new Bench(disk()).start();
    bench.write(REG.status, ACKNOWLEDGE);
    expect(bench.status).toBe(LIVE);
  });

  test("DEVICE_NEEDS_RESET is the device's to set; FAILED the driver's, at any time", () => {
    const bench = new Bench(disk());
    bench.write(REG.status, NEEDS_RESET);
    expect(bench.status).toBe(0);
    bench.write(REG.status, FAILED);
    expect(bench.status).toBe(FAILED);
  });

  test('a feature that was not offered leaves FEATURES_OK clear (2.2.2)', () => {
    expect(new Bench(disk()).negotiate(VERSION_1 | (1n << 35n))).toBe(ACKNOWLEDGE | DRIVER);
  });

  test('"A device MAY fail to operate further if VERSION_1 is not accepted" (6.2): net does, block works (xv6)', () => {
    const net = new VirtioNet(() => ({ send: () => undefined }), { mac: new Uint8Array(6) });
    expect(new Bench(net).negotiate(0n)).toBe(ACKNOWLEDGE | DRIVER);
    const bench = new Bench(disk()).start(0n);
    bench.send(0, request);
    expect(bench.used(0)).toHaveLength(1);
  });

  test('features do not change before DRIVER or after FEATURES_OK', () => {
    const bench = new Bench(disk());
    bench.accept(EVENT_IDX);
    expect(bench.slot.core!.negotiation.accepted).toBe(0n);
    bench.negotiate(VERSION_1);
    bench.accept(VERSION_1 | EVENT_IDX);
    expect(bench.slot.core!.negotiation.accepted).toBe(VERSION_1);
  });
});

describe('queues (4.2.2.2, 4.2.3.2)', () => {
  test('QueueReady reads back what was written; size and addresses do not change while it is 1', () => {
    const bench = new Bench(disk()).start();
    bench.write(REG.queueSel, 0);
    bench.write(REG.desc, 0x1000);
    bench.write(REG.queueSize, 2);
    expect([bench.read(REG.queueReady), bench.slot.core!.queues[0].size]).toEqual([1, 8]);
    bench.send(0, request);
    expect(bench.used(0)).toHaveLength(1);
    bench.write(REG.queueReady, 0);
    expect(bench.read(REG.queueReady)).toBe(0);
  });

  test('"The device MUST NOT access virtual queue contents when QueueReady is zero"', () => {
    const bench = new Bench(disk()).start();
    bench.write(REG.queueSel, 0);
    bench.write(REG.queueReady, 0);
    bench.send(0, request);
    expect([bench.usedIdx(0), bench.status, bench.irq]).toEqual([0, LIVE, false]);
  });

  test('a queue that is made ready again starts from the beginning', () => {
    const bench = new Bench(disk()).start();
    bench.send(0, request);
    bench.write(REG.queueSel, 0);
    bench.write(REG.queueReady, 0);
    bench.setUp(0, 4);
    bench.send(0, request);
    expect(bench.used(0)).toEqual([{ id: 0, len: SECTOR + 1 }]);
  });

  test('RING_RESET: QueueReset stops one queue, if negotiated (4.2.2, 2.6.1)', () => {
    for (const [features, ready] of [
      [VERSION_1, 1],
      [VERSION_1 | RING_RESET, 0],
    ] as const) {
      const bench = new Bench(disk()).start(features);
      bench.write(REG.queueSel, 0);
      bench.write(REG.queueReset, 1);
      expect([bench.read(REG.queueReset), bench.read(REG.queueReady)]).toEqual([0, ready]);
      bench.write(REG.queueSel, 1);
      expect(bench.read(REG.queueReady)).toBe(1);
    }
  });
});

describe('interrupts (4.2.2)', () => {
  test('a used buffer sets bit 0 until it is acknowledged', () => {
    const bench = new Bench(disk()).start();
    expect([bench.irq, bench.read(REG.interruptStatus)]).toEqual([false, 0]);
    bench.send(0, request);
    expect([bench.irq, bench.read(REG.interruptStatus)]).toEqual([true, 1]);
    bench.write(REG.interruptAck, 2); // not set: nothing happens
    expect([bench.irq, bench.read(REG.interruptStatus)]).toEqual([true, 1]);
    bench.write(REG.interruptAck, 1);
    expect([bench.irq, bench.read(REG.interruptStatus)]).toEqual([false, 0]);
  });

  test('a changed configuration sets bit 1 and another ConfigGeneration (2.5.1); before DRIVER_OK only the latter', () => {
    const screen = new VirtioConsole(() => undefined);
    const bench = new Bench(screen);
    const before = bench.read(REG.generation);
    screen.resize(80, 25);
    expect([bench.irq, bench.read(REG.generation)]).toEqual([false, before + 1]);
    bench.start();
    const columns = bench.read(REG.config, 2);
    screen.resize(132, 50);
    expect([columns, bench.read(REG.config + 2, 2), bench.irq, bench.read(REG.interruptStatus)]).toEqual([
      80,
      50,
      true,
      2,
    ]);
    expect(bench.read(REG.generation)).toBe(before + 2);
  });
});

test('reset: status, queues, interrupts and features are as at the start (2.4, 4.2.2.1)', () => {
  const bench = new Bench(disk()).start();
  bench.send(0, request);
  bench.write(REG.status, 0);
  bench.write(REG.queueSel, 0);
  expect([bench.status, bench.irq, bench.read(REG.interruptStatus), bench.read(REG.queueReady)]).toEqual([
    0,
    false,
    0,
    0,
  ]);
  expect(bench.slot.core!.save()).toEqual(new Bench(disk()).slot.core!.save());
});

test("the board has eight slots where QEMU's has them, with interrupts 1 to 8", () => {
  const store = new MemoryStore(new Uint8Array(SECTOR));
  const machine = createMachine({
    ramBytes: 2 ** 21,
    virtio: { disks: [{ store }], nets: [], entropySeed: 1n, console: () => undefined },
  });
  const ids = Array.from({ length: 8 }, (_, n) => Number(machine.bus.load(0x1000_1008 + n * 0x1000, 4)));
  expect(ids).toEqual([2, 4, 3, 0, 0, 0, 0, 0]);
  machine.virtio.slots[2].core!.negotiation.advance(LIVE);
  machine.virtio.console!.resize(1, 1);
  expect(machine.bus.load(0x0c00_1000, 4)).toBe(1n << 3n); // pending at the PLIC
  expect(machine.ram.base).toBe(RAM_BASE);
});

test('more devices than slots are refused', () => {
  const store = new MemoryStore(new Uint8Array(SECTOR));
  const disks = Array.from({ length: 9 }, () => ({ store }));
  expect(() => createMachine({ ramBytes: 2 ** 21, virtio: { disks } })).toThrow(
    '9 virtio devices are not possible: the board has 8 slots for them.',
  );
});
