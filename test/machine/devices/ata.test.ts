/** The ATA disk by ATA/ATAPI-6 (T13/1410D): clause 8 (commands) and 9 (protocols). */
import { assemble, createMachine, InputError, loadImage, readFdt } from '#machine';
import { Ata } from '../../../src/machine/devices/ata';
import { MemoryStore, type BlockStore } from '../../../src/machine/devices/block-store';
import { OverlayStore } from '../../../src/machine/devices/overlay-store';
import type { Saved } from '../../../src/machine/saved';
import { Chance } from '../engine/lockstep/chance';

const [DATA, ERROR, COUNT, LOW, MID, HIGH, DEVICE, STATUS, CONTROL] = [0, 4, 8, 12, 16, 20, 24, 28, 32];
const FEATURES = ERROR;
const [READ, WRITE, VERIFY, DIAGNOSTIC, STANDBY, CHECK_POWER, FLUSH, IDENTIFY, SET_FEATURES] = [
  0x20, 0x30, 0x40, 0x90, 0xe0, 0xe5, 0xe7, 0xec, 0xef,
];
/** Status: ready; with data; failed. Error: aborted; not found. */
const [READY, DATA_READY, FAILED] = [0x50, 0x58, 0x51];
const [ABRT, IDNF] = [0x04, 0x10];
const LBA = 0x40;

/** Sector n is full of words that say n and the place. */
const contents = (sectors: number): Uint8Array => {
  const words = Uint16Array.from({ length: 256 * sectors }, (_, i) => ((i >> 8) << 8) | (i & 0xff));
  return new Uint8Array(words.buffer);
};
const sectorOf = (n: number): number[] => Array.from({ length: 256 }, (_, i) => ((n << 8) | i) & 0xffff);

function setUp(store: BlockStore = new MemoryStore(contents(64))) {
  let level = false;
  const disk = new Ata({ set: (now) => void (level = now) }, store);
  const read = (at: number): number => Number(disk.load(at, 1));
  const write = (at: number, value: number): void => disk.store(at, 1, BigInt(value));
  const bench = {
    disk,
    store,
    read,
    write,
    irq: () => level,
    readWord: () => Number(disk.load(DATA, 2)),
    writeWord: (word: number) => disk.store(DATA, 2, BigInt(word)),
    readSector: () => Array.from({ length: 256 }, () => bench.readWord()),
    writeSector: (words: readonly number[]) => words.forEach(bench.writeWord),
    command(command: number, lba = 0, count = 1): void {
      write(COUNT, count);
      write(LOW, lba & 0xff);
      write(MID, (lba >> 8) & 0xff);
      write(HIGH, (lba >> 16) & 0xff);
      write(DEVICE, LBA | (lba >> 24));
      write(STATUS, command);
    },
    address: () => read(LOW) | (read(MID) << 8) | (read(HIGH) << 16) | ((read(DEVICE) & 0xf) << 24),
  };
  return bench;
}

describe('PIO data-in', () => {
  test('256 words give the sector; the interrupt comes when data are ready, and Status takes it away', () => {
    const { command, irq, read, readSector } = setUp();
    command(READ, 3);
    expect([irq(), read(CONTROL), irq(), read(STATUS), irq()]).toEqual([true, DATA_READY, true, DATA_READY, false]);
    expect(readSector()).toEqual(sectorOf(3));
    expect([irq(), read(STATUS)]).toEqual([false, READY]);
  });

  test('several sectors: DRQ and an interrupt for each', () => {
    const { command, irq, read, readSector } = setUp();
    command(READ, 5, 3);
    for (const n of [5, 6, 7]) expect([irq(), read(STATUS), readSector()]).toEqual([true, DATA_READY, sectorOf(n)]);
    expect([irq(), read(STATUS), read(ERROR)]).toEqual([false, READY, 0]);
  });

  test('a count of 0 is 256 sectors', () => {
    const { command, read, readSector } = setUp(new MemoryStore(new Uint8Array(300 * 512)));
    command(READ, 1, 0);
    let sectors = 0;
    for (; read(STATUS) === DATA_READY; sectors++) readSector();
    expect([sectors, read(STATUS)]).toEqual([256, READY]);
  });

  test('beyond the end: IDNF at once, or after the sectors that are there, with the address of the first that is not', () => {
    const { command, irq, read, readSector, address } = setUp();
    command(READ, 64);
    expect([irq(), read(STATUS), read(ERROR), address()]).toEqual([true, FAILED, IDNF, 64]);
    command(READ, 63, 2);
    expect([read(STATUS), read(ERROR), readSector()]).toEqual([DATA_READY, 0, sectorOf(63)]);
    expect([irq(), read(STATUS), read(ERROR), address()]).toEqual([true, FAILED, IDNF, 64]);
    command(READ, 0x0fff_ffff);
    expect([read(STATUS), address()]).toEqual([FAILED, 0x0fff_ffff]);
  });

  test('addresses of cylinder, head and sector are refused', () => {
    const { command, read, write } = setUp();
    command(READ, 1);
    write(DEVICE, 0xa0);
    write(STATUS, READ);
    expect([read(STATUS), read(ERROR)]).toEqual([FAILED, ABRT]);
  });
});

