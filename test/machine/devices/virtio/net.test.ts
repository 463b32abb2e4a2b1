/** The network device as virtio 1.2, section 5.1 describes it. */
import { VirtioNet, type NetOptions } from '#machine';
import { Bench, NEEDS_RESET, REG } from './driver';

const [RECEIVE, TRANSMIT] = [0, 1];
const HEADER = new Uint8Array(12);
const MAC = Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x56);
const frame = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => i % 241);

function setUp(options: Partial<NetOptions> = {}) {
  const sent: Uint8Array[] = [];
  const device = new VirtioNet(() => ({ send: (bytes) => void sent.push(bytes) }), { mac: MAC, ...options });
  const bench = new Bench(device).start();
  return { device, bench, sent };
}

test('address and link status are in the configuration (5.1.4)', () => {
  const { bench } = setUp();
  expect([0, 1, 2, 3, 4, 5].map((i) => bench.read(REG.config + i, 1))).toEqual([...MAC]);
  expect(bench.read(REG.config + 6, 2)).toBe(1);
});

test('a frame leaves without its header of 12 bytes, however it was cut', () => {
  const { bench, sent } = setUp();
  bench.send(TRANSMIT, [HEADER, frame(60)]);
  bench.send(TRANSMIT, [Uint8Array.of(...HEADER, ...frame(60))]);
  bench.send(TRANSMIT, [
    HEADER.slice(0, 5),
    Uint8Array.of(...HEADER.slice(5), ...frame(60).slice(0, 9)),
    frame(60).slice(9),
  ]);
  expect([sent, bench.used(TRANSMIT).map(({ len }) => len)]).toEqual([
    [frame(60), frame(60), frame(60)],
    [0, 0, 0],
  ]);
});

test('a frame arrives behind a header that is 0 but for num_buffers = 1 (5.1.6.4)', () => {
  const { device, bench } = setUp();
  const { room } = bench.send(RECEIVE, [1530]);
  device.send(frame(60));
  const header = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0];
  expect([bench.used(RECEIVE), bench.bytes(room[0]).slice(0, 72)]).toEqual([
    [{ id: 0, len: 72 }],
    Uint8Array.of(...header, ...frame(60)),
  ]);
});

test('frames wait for buffers, in order; those that do not fit into the backlog are lost and counted', () => {
  const { device, bench } = setUp({ backlog: 2 });
  for (const size of [60, 61, 62]) device.send(frame(size));
  [0, 1, 2].forEach(() => bench.send(RECEIVE, [1530]));
  expect([bench.used(RECEIVE).map(({ len }) => len), device.dropped]).toEqual([[72, 73], 1]);
});

test.each([0, 13, 1519, 65536])('a frame of %i bytes is none: it is taken off its queue and lost', (size) => {
  const { device, bench, sent } = setUp();
  bench.send(TRANSMIT, [HEADER, frame(size)]);
  bench.send(RECEIVE, [70_000]);
  device.send(frame(size));
  expect([sent, bench.usedIdx(TRANSMIT), bench.usedIdx(RECEIVE), device.dropped]).toEqual([[], 1, 0, 2]);
});

test.each([14, 1514, 1518])('a frame of %i bytes is one', (size) => {
  const { device, bench, sent } = setUp();
  bench.send(TRANSMIT, [HEADER, frame(size)]);
  bench.send(RECEIVE, [1530]);
  device.send(frame(size));
  expect([sent[0].length, bench.used(RECEIVE)[0].len]).toEqual([size, size + 12]);
});

test('less than a header is no frame', () => {
  const { bench, sent } = setUp();
  bench.send(TRANSMIT, [HEADER.slice(1)]);
  expect([sent, bench.usedIdx(TRANSMIT), bench.status & NEEDS_RESET]).toEqual([[], 1, 0]);
});

test('what the driver says of checksums and segments is not believed: none was negotiated', () => {
  const { bench, sent } = setUp();
  const header = Uint8Array.of(1, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
  bench.send(TRANSMIT, [header, frame(60)]);
  expect(sent).toEqual([frame(60)]);
});

test('a buffer that is too small comes back empty', () => {
  const { device, bench } = setUp();
  const { room } = bench.send(RECEIVE, [71]);
  device.send(frame(60));
  expect([bench.used(RECEIVE), bench.bytes(room[0]), device.dropped]).toEqual([
    [{ id: 0, len: 0 }],
    new Uint8Array(71),
    1,
  ]);
});

test('pulling the cable interrupts the driver and stops frames', () => {
  const { device, bench, sent } = setUp();
  device.setLink(false);
  expect([bench.irq, bench.read(REG.interruptStatus), bench.read(REG.config + 6, 2)]).toEqual([true, 2, 0]);
  bench.send(TRANSMIT, [HEADER, frame(60)]);
  device.setLink(true);
  bench.send(TRANSMIT, [HEADER, frame(61)]);
  expect(sent).toEqual([frame(61)]);
});

test('an answer may arrive while the question is still being sent', () => {
  let answer: (bytes: Uint8Array) => void = () => undefined;
  const device = new VirtioNet(
    (end) => {
      answer = (bytes) => end.send(bytes);
      return { send: (bytes) => answer(bytes) };
    },
    { mac: MAC },
  );
  const bench = new Bench(device).start();
  bench.send(RECEIVE, [1530]);
  bench.send(TRANSMIT, [HEADER, frame(60)]);
  expect([bench.used(RECEIVE)[0].len, bench.used(TRANSMIT)]).toEqual([72, [{ id: 0, len: 0 }]]);
});
