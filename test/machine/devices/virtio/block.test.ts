/** The block device as virtio 1.2, section 5.2 describes it. */
import { MemoryStore, OverlayStore, SECTOR, VirtioBlock, type BlockOptions, type BlockStore } from '#machine';
import { Bench, blockHeader, NEEDS_RESET, REG } from './driver';

const [IN, OUT, FLUSH, GET_ID, SECURE_ERASE, DISCARD, WRITE_ZEROES] = [0, 1, 4, 8, 14, 11, 13];
const [OK, IOERR, UNSUPP] = [0, 1, 2];
const SECTORS = 32;
const pattern = (): Uint8Array => Uint8Array.from({ length: SECTORS * SECTOR }, (_, i) => (i >> 9) + 1);

function setUp(options: BlockOptions = {}, store: BlockStore = new MemoryStore(pattern())) {
  const bench = new Bench(new VirtioBlock(store, options)).start();
  /** Sends a request and gives its status, the length in the used ring and the data that came. */
  const request = (type: number, sector: number | bigint, data: Uint8Array | number) => {
    const { room } = bench.send(0, [blockHeader(type, sector), data, 1]);
    const [used] = bench.used(0);
    return { status: bench.bytes(room.at(-1)!)[0], len: used?.len, data: bench.bytes(room[0]) };
  };
  const ranges = (...list: [sector: number, count: number, flags?: number][]): Uint8Array => {
    const bytes = new DataView(new ArrayBuffer(16 * list.length));
    list.forEach(([sector, count, flags = 0], i) => {
      bytes.setBigUint64(16 * i, BigInt(sector), true);
      bytes.setUint32(16 * i + 8, count, true);
      bytes.setUint32(16 * i + 12, flags, true);
    });
    return new Uint8Array(bytes.buffer);
  };
  return { bench, store, request, ranges };
}

const NOTHING_CHANGED = pattern();

test('capacity, block size, and the most descriptors of a request are in the configuration (5.2.4)', () => {
  const { bench } = setUp({ queues: 3 });
  const read32 = (at: number): number => bench.read(REG.config + at);
  expect([read32(0), read32(4), read32(12), read32(20), bench.read(REG.config + 34, 2)]).toEqual([
    SECTORS,
    0,
    254,
    512,
    3,
  ]);
});

test('IN reads sectors; the length counts data and status', () => {
  const { status, len, data } = setUp().request(IN, 5, 2 * SECTOR);
  expect([status, len, data]).toEqual([OK, 2 * SECTOR + 1, pattern().slice(5 * SECTOR, 7 * SECTOR)]);
});

test('OUT writes sectors, and only those', () => {
  const { store, request } = setUp();
  const { status, len } = request(OUT, 31, new Uint8Array(SECTOR).fill(0xee));
  const expected = pattern().fill(0xee, 31 * SECTOR);
  expect([status, len, store.read(0, SECTORS)]).toEqual([OK, 1, expected]);
});

test('every queue serves', () => {
  const { bench } = setUp({ queues: 4 });
  for (const queue of [0, 1, 2, 3]) {
    bench.send(queue, [blockHeader(IN, queue), SECTOR, 1]);
    expect(bench.used(queue)).toHaveLength(1);
  }
});

test('FLUSH reaches the store', () => {
  let flushed = 0;
  const store = new MemoryStore(pattern());
  store.flush = () => void flushed++;
  expect([setUp({}, store).request(FLUSH, 0, new Uint8Array()).status, flushed]).toEqual([OK, 1]);
});

test.each([
  ['disk-1', 'disk-1\0\0\0\0\0\0\0\0\0\0\0\0\0\0'],
  ['exactly-twenty-chars', 'exactly-twenty-chars'],
])('GET_ID gives 20 bytes, with a NUL only if the string is shorter: %s (5.2.6.1)', (id, expected) => {
  const { status, data } = setUp({ id }).request(GET_ID, 0, 20);
  expect([status, Buffer.from(data).toString('latin1')]).toEqual([OK, expected]);
});