describe('PIO data-out', () => {
  test('the first sector is awaited without an interrupt; one comes after each sector', () => {
    const { command, irq, read, store, writeSector } = setUp();
    command(WRITE, 10, 2);
    expect([irq(), read(STATUS)]).toEqual([false, DATA_READY]);
    writeSector(sectorOf(1));
    expect([irq(), read(STATUS), irq()]).toEqual([true, DATA_READY, false]);
    writeSector(sectorOf(2));
    expect([irq(), read(STATUS)]).toEqual([true, READY]);
    expect([...store.read(9, 4)]).toEqual([
      ...contents(64).slice(9 * 512, 10 * 512),
      ...contents(3).slice(512),
      ...contents(64).slice(12 * 512, 13 * 512),
    ]);
  });

  test('nothing is written of a sector that is not whole', () => {
    const { command, store, writeWord } = setUp();
    command(WRITE, 10);
    for (let i = 0; i < 255; i++) writeWord(0xffff);
    expect([...store.read(10, 1)]).toEqual(Array.from(contents(11).subarray(5120)));
  });

  test('beyond the end: IDNF, before or behind the sectors that are there', () => {
    const { command, irq, read, store, writeSector, address } = setUp();
    command(WRITE, 64);
    expect([irq(), read(STATUS), read(ERROR)]).toEqual([true, FAILED, IDNF]);
    command(WRITE, 63, 2);
    writeSector(sectorOf(0));
    expect([irq(), read(STATUS), read(ERROR), address()]).toEqual([true, FAILED, IDNF, 64]);
    expect([...store.read(63, 1)]).toEqual([...contents(1)]);
  });

  test('a store that is full is a device fault', () => {
    const { command, irq, read, writeSector } = setUp(
      new OverlayStore(new MemoryStore(contents(8)), { limitBytes: 0 }),
    );
    command(WRITE, 1);
    writeSector(sectorOf(5));
    expect([irq(), read(STATUS), read(ERROR)]).toEqual([true, 0x71, ABRT]);
  });

  test('FLUSH CACHE flushes; without the write cache every sector is flushed', () => {
    let flushes = 0;
    const store = new MemoryStore(contents(8));
    store.flush = () => void flushes++;
    const { command, irq, read, write, writeSector } = setUp(store);
    command(WRITE, 1);
    writeSector(sectorOf(5));
    expect([read(STATUS), flushes]).toEqual([READY, 0]);
    command(FLUSH);
    expect([irq(), read(STATUS), flushes]).toEqual([true, READY, 1]);
    write(FEATURES, 0x82);
    command(SET_FEATURES);
    expect(flushes).toBe(2);
    command(WRITE, 1);
    writeSector(sectorOf(5));
    expect(flushes).toBe(3);
  });
});

