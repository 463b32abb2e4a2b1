/** Devices on a VM's bus: the machine's own, told of in its device tree, on time, and never outside the VM's memory. */
import { BOARD, createMachine, IDEAL_BLOCK_BYTES, MemoryStore, readFdt, SECTOR, Switch, type FdtNode } from '#machine';
import { referenceParts } from '#reference';
import { bootReference } from '#reference';
import { imageOf, type Host, type TechniqueName, type VmConfig } from '#vmm';
import { guestDma } from '../../src/vmm/build/vms';
import { GuestMemory } from '../../src/vmm/memory/guest-memory';
import { MemorySlots } from '../../src/vmm/memory/slots';
import { readGuest } from '../../src/course/lab';
import { Chance } from '../machine/engine/lockstep/chance';
import { image, SHUTDOWN } from './images';
import { forThisTest } from '../for-this-test';

jest.setTimeout(120_000);
const MIB = 2 ** 20;

const boot = (vm: Partial<VmConfig> & Pick<VmConfig, 'image'>, technique: TechniqueName = 'trap-and-emulate'): Host =>
  forThisTest(bootReference({ vms: [{ name: 'x', memoryBytes: 8 * MIB, ...vm }], technique, slice: 10_000 }));

describe('our kernel and its drivers', () => {
  const COMMANDS = 'run="fstest 2; echo kept here > note; ls; fsck; poweroff"';
  const run = (technique: TechniqueName, kind: 'virtio' | 'ata') => {
    const store = new MemoryStore(new Uint8Array(400 * SECTOR));
    const devices = kind === 'ata' ? { ata: store } : { virtio: { disks: [{ store }] } };
    const kernel = imageOf('kernel', readGuest('kernel'));
    const host = boot(
      { image: kernel, memoryBytes: 16 * MIB, append: COMMANDS, devices, pieceBytes: 0x30_0000 },
      technique,
    );
    while (host.run(10_000) === 'out-of-budget');
    const [{ console, stop, digest }] = host.results();
    return { console, why: stop?.why, digest, time: host.now(), disk: store.read(0, 400) };
  };

  test.each(['virtio', 'ata'] as const)('make a file system on a %s disk in a VM, to the byte and tick as on bare metal', (kind) => {
    const vm = run('trap-and-emulate', kind);
    expect(vm.console).toContain(`disk: ${kind}`);
    expect(vm.console).toContain('fsck: 0 inconsistencies');
    expect(vm).toEqual(run('bare', kind));
  }); // prettier-ignore
});

describe('the real-time clock', () => {
  const RTC = BOARD.rtc.base;
  /** Sets an alarm 5000 ns ahead, waits for it through the PLIC, and keeps the time and the claimed source. */
  const ALARM = `
    li t0, ${BOARD.plic.base}
    li t1, 1
    sw t1, ${4 * BOARD.rtc.irq}(t0)
    li t2, ${BOARD.plic.base + 0x2080}
    li t1, ${1 << BOARD.rtc.irq}
    sw t1, 0(t2)
    li s0, ${RTC}
    lwu s1, 0(s0)
    lwu s2, 4(s0)
    slli s2, s2, 32
    or s1, s1, s2
    li t1, 5000
    add t1, t1, s1
    srli t2, t1, 32
    sw t2, 0xc(s0)
    sw t1, 8(s0)
    li t1, 1
    sw t1, 0x10(s0)
    li t1, 0x200
    csrw sie, t1
    SLEEP
    csrr s3, time
    li t0, ${BOARD.plic.base + 0x20_1004}
    lw s4, 0(t0)
    ${SHUTDOWN}`;
  const SPIN = '1: csrr t3, sip\n and t3, t3, t1\n beqz t3, 1b';

  test.each([
    ['asleep', 'wfi'],
    ['busy', SPIN],
  ])('starts at the given date, and its alarm is on time for a guest that is %s, as on bare metal', (_, sleep) => {
    const timeAtPowerOn = 1_234_567_890_123_456_700n;
    const [vm, bare] = (['trap-and-emulate', 'bare'] as const).map((technique) => {
      const host = boot({ image: image(ALARM.replace('SLEEP', sleep)), devices: { timeAtPowerOn } }, technique);
      host.run(1000);
      const { x } = host.vms[0].vcpus[0];
      return { date: x.get(9), time: x.get(19), source: x.get(20), end: host.now() };
    });
    expect(vm.source).toBe(BigInt(BOARD.rtc.irq));
    expect((vm.date - timeAtPowerOn) / 100n).toBeLessThan(10n);
    expect(vm).toEqual(bare);
  });
});

