/**
 * Guests whose drivers attack their VM's devices (reliability.md D.V 28-41, 43-46, 48), under every technique. The cases of virtqueues
 * are those of the device by itself (test/machine/devices/virtio/hostile-drivers.ts), and so are their sources.
 */
import { BOARD, MemoryStore, SECTOR, type VirtioNet } from '#machine';
import { bootReference } from '#reference';
import { imageOf, type Host, type TechniqueName } from '#vmm';
import { Bench, blockHeader, NEEDS_RESET, RAM_BASE } from '../machine/devices/virtio/driver';
import { hostileDrivers, type Victims } from '../machine/devices/virtio/hostile-drivers';
import { image } from '../vmm/images';
import { ISA, techniques } from './guest-support';
import { Driver, GuestRig, scriptedDriver } from './guest-rig';

jest.setTimeout(60_000);

const MEMORY = 4 * 2 ** 20;
const SECTORS = 8;
/** Slots, in the order of VirtioSetup: disks, network, entropy, console. */
const [DISK, READ_ONLY, NET, ENTROPY, CONSOLE] = [0, 1, 2, 3, 4];
/** Of a slow device: instructions of the guest for one of the bench, where only the time itself passes. */
const SCALE = 100;

const bystander = image('li t0, 0x80300000; li t1, 0x1234; sd t1, 0(t0); csrw sie, zero; 1: wfi; j 1b');

function boot(
  technique: TechniqueName,
  latency?: number,
): { host: Host; driver: Driver; store: MemoryStore; sent: Uint8Array[] } {
  const store = new MemoryStore(new Uint8Array(SECTORS * SECTOR).fill(0x33));
  const sent: Uint8Array[] = [];
  const virtio = {
    disks: [{ store }, { store, readOnly: true }],
    nets: [{ mac: new Uint8Array(6), connect: () => ({ send: (frame: Uint8Array) => void sent.push(frame) }) }],
    entropySeed: 1n,
    console: () => undefined,
    latency,
  };
  const host = bootReference({
    vms: [
      { name: 'driver', image: imageOf('driver', scriptedDriver), memoryBytes: MEMORY, devices: { virtio } },
      { name: 'bystander', image: bystander, memoryBytes: MEMORY },
    ],
    technique,
    isa: ISA,
    slice: 2000,
  });
  for (let i = 0; i < 20 && host.vms[1].vcpus[0].state === 'runnable'; i++) host.run(2000); // until the bystander waits
  return { host, driver: new Driver(host), store, sent };
}