describe('errors', () => {
  test.each<[string, number, number | bigint, number]>([
    ['behind the end', IN, SECTORS, SECTOR],
    ['across the end', IN, SECTORS - 1, 2 * SECTOR],
    ['a sector of 2^63', IN, 2n ** 63n, SECTOR],
    ['a sector of 2^64 - 1', IN, 2n ** 64n - 1n, SECTOR],
    ['half a sector', IN, 0, 256],
    ['a sector and a byte', IN, 0, SECTOR + 1],
  ])('%s is an I/O error, and the length does not count what was not written', (_, type, sector, size) => {
    const { request } = setUp();
    const { status, len, data } = request(type, sector, size);
    expect([status, len, data]).toEqual([IOERR, 0, new Uint8Array(size)]);
  });

  test.each<[string, number, number | bigint, number]>([
    ['behind the end', OUT, SECTORS, SECTOR],
    ['across the end', OUT, SECTORS - 1, 2 * SECTOR],
    ['a sector of 2^64 - 1', OUT, 2n ** 64n - 1n, SECTOR],
    ['half a sector', OUT, 0, 256],
  ])('writing %s is an I/O error and writes nothing', (_, type, sector, size) => {
    const { store, request } = setUp();
    const { status, len } = request(type, sector, new Uint8Array(size).fill(7));
    expect([status, len, store.read(0, SECTORS)]).toEqual([IOERR, 1, NOTHING_CHANGED]);
  });

  test('an unknown type, and one of a feature that is not offered, is not supported', () => {
    const { request } = setUp();
    expect([request(0x7fff_ffff, 0, 1).status, request(SECURE_ERASE, 0, new Uint8Array(16)).status]).toEqual([
      UNSUPP,
      UNSUPP,
    ]);
  });

  test('a read-only device says RO and writes nothing (5.2.6.2)', () => {
    const { bench, store, request, ranges } = setUp({ readOnly: true });
    expect(bench.offered() & (1n << 5n)).toBe(1n << 5n);
    const statuses = [
      request(OUT, 0, new Uint8Array(SECTOR)),
      request(DISCARD, 0, ranges([0, 1])),
      request(WRITE_ZEROES, 0, ranges([0, 1])),
    ].map(({ status }) => status);
    expect([statuses, store.read(0, SECTORS)]).toEqual([[IOERR, IOERR, IOERR], NOTHING_CHANGED]);
  });

  test('a request longer than the quota is an I/O error', () => {
    const { request } = setUp({ maxRequestBytes: 4 * SECTOR });
    expect([request(IN, 0, 4 * SECTOR).status, request(IN, 0, 5 * SECTOR).status]).toEqual([OK, IOERR]);
  });

  test('a store without room is an I/O error', () => {
    const { request } = setUp({}, new OverlayStore(new MemoryStore(pattern()), { limitBytes: 5000 }));
    expect([request(OUT, 0, new Uint8Array(SECTOR)).status, request(OUT, 8, new Uint8Array(SECTOR)).status]).toEqual([
      OK,
      IOERR,
    ]);
  });
});

describe('discard and write zeroes (5.2.6)', () => {
  test('write zeroes does so for each range, with and without the unmap flag', () => {
    const { store, request, ranges } = setUp();
    expect(request(WRITE_ZEROES, 0, ranges([2, 3], [10, 1, 1])).status).toBe(OK);
    const expected = pattern()
      .fill(0, 2 * SECTOR, 5 * SECTOR)
      .fill(0, 10 * SECTOR, 11 * SECTOR);
    expect(store.read(0, SECTORS)).toEqual(expected);
  });

  test('discard is accepted', () => {
    const { request, ranges } = setUp();
    expect(request(DISCARD, 0, ranges([2, 3])).status).toBe(OK);
  });

  test.each<[string, number, [number, number, number?][], number]>([
    ['the unmap flag in a discard', DISCARD, [[0, 1, 1]], UNSUPP],
    ['an unknown flag', WRITE_ZEROES, [[0, 1, 2]], UNSUPP],
    [
      'a range across the end',
      WRITE_ZEROES,
      [
        [0, 1],
        [SECTORS - 1, 2],
      ],
      IOERR,
    ],
    ['a range larger than the configuration allows', WRITE_ZEROES, [[0, 2 ** 32 - 1]], IOERR],
    ['more ranges than the configuration allows', WRITE_ZEROES, Array.from({ length: 17 }, () => [0, 1]), IOERR],
    ['no range', WRITE_ZEROES, [], IOERR],
  ])('%s is refused, and nothing is changed', (_, type, list, expected) => {
    const { store, request, ranges } = setUp();
    expect([request(type, 0, ranges(...list)).status, store.read(0, SECTORS)]).toEqual([expected, NOTHING_CHANGED]);
  });

  test('a range that is not whole is refused', () => {
    expect(setUp().request(WRITE_ZEROES, 0, new Uint8Array(17)).status).toBe(IOERR);
  });
});

test.each<[string, (Uint8Array | number)[]]>([
  ['no header', [SECTOR, 1]],
  ['a short header', [blockHeader(IN).slice(0, 15), SECTOR, 1]],
  ['no status byte', [blockHeader(IN)]],
  ['a status byte that only the driver may write', [blockHeader(OUT), new Uint8Array(SECTOR), Uint8Array.of(0xff)]],
  ['a status in a descriptor without bytes', [blockHeader(OUT), new Uint8Array(SECTOR), 0]],
])('a request with %s cannot be answered: the device needs a reset', (_, parts) => {
  const { bench, store } = setUp();
  bench.send(0, parts);
  expect([bench.status & NEEDS_RESET, bench.usedIdx(0), store.read(0, SECTORS)]).toEqual([
    NEEDS_RESET,
    0,
    NOTHING_CHANGED,
  ]);
});
