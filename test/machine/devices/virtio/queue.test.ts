/** Split virtqueues as virtio 1.2, section 2.7 describes them, seen through an entropy device. */
import { SeededBytes, VirtioBlock, MemoryStore, SECTOR, VirtioEntropy } from '#machine';
import {
  Bench,
  blockHeader,
  DRIVER_OK,
  EVENT_IDX,
  INDIRECT,
  INDIRECT_DESC,
  NEXT,
  REG,
  VERSION_1,
  WRITE,
} from './driver';

const entropy = (): VirtioEntropy => new VirtioEntropy(new SeededBytes(7n));
const random = (count: number): Uint8Array => new SeededBytes(7n).next(count);
const [IN, OUT] = [0, 1];

/** Acknowledges all interrupts and says whether there was one. */
function interrupted(bench: Bench): boolean {
  const { irq } = bench;
  bench.write(REG.interruptAck, 3);
  return irq;
}

describe('the used ring (2.7.8)', () => {
  test('an entry is the head of the chain and the bytes written', () => {
    const bench = new Bench(entropy()).start();
    const { head, room } = bench.send(0, [24]);
    expect([bench.used(0), bench.bytes(room[0])]).toEqual([[{ id: head, len: 24 }], random(24)]);
  });

  test('indices run freely: 65536 times around, and the ring stays in order', () => {
    const bench = new Bench(entropy()).start(VERSION_1, 4);
    const [buffer] = bench.place([1]);
    let wrong = 0;
    for (let i = 0; i < 0x1_0010; i++) {
      const head = bench.link(0, [buffer]);
      bench.offer(0, head);
      bench.notify(0);
      const used = bench.used(0);
      if (used.length !== 1 || used[0].id !== head || used[0].len !== 1) wrong++;
    }
    expect(wrong).toBe(0);
    expect(bench.usedIdx(0)).toBe(0x10);
  });

  test('all that was made available by one notification is served, in order', () => {
    const bench = new Bench(entropy()).start();
    const heads = bench.place([1, 2, 3, 4, 5, 6, 7, 8]).map((buffer) => bench.link(0, [buffer]));
    heads.forEach((head) => bench.offer(0, head));
    bench.notify(0);
    expect(bench.used(0)).toEqual(heads.map((id, i) => ({ id, len: i + 1 })));
  });
});

describe('framing (2.6.4): how buffers are cut does not matter', () => {
  const contents = Uint8Array.from({ length: 2 * SECTOR }, (_, i) => i % 253);
  const single = (bytes: Uint8Array): Uint8Array[] => [...bytes].map((byte) => Uint8Array.of(byte));

  test.each<[string, Uint8Array[]]>([
    ['one descriptor', [Uint8Array.of(...blockHeader(OUT, 1), ...contents)]],
    ['a descriptor for each byte of the header', [...single(blockHeader(OUT, 1)), contents]],
    [
      'header and data meet within a descriptor',
      [
        blockHeader(OUT, 1).slice(0, 9),
        Uint8Array.of(...blockHeader(OUT, 1).slice(9), ...contents.slice(0, 700)),
        contents.slice(700),
      ],
    ],
    [
      'descriptors without bytes in between',
      [new Uint8Array(), blockHeader(OUT, 1), new Uint8Array(), contents, new Uint8Array()],
    ],
  ])('%s', (_, parts) => {
    const store = new MemoryStore(new Uint8Array(8 * SECTOR));
    const bench = new Bench(new VirtioBlock(store)).start(VERSION_1, 32);
    const { room } = bench.send(0, [...parts, 1]);
    expect([bench.mistake, bench.used(0)[0].len, bench.bytes(room[0]), store.read(1, 2)]).toEqual([
      undefined,
      1,
      Uint8Array.of(0),
      contents,
    ]);
  });

  test('the status byte may share a descriptor with data, and data may be cut anywhere', () => {
    const bench = new Bench(new VirtioBlock(new MemoryStore(contents))).start(VERSION_1, 32);
    const { room } = bench.send(0, [blockHeader(IN, 0), 1, 500, 12, SECTOR]);
    const bytes = room.flatMap((buffer) => [...bench.bytes(buffer)]);
    expect([bench.used(0)[0].len, Uint8Array.from(bytes)]).toEqual([2 * SECTOR + 1, Uint8Array.of(...contents, 0)]);
  });
});