describe('IDENTIFY DEVICE', () => {
  const text = (words: readonly number[]): string =>
    String.fromCharCode(...words.flatMap((word) => [word >> 8, word & 0xff])).trimEnd();

  test('says how many sectors there are, what it is called, and that its bytes add up to 0', () => {
    const { command, irq, read, readSector } = setUp(new MemoryStore(new Uint8Array(70_000 * 512)));
    command(IDENTIFY);
    expect([irq(), read(STATUS)]).toEqual([true, DATA_READY]);
    const words = readSector();
    expect(read(STATUS)).toBe(READY);
    expect([words[60] | (words[61] << 16), words[49] & 0x300, words[47] & 0xff]).toEqual([70_000, 0x200, 0]); // LBA, no DMA
    expect(text(words.slice(27, 47))).toBe('Worldswitch ATA disk');
    expect(words[255] & 0xff).toBe(0xa5);
    expect(words.reduce((sum, word) => sum + (word & 0xff) + (word >> 8), 0) % 256).toBe(0);
  });

  test('the write cache that SET FEATURES switches shows in word 85', () => {
    const { command, write, readSector } = setUp();
    const cache = (): number => (command(IDENTIFY), readSector()[85] & 0x20);
    const before = cache();
    write(FEATURES, 0x82);
    command(SET_FEATURES);
    const off = cache();
    write(FEATURES, 0x02);
    command(SET_FEATURES);
    expect([before, off, cache()]).toEqual([0x20, 0, 0x20]);
  });
});

describe('other commands', () => {
  test.each([
    ['standby immediate', STANDBY, READY],
    ['flush cache', FLUSH, READY],
    ['verify, inside', VERIFY, READY],
    ['read DMA', 0xc8, FAILED],
    ['read multiple', 0xc4, FAILED],
    ['identify packet device', 0xa1, FAILED],
    ['0', 0, FAILED],
    ['0xff', 0xff, FAILED],
  ])('%s interrupts at its end', (_, code, status) => {
    const { command, irq, read } = setUp();
    command(code);
    expect([irq(), read(STATUS), read(ERROR)]).toEqual([true, status, status === FAILED ? ABRT : 0]);
  });

  test.each([
    [0x03, 0x0c, READY],
    [0x03, 0x0d, FAILED], // there is no PIO mode 5
    [0x03, 0x42, FAILED], // no Ultra DMA
    [0x99, 0, FAILED],
  ])('SET FEATURES %i with a count of %i: status %i', (feature, count, status) => {
    const { command, read, write } = setUp();
    write(FEATURES, feature);
    command(SET_FEATURES, 0, count);
    expect(read(STATUS)).toBe(status);
  });

  test('READ VERIFY finds the end', () => {
    const { command, read, address } = setUp();
    command(VERIFY, 60, 5);
    expect([read(STATUS), read(ERROR), address()]).toEqual([FAILED, IDNF, 64]);
  });

  test('CHECK POWER MODE: active', () => {
    const { command, read } = setUp();
    command(CHECK_POWER);
    expect([read(STATUS), read(COUNT)]).toEqual([READY, 0xff]);
  });
});

describe('reset and selection', () => {
  const signature = (read: (at: number) => number): number[] => [ERROR, COUNT, LOW, MID, HIGH, DEVICE].map(read);

  test('after power-on, EXECUTE DEVICE DIAGNOSTIC and SRST the registers hold the signature of a disk', () => {
    const { command, disk, irq, read, write } = setUp();
    expect([read(STATUS), signature(read)]).toEqual([READY, [1, 1, 1, 0, 0, 0]]);
    command(DIAGNOSTIC, 77);
    expect([irq(), read(STATUS), signature(read)]).toEqual([true, READY, [1, 1, 1, 0, 0, 0]]);
    command(READ, 77);
    write(CONTROL, 4);
    expect([irq(), read(STATUS), read(CONTROL)]).toEqual([false, 0x80, 0x80]);
    write(STATUS, READ); // ignored while it resets
    write(CONTROL, 0);
    expect([irq(), read(STATUS), signature(read)]).toEqual([false, READY, [1, 1, 1, 0, 0, 0]]);
    command(READ, 1);
    disk.reset();
    expect([irq(), read(STATUS), signature(read)]).toEqual([false, READY, [1, 1, 1, 0, 0, 0]]);
  });

  test('nIEN disconnects the interrupt, and does not lose it', () => {
    const { command, irq, write } = setUp();
    write(CONTROL, 2);
    command(READ, 1);
    expect(irq()).toBe(false);
    write(CONTROL, 0);
    expect(irq()).toBe(true);
  });

  test('device 1 is absent: Status 0, no interrupt, commands do nothing', () => {
    const { command, irq, read, write, readSector } = setUp();
    command(READ, 1);
    write(DEVICE, LBA | 0x10);
    expect([irq(), read(STATUS), read(CONTROL)]).toEqual([false, 0, 0]);
    write(STATUS, IDENTIFY);
    write(DEVICE, LBA);
    expect([irq(), read(STATUS), readSector()]).toEqual([true, DATA_READY, sectorOf(1)]);
  });
});

