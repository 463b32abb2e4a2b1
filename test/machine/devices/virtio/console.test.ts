/** The console device with one port, as virtio 1.2, section 5.3 describes it. */
import { VirtioConsole } from '#machine';
import { Bench, EVENT_IDX, REG, VERSION_1 } from './driver';

const [RECEIVE, TRANSMIT] = [0, 1];

function setUp(features = VERSION_1, maxRequestBytes?: number) {
  let printed = '';
  const device = new VirtioConsole((byte) => void (printed += String.fromCharCode(byte)), { maxRequestBytes });
  const bench = new Bench(device).start(features);
  return { device, bench, printed: () => printed };
}

test('bytes of the transmit queue are printed in order', () => {
  const { bench, printed } = setUp();
  bench.send(TRANSMIT, [Buffer.from('hello, '), Buffer.from('world')]);
  expect([printed(), bench.used(TRANSMIT)[0].len]).toEqual(['hello, world', 0]);
});

test('input fills buffers that are there, and the length says how far', () => {
  const { device, bench } = setUp();
  const { room } = bench.send(RECEIVE, [8]);
  device.input(Buffer.from('abc'));
  expect([bench.used(RECEIVE), Buffer.from(bench.bytes(room[0])).toString()]).toEqual([
    [{ id: 0, len: 3 }],
    'abc\0\0\0\0\0',
  ]);
});

test('input waits for buffers, and for the driver; nothing is lost, not even over a reset', () => {
  const { device, bench } = setUp();
  bench.write(REG.status, 0);
  device.input(Buffer.from('abcdefg'));
  bench.start();
  const rooms = [3, 3, 3].map((size) => bench.send(RECEIVE, [size]).room[0]);
  expect([
    bench.used(RECEIVE).map(({ len }) => len),
    rooms.map((room) => Buffer.from(bench.bytes(room)).toString()),
  ]).toEqual([
    [3, 3, 1],
    ['abc', 'def', 'g\0\0'],
  ]);
});

test('a hundred thousand bytes at once are one input', () => {
  const { device, bench } = setUp();
  device.input(new Uint8Array(200_000).fill(65));
  bench.send(RECEIVE, [150_000]);
  expect(bench.used(RECEIVE)[0].len).toBe(150_000);
});

test('the device asks to hear of new buffers only while input waits (2.7.10)', () => {
  const { device, bench } = setUp();
  const noNotify = (): bigint => bench.ram.read(bench.areas(RECEIVE).device, 2);
  bench.send(RECEIVE, [1]);
  device.input(Buffer.from('a'));
  expect(noNotify()).toBe(1n); // a buffer was there when input came
  device.input(Buffer.from('b'));
  expect(noNotify()).toBe(0n);
});

test('the same with EVENT_IDX: avail_event names the next buffer while input waits', () => {
  const { device, bench } = setUp(VERSION_1 | EVENT_IDX);
  const availEvent = (): bigint => bench.ram.read(bench.areas(RECEIVE).device + 4 + 8 * 8, 2);
  bench.send(RECEIVE, [1]);
  device.input(Buffer.from('a'));
  expect(availEvent()).toBe(0n);
  device.input(Buffer.from('b'));
  expect(availEvent()).toBe(1n);
});

test('emerg_wr prints before any initialization (5.3.4)', () => {
  let printed = '';
  const bench = new Bench(new VirtioConsole((byte) => void (printed += String.fromCharCode(byte))));
  bench.write(REG.config + 8, 0x41);
  bench.write(REG.config + 8, 0x42, 1);
  bench.write(REG.config, 0x43); // the size is not the driver's
  expect([printed, bench.read(REG.config)]).toEqual(['AB', 0]);
});

test('a request longer than the quota is cut', () => {
  const { bench, printed } = setUp(VERSION_1, 4);
  bench.send(TRANSMIT, [Buffer.from('abcdefgh')]);
  expect([printed(), bench.used(TRANSMIT)]).toEqual(['abcd', [{ id: 0, len: 0 }]]);
});