describe('indirect descriptors (2.7.5.3)', () => {
  const table = 0x8000_0000 + 0x7_0000;

  test.each([false, true])(
    'a chain in a table of its own; the device ignores WRITE on the descriptor that refers to it (%p)',
    (writeFlag) => {
      const bench = new Bench(entropy()).start(VERSION_1 | INDIRECT_DESC, 4);
      const [a, b] = bench.place([3, 5]);
      bench.describe(table, 0, { ...a, flags: WRITE | NEXT, next: 2 });
      bench.describe(table, 2, b);
      bench.offer(0, bench.link(0, [{ address: table, size: 48, flags: INDIRECT | (writeFlag ? WRITE : 0) }]));
      bench.notify(0);
      expect([bench.mistake, bench.used(0), bench.bytes(a), bench.bytes(b)]).toEqual([
        undefined,
        [{ id: 0, len: 8 }],
        random(3),
        random(8).slice(3),
      ]);
    },
  );

  test('"zero or more normal chained descriptors followed by a single one with INDIRECT" (2.7.5.3.2)', () => {
    const bench = new Bench(new VirtioBlock(new MemoryStore(new Uint8Array(SECTOR).fill(9)))).start(
      VERSION_1 | INDIRECT_DESC,
    );
    const [header, data, status] = bench.place([blockHeader(IN), SECTOR, 1]);
    bench.describe(table, 0, { ...data, flags: WRITE | NEXT, next: 1 });
    bench.describe(table, 1, status);
    bench.offer(0, bench.link(0, [header, { address: table, size: 32, flags: INDIRECT }]));
    bench.notify(0);
    expect([bench.mistake, bench.bytes(data)[0], bench.bytes(status)[0]]).toEqual([undefined, 9, 0]);
  });
});

describe('used buffer notifications (2.7.7)', () => {
  test('without EVENT_IDX, avail.flags bit 0 asks for none', () => {
    const bench = new Bench(entropy()).start();
    bench.send(0, [1]);
    expect(interrupted(bench)).toBe(true);
    bench.ram.write(bench.areas(0).driver, 2, 1n);
    bench.send(0, [1]);
    expect(interrupted(bench)).toBe(false);
    bench.ram.write(bench.areas(0).driver, 2, 0n);
    bench.send(0, [1]);
    expect(interrupted(bench)).toBe(true);
  });

  test('with EVENT_IDX, only the entry that used_event names interrupts; flags are ignored', () => {
    const bench = new Bench(entropy()).start(VERSION_1 | EVENT_IDX, 8);
    const { driver } = bench.areas(0);
    bench.ram.write(driver, 2, 1n);
    bench.ram.write(driver + 4 + 2 * 8, 2, 2n); // used_event
    const seen = [0, 1, 2, 3].map(() => {
      bench.send(0, [1]);
      return interrupted(bench);
    });
    expect(seen).toEqual([false, false, true, false]);
  });

  test('with EVENT_IDX, a batch that passes used_event interrupts (vring_need_event, 2.7.7.2), also where indices wrap', () => {
    const needEvent = (event: number, now: number, old: number): boolean =>
      ((now - event - 1) & 0xffff) < ((now - old) & 0xffff);
    const bench = new Bench(entropy()).start(VERSION_1 | EVENT_IDX, 8);
    const { driver } = bench.areas(0);
    const [buffer] = bench.place([1]);
    const wrong: unknown[] = [];
    for (let old = 0, batch = 1; old < 0x1_0010; old += batch, batch = (batch % 8) + 1) {
      const event = (old + ((old * 7) % 12) - 2) & 0xffff;
      bench.ram.write(driver + 4 + 2 * 8, 2, BigInt(event));
      for (let i = 0; i < batch; i++) bench.offer(0, bench.link(0, [buffer]));
      bench.notify(0);
      if (interrupted(bench) !== needEvent(event, (old + batch) & 0xffff, old & 0xffff))
        wrong.push([event, old, batch]);
    }
    expect(wrong).toEqual([]);
  });
});

describe('available buffer notifications (2.7.10)', () => {
  test('with EVENT_IDX, avail_event asks for the next buffer after each drain', () => {
    const bench = new Bench(entropy()).start(VERSION_1 | EVENT_IDX, 8);
    const availEvent = (): bigint => bench.ram.read(bench.areas(0).device + 4 + 8 * 8, 2);
    const seen = [1, 2, 3].map(() => {
      bench.send(0, [1]);
      return availEvent();
    });
    expect(seen).toEqual([1n, 2n, 3n]);
  });
});

test('buffers wait until DRIVER_OK (2.1.2): no use of them, and no interrupt', () => {
  const bench = new Bench(entropy());
  bench.negotiate(VERSION_1);
  bench.setUp(0, 8);
  bench.send(0, [4]);
  expect([bench.usedIdx(0), bench.irq]).toEqual([0, false]);
  bench.write(REG.status, bench.status | DRIVER_OK);
  bench.notify(0);
  expect([bench.usedIdx(0), bench.irq]).toEqual([1, true]);
});