describe('what a hostile guest does', () => {
  test.each([READ, WRITE, VERIFY, DIAGNOSTIC, STANDBY, CHECK_POWER, FLUSH, IDENTIFY, SET_FEATURES, 0x08, 0xff])(
    'after command %i in the middle of a transfer, no index is left over (VENOM, CVE-2015-3456)',
    (code) => {
      for (const first of [READ, WRITE, IDENTIFY]) {
        const { command, read, readWord, writeWord, readSector } = setUp();
        const move = (direction: number): unknown => (direction === WRITE ? writeWord(0xdead) : readWord());
        command(first, 2, 3);
        for (let i = 0; i < 100; i++) move(first);
        command(code, 4, 2);
        for (let i = 0; i < 10; i++) move(code);
        command(READ, 6);
        expect([read(STATUS), readSector(), read(STATUS)]).toEqual([DATA_READY, sectorOf(6), READY]);
      }
    },
  );

  test('data without a transfer, in the wrong direction, after its end, or by bytes go nowhere', () => {
    const { command, disk, read, store, readWord, writeWord, readSector } = setUp();
    const before = store.save();
    expect(readWord()).toBe(0);
    for (let i = 0; i < 300; i++) writeWord(0xffff);
    command(READ, 1);
    for (let i = 0; i < 300; i++) writeWord(0xffff);
    expect([disk.load(DATA, 1), disk.load(DATA + 1, 1), disk.load(DATA + 2, 2)]).toEqual([0n, 0n, 0n]);
    expect([readSector(), readWord(), read(STATUS)]).toEqual([sectorOf(1), 0, READY]);
    command(WRITE, 1);
    for (let i = 0; i < 300; i++) {
      readWord();
      disk.store(DATA, 1, 0xffn);
    }
    expect([read(STATUS), store.save()]).toEqual([DATA_READY, before]);
  });

  test('the registers may change during a transfer: it goes on where it was', () => {
    const { command, read, write, readSector } = setUp();
    command(READ, 5, 2);
    readSector();
    for (const at of [FEATURES, COUNT, LOW, MID, HIGH]) write(at, 0xff);
    expect([readSector(), read(STATUS)]).toEqual([sectorOf(6), READY]);
  });

  test('20,000 random accesses: no error, answers fit their width, and a restored disk answers alike', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const chance = new Chance(seed);
      let { disk } = setUp(new MemoryStore(contents(8)));
      for (let i = 0; i < 2000; i++) {
        const width = chance.pick([1, 2] as const);
        const offset = width * chance.below(disk.size / width);
        const value = chance.pick([
          BigInt(chance.pick([READ, WRITE, IDENTIFY, 4, 0, LBA, 63])),
          chance.value() & 0xffn,
        ]);
        const burst = chance.oneIn(30) ? 256 : 1;
        for (let n = 0; n < burst; n++) {
          if (chance.oneIn(2)) disk.store(burst > 1 ? DATA : offset, burst > 1 ? 2 : width, value);
          else if (disk.load(burst > 1 ? DATA : offset, burst > 1 ? 2 : width) >> BigInt(8 * (burst > 1 ? 2 : width))) {
            throw new Error(`seed ${seed}: too wide`);
          }
        }
        if (!chance.oneIn(400)) continue;
        const { disk: other } = setUp(new MemoryStore(contents(8)));
        const saved = disk.save();
        other.restore(saved);
        expect([seed, other.save()]).toEqual([seed, saved]);
        disk = other;
      }
    }
  });

  test.each<[string, Record<string, Saved>]>([
    ['an index beyond the buffer', { index: 256 }],
    ['a write beyond the disk', { transfer: 2, sector: 64 }],
    ['an unknown transfer', { transfer: 3 }],
    ['half a buffer', { buffer: new Uint8Array(256) }],
    ['another disk', { store: { bytes: new Uint8Array(512) } }],
  ])('a snapshot with %s is refused', (_, change) => {
    const { disk } = setUp();
    const saved = disk.save() as Record<string, Saved>;
    expect(() => disk.restore({ ...saved, ...change })).toThrow(InputError);
  });
});