describe.each(techniques)('under %s', (technique) => {
  // Each VM serves all cases: that a device works again after an attack is one of the things that are tested.
  const quick = boot(technique);
  const slow = boot(technique, 100 * SCALE);
  const rig = ({ host, driver }: typeof quick, slot: number, scale?: number): GuestRig => {
    const base = BOARD.virtio.base + slot * BOARD.virtio.size;
    const claim = host.vms[0].bus.claims.find((each) => each.base === base);
    return new GuestRig(driver, { slot: claim!.device as never, base, scale });
  };
  const before = [quick, slow].map(({ host }) => host.results()[1].digest);
  afterEach(() => expect(quick.host.vms.map(({ stop }) => stop)).toEqual([undefined, undefined]));
  afterAll(() => {
    expect([quick, slow].map(({ host }) => host.results()[1].digest)).toEqual(before);
    for (const { host } of [quick, slow]) host.release();
  });

  const victims: Victims = {
    end: RAM_BASE + MEMORY,
    entropy: ({ latency } = {}) => new Bench(latency === undefined ? rig(quick, ENTROPY) : rig(slow, ENTROPY, SCALE)),
    console: () => new Bench(rig(quick, CONSOLE)),
  };
  hostileDrivers(victims);

  describe('41: accesses that a register does not take', () => {
    const { driver } = quick;
    const at = BigInt(BOARD.virtio.base + ENTROPY * BOARD.virtio.size);
    test.each([
      ['8 bytes', at, 8],
      ['4 bytes at a multiple of 2', at + 2n, 4],
      ['2 bytes at an odd address', at + 0x101n, 2],
      ['behind its registers', at + 0x200n, 4],
    ] as const)('%s: access faults', (_, address, width) => {
      expect(driver.load(address, width).cause).toBe(5);
      driver.store(address, width, 0n);
      expect(driver.settle()?.cause).toBe(7);
    });

    test('registers that are only read ignore stores, those that are only written read 0', () => {
      for (const register of [0x00, 0x04, 0x08, 0x0c, 0x34]) driver.store(at + BigInt(register), 4, 0xffff_ffffn);
      expect([0x00, 0x04, 0x08, 0x0c, 0x30, 0x50, 0x64].map((each) => driver.load(at + BigInt(each), 4).value)).toEqual([
        0x7472_6976n, 2n, 4n, 0x554d_4551n, 0n, 0n, 0n,
      ]); // prettier-ignore
    });
  });

  describe('43: block requests', () => {
    const [IN, OUT, FLUSH, GET_ID, DISCARD] = [0, 1, 4, 8, 11];
    const [OK, IOERR, UNSUPP] = [0, 1, 2];
    /** Its status byte, and the length that came back. */
    const request = (slot: number, type: number, sector: number | bigint, data: Uint8Array | number): number[] => {
      const bench = new Bench(rig(quick, slot)).start();
      const { room } = bench.send(0, [blockHeader(type, sector), data, 1]);
      return [bench.bytes(room.at(-1)!)[0], ...bench.used(0).map(({ len }) => len)];
    };
    const sector = new Uint8Array(SECTOR).fill(7);
    afterEach(() => expect(quick.store.read(0, SECTORS)).toEqual(new Uint8Array(SECTORS * SECTOR).fill(0x33)));

    test.each<[string, number, number | bigint, Uint8Array | number, number]>([
      ['reading behind the end', IN, SECTORS, SECTOR, IOERR],
      ['reading across the end', IN, SECTORS - 1, 2 * SECTOR, IOERR],
      ['a sector of 2^64 - 1', IN, 2n ** 64n - 1n, SECTOR, IOERR],
      ['a sector and a byte', IN, 0, SECTOR + 1, IOERR],
      ['writing behind the end', OUT, SECTORS, sector, IOERR],
      ['writing at 2^55', OUT, 2n ** 55n, sector, IOERR],
      ['writing half a sector', OUT, 0, new Uint8Array(256), IOERR],
      ['an unknown type', 0x7fff_ffff, 0, 1, UNSUPP],
      [
        'discarding with unknown flags',
        DISCARD,
        0,
        Uint8Array.of(...new Uint8Array(8), 1, 0, 0, 0, 4, 0, 0, 0),
        UNSUPP,
      ],
    ])('%s', (_, type, at, data, status) => {
      expect(request(DISK, type, at, data)[0]).toBe(status);
    });

    test('a read-only disk', () => {
      expect(request(READ_ONLY, OUT, 0, sector)[0]).toBe(IOERR);
    });

    test('and what is right still is', () => {
      expect([request(DISK, IN, SECTORS - 1, SECTOR), request(DISK, FLUSH, 0, 0), request(DISK, GET_ID, 0, 20)]).toEqual([
        [OK, SECTOR + 1], [OK, 1], [OK, 21],
      ]); // prettier-ignore
    });

    test('34: no room for the status, or only room for it', () => {
      for (const parts of [[blockHeader(IN), SECTOR, new Uint8Array(1)], [blockHeader(OUT), sector], [1]]) {
        const bench = new Bench(rig(quick, DISK)).start();
        bench.send(0, parts);
        expect([parts.length, bench.status & NEEDS_RESET]).toEqual([parts.length, NEEDS_RESET]);
      }
    });
  });

  describe('44: frames', () => {
    const [RECEIVE, TRANSMIT] = [0, 1];
    const HEADER = 12;
    const net = () => {
      quick.sent.length = 0;
      const bench = new Bench(rig(quick, NET)).start();
      return { bench, device: bench.slot.core!.device as VirtioNet };
    };

    test.each([
      ['none', [new Uint8Array(HEADER)]],
      ['half a header', [new Uint8Array(5)]],
      ['13 bytes', [new Uint8Array(HEADER), new Uint8Array(13)]],
      ['65,536 bytes', [new Uint8Array(HEADER), new Uint8Array(65_536)]],
    ])('%s: taken off the queue, and nothing leaves', (_, parts) => {
      const { bench } = net();
      bench.send(TRANSMIT, parts);
      expect([bench.usedIdx(TRANSMIT), bench.status & NEEDS_RESET, quick.sent]).toEqual([1, 0, []]);
    });

    test('a header that asks for checksums and segments behind the end of its frame: the frame leaves as it is', () => {
      const { bench } = net();
      const frame = Uint8Array.from({ length: 60 }, (_, i) => i);
      bench.send(TRANSMIT, [Uint8Array.of(1, 1, ...new Uint8Array(10).fill(0xff)), frame]);
      expect([bench.usedIdx(TRANSMIT), quick.sent]).toEqual([1, [frame]]);
    });

    test('a frame that arrives and finds no buffer, one that is too small, one that only the device may read', () => {
      const { bench, device } = net();
      device.send(new Uint8Array(60));
      expect(bench.usedIdx(RECEIVE)).toBe(0);
      const { room } = bench.send(RECEIVE, [71]);
      expect([bench.used(RECEIVE), bench.bytes(room[0])]).toEqual([[{ id: 0, len: 0 }], new Uint8Array(71)]);
      bench.send(RECEIVE, [new Uint8Array(1530)]);
      device.send(new Uint8Array(60));
      const [returned] = bench.used(RECEIVE);
      expect(returned?.len ?? 0).toBe(0);
    });
  });

  describe('48: the interrupt controller', () => {
    const { driver } = quick;
    const plic = (offset: number): bigint => BigInt(BOARD.plic.base + offset);
    const [CLAIM, NO_CONTEXT] = [0x20_1004, 0x2f_f004];

    test('claiming when nothing is pending gives 0; completing what was not claimed, or does not exist, does nothing', () => {
      for (const id of [0, 1, 97, 1023, 0xffff_ffff]) driver.store(plic(CLAIM), 4, BigInt(id));
      expect(driver.load(plic(CLAIM), 4)).toEqual({ value: 0n });
    });

    test('a context that is not there reads 0 and takes stores', () => {
      driver.store(plic(NO_CONTEXT), 4, 1n);
      expect([driver.load(plic(NO_CONTEXT), 4), driver.load(plic(0x1f_ff80), 4)]).toEqual([
        { value: 0n },
        { value: 0n },
      ]);
    });

    test('accesses of 8 bytes and of 1 byte, and unaligned ones, are access faults', () => {
      for (const [offset, width] of [[4, 8], [4, 1], [6, 4]] as const) expect(driver.load(plic(offset), width).cause).toBe(5); // prettier-ignore
    });
  });
});