describe('the device tree', () => {
  const treeOf = (host: Host): FdtNode => {
    const [vm] = host.vms;
    const address = vm.vcpus[0].x.get(11);
    return readFdt(vm.memory.copyOut(address, 0x8000_0000 + 8 * MIB - Number(address))!);
  };
  const store = new MemoryStore(new Uint8Array(64 * SECTOR));

  test.each([
    ['nothing plugged in', {}],
    ['both disks of their own', { ata: store, ideal: store }],
    ['virtio', { virtio: { disks: [{ store }], entropySeed: 1n } }],
  ])('says just what is on the bus: %s', (_, devices) => {
    const host = boot({ image: image(SHUTDOWN), devices });
    const soc = treeOf(host).children.find(({ name }) => name === 'soc')!;
    const told = soc.children.map(({ name }) => Number.parseInt(name.split('@')[1], 16)).sort((a, b) => a - b);
    expect(told).toEqual(host.vms[0].bus.claims.map(({ base }) => base));
  });
});

describe('DMA', () => {
  const ram = createMachine({ ramBytes: 64 * 4096 }).ram;

  test('reaches what the slots hold and nothing else, whatever the layout: 300 layouts, each page filled through it', () => {
    const chance = new Chance(7);
    for (let round = 0; round < 300; round++) {
      const slots = new MemorySlots(referenceParts.guestMemory);
      const mine = new Set<number>();
      const gpas = new Map<number, number>();
      for (let i = 0; i < 1 + chance.below(6); i++) {
        const [gpa, hpa, pages] = [chance.below(40), chance.below(60), 1 + chance.below(4)];
        const all = Array.from({ length: pages }, (_, page) => page);
        if (all.some((page) => gpas.has(gpa + page) || mine.has(hpa + page))) continue;
        all.forEach((page) => (gpas.set(gpa + page, hpa + page), mine.add(hpa + page)));
        slots.add({ gpa: BigInt(gpa * 4096), hpa: ram.base + hpa * 4096, size: pages * 4096 });
      }
      const dma = guestDma(new GuestMemory(ram, slots));
      ram.fill(ram.base, ram.size, 0x11);
      for (let page = 0; page < 46; page++) {
        const there = gpas.has(page);
        expect(dma.allows(page * 4096, 4096, 'write')).toBe(there);
        expect(dma.write(page * 4096, new Uint8Array(4096).fill(0x22))).toBe(there);
        expect(dma.write(page * 4096 + 2048, new Uint8Array(4096).fill(0x22))).toBe(there && gpas.has(page + 1));
        expect(dma.read(page * 4096, 4096) !== undefined).toBe(there);
      }
      const written = Array.from({ length: 64 }, (_, page) => ram.bytes[page * 4096 + 2047] === 0x22);
      expect(written).toEqual(Array.from({ length: 64 }, (_, page) => mine.has(page)));
    }
  });

  test.each([2 ** 53, 2 ** 63, 2 ** 64 - 2048, 2 ** 64])('refuses addresses far out: %d', (address) => {
    const slots = new MemorySlots(referenceParts.guestMemory);
    slots.add({ gpa: 0n, hpa: ram.base, size: 4096 });
    const dma = guestDma(new GuestMemory(ram, slots));
    expect([dma.allows(address, 1, 'read'), dma.read(address, 1), dma.write(address, Uint8Array.of(1))]).toEqual([false, undefined, false]);
  }); // prettier-ignore

  test("a disk that is told to write to the neighbour's memory does not, and says so", () => {
    const store = new MemoryStore(new Uint8Array(16 * SECTOR).fill(0x77));
    // Every page from 2 MiB below RAM to 2 MiB behind it.
    const attack = `
      li s0, ${BOARD.ideal.base}
      li s1, 0x7fe00
      li s2, 0x80a00
   1: sd s1, 0(s0)
      addi s1, s1, 1
      li t0, 0x80200
      beq s1, t0, 3f
   2: bne s1, s2, 1b
      ld s3, 8(s0)
      ${SHUTDOWN}
   3: li s1, 0x80400
      j 2b`;
    const vm = { name: 'attacker', image: image(attack), memoryBytes: 4 * MIB, devices: { ideal: store } };
    const victim = { name: 'victim', image: image('1: j 1b'), memoryBytes: 4 * MIB };
    const host = forThisTest(
      bootReference({ vms: [victim, vm, { ...victim, name: 'other' }], technique: 'trap-and-emulate' }),
    );
    const before = [0, 2].map((i) => host.vms[i].memory.digest());
    while (!host.vms[1].stop) host.run(1000);
    expect([0, 2].map((i) => host.vms[i].memory.digest())).toEqual(before);
    expect(host.vms[1].vcpus[0].x.get(19)).toBe(2n); // IdealStatus.noMemory
    expect(host.vms[1].memory.read(0x8000_0000n, 8)).toBe(0x7777_7777_7777_7777n);
  });
});