describe('on the board', () => {
  const ATA = 0x1020_0000;

  test('only if it is asked for, and then in the device tree too', () => {
    const nodes = (machine: ReturnType<typeof createMachine>) =>
      readFdt(machine.fdt())
        .children.find(({ name }) => name === 'soc')!
        .children.filter(({ name }) => name === 'ata@10200000');
    const without = createMachine({ ramBytes: 2 ** 21, engine: 'step' });
    expect([without.bus.load(ATA + STATUS, 1), nodes(without)]).toEqual([undefined, []]);
    const machine = createMachine({ ramBytes: 2 ** 21, engine: 'step', ata: new MemoryStore(contents(4)) });
    expect(machine.bus.load(ATA + STATUS, 1)).toBe(BigInt(READY));
    expect(machine.bus.load(ATA + STATUS, 4)).toBeUndefined(); // an access fault: registers have 8 bits
    const [{ properties }] = nodes(machine);
    expect(Buffer.from(properties.compatible).toString()).toBe('ata-generic\0');
    expect([...properties['reg-shift']]).toEqual([0, 0, 0, 2]);
  });

  /** Copies sector 2 to sector 3, with each word turned over, as lesson 09's driver would; waits for each interrupt by wfi. */
  const COPY = `
      li s0, ${ATA}
      li t0, 0x0c000030     # priority of source 12
      li t1, 1
      sw t1, 0(t0)
      li t0, 0x0c002000     # enables of context 0
      li t1, 0x1000
      sw t1, 0(t0)
      li t1, 0x800
      csrw mie, t1          # wfi wakes; interrupts themselves stay off
      la s1, buffer
      li a0, 2
      li a1, 0x20
      call begin
      call await
      li t2, 256
    load:
      lhu t1, 0(s0)
      not t1, t1
      sh t1, 0(s1)
      addi s1, s1, 2
      addi t2, t2, -1
      bnez t2, load
      addi s1, s1, -512
      li a0, 3
      li a1, 0x30
      call begin
      li t2, 256
    save:
      lhu t1, 0(s1)
      sh t1, 0(s0)
      addi s1, s1, 2
      addi t2, t2, -1
      bnez t2, save
      call await
      mv s3, a2
      li t0, 0x100000
      li t1, 0x5555
      sw t1, 0(t0)
    begin:                  # command a1 for sector a0
      li t1, 1
      sb t1, 8(s0)
      sb a0, 12(s0)
      sb x0, 16(s0)
      sb x0, 20(s0)
      li t1, 0x40
      sb t1, 24(s0)
      sb a1, 28(s0)
      ret
    await:                  # the interrupt; a2: the status
      wfi
      li t0, 0x0c200004
      lw t1, 0(t0)
      addi s2, t1, 0
      lbu a2, 28(s0)
      sw t1, 0(t0)
      ret
      .balign 8
    buffer:
      .zero 512`;

  test.each(['step', 'interpret'] as const)('a driver copies a sector with 512 accesses to Data (%s)', (engine) => {
    const store = new MemoryStore(contents(4));
    const machine = createMachine({ ramBytes: 2 ** 21, engine, ata: store });
    const program = assemble(COPY, { origin: 0x8000_0000n });
    machine.load({ firmware: loadImage(program.bytes, 'program', { ram: machine.ram }) });
    expect(machine.run(100_000)).toEqual({ why: 'halted', code: 0 });
    const [{ x }] = machine.harts;
    expect([x[18], x[19]]).toEqual([12n, BigInt(READY)]); // the source that was claimed, and the last status
    expect([...store.read(3, 1)]).toEqual([...store.read(2, 1)].map((byte) => byte ^ 0xff));
  });
});