test('the ideal disk costs one exit a block', () => {
  const store = new MemoryStore(new Uint8Array(64 * IDEAL_BLOCK_BYTES));
  const read = `
    li s0, ${BOARD.ideal.base}
    li s1, 0x80300
    li s2, 64
    li t1, 1 << 36
 1: sd s1, 0(s0)
    add s1, s1, t1
    addi s2, s2, -1
    bnez s2, 1b
    ${SHUTDOWN}`;
  const host = boot({ image: image(read), devices: { ideal: store } });
  host.run(1000);
  expect(host.results()[0].counters.byKind.mmio).toBe(64);
});

test('VMs on one switch hear each other and the gateway', () => {
  const network = new Switch();
  const macs = [1, 2].map((n) => Uint8Array.of(0x52, 0x54, 0, 0, 0, n));
  const vms = macs.map((mac, i) => ({
    name: `vm${i}`,
    image: image('1: j 1b'),
    memoryBytes: 4 * MIB,
    devices: {
      virtio: { nets: [{ mac, connect: (device: Parameters<Switch['connect']>[0]) => network.connect(device) }] },
    },
  }));
  const host = forThisTest(
    bootReference({ vms, technique: 'trap-and-emulate', gateways: [(gateway) => network.connect(gateway)] }),
  );
  const heard: Uint8Array[] = [];
  const port = network.connect({ send: (frame) => heard.push(frame) });
  // ARP (RFC 826): who has 10.0.2.2?
  const request = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 9, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 9, 10, 0, 2, 99, 0, 0, 0, 0, 0, 0, 10, 0, 2, 2]; // prettier-ignore
  port.send(Uint8Array.from([...request, ...Array.from({ length: 18 }, () => 0)]));
  expect(heard.map((frame) => [...frame.subarray(20, 22), ...frame.subarray(28, 32)])).toEqual([[0, 2, 10, 0, 2, 2]]);
  expect(host.vms).toHaveLength(2);
});

test('frames for a paused VM change nothing in it', () => {
  const network = new Switch();
  const mac = Uint8Array.of(0x52, 0x54, 0, 0, 0, 1);
  const connect = (device: Parameters<Switch['connect']>[0]) => network.connect(device);
  const host = boot({ image: image('1: j 1b'), devices: { virtio: { nets: [{ mac, connect }] } } });
  const port = network.connect({ send: () => undefined });
  const frame = Uint8Array.from({ length: 60 }, (_, i) => (i < 6 ? 0xff : 2));
  const [vm] = host.vms;
  host.pause(vm);
  const before = host.snapshot(vm);
  port.send(frame);
  expect(Buffer.from(host.snapshot(vm)).equals(Buffer.from(before))).toBe(true);
  host.resume(vm);
  port.send(frame);
  expect(Buffer.from(host.snapshot(vm)).equals(Buffer.from(before))).toBe(false);
});
