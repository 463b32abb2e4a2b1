/** Snapshots of virtio devices, requests in flight included, and what a damaged snapshot must not do (CVE-2013-4541). */
import {
  InputError,
  MemoryStore,
  OverlayStore,
  SECTOR,
  SeededBytes,
  VirtioBlock,
  VirtioConsole,
  VirtioEntropy,
  VirtioNet,
  type Saved,
  type VirtioDevice,
} from '#machine';
import { Bench, blockHeader, EVENT_IDX, VERSION_1, RAM_BASE, RAM_BYTES } from './driver';

const KINDS: Record<string, () => VirtioDevice> = {
  block: () => new VirtioBlock(new OverlayStore(new MemoryStore(new Uint8Array(32 * SECTOR).fill(4)))),
  console: () => new VirtioConsole(() => undefined),
  net: () => new VirtioNet(() => ({ send: () => undefined }), { mac: new Uint8Array(6) }),
  entropy: () => new VirtioEntropy(new SeededBytes(3n)),
};
const LATENCY = { latency: 100 };

type Fields = Record<string, unknown>;

/** The saved slot with the field at `path` replaced. */
function damage(saved: Saved, path: string, value: unknown): Saved {
  const copy = structuredClone(saved) as Fields;
  const keys = path.split('.');
  const target = keys.slice(0, -1).reduce((at, key) => at[key] as Fields, copy);
  if (!(keys.at(-1)! in target)) throw new Error(`nothing saved at ${path}`);
  target[keys.at(-1)!] = value;
  return copy as Saved;
}

/** A disk that has done one request and has two in flight. */
function busyDisk(): Bench {
  const bench = new Bench(KINDS.block(), LATENCY).start(VERSION_1 | EVENT_IDX);
  bench.send(0, [blockHeader(1, 3), new Uint8Array(SECTOR).fill(9), 1]);
  bench.pass(150);
  bench.send(0, [blockHeader(1, 4), new Uint8Array(SECTOR).fill(8), 1]);
  bench.pass(30);
  bench.send(1, [blockHeader(0, 3), SECTOR, 1]);
  return bench;
}

test('requests in flight are in the snapshot, and complete at their instant wherever it is restored', () => {
  const original = busyDisk();
  const other = new Bench(KINDS.block(), LATENCY);
  other.pass(180); // as many as busyDisk
  other.slot.restore(original.slot.save());
  const memory = (bench: Bench): Uint8Array => bench.ram.copyOut(RAM_BASE, RAM_BYTES);
  other.ram.copyIn(RAM_BASE, memory(original));
  const timeline = (bench: Bench): unknown[] =>
    Array.from({ length: 8 }, () => {
      bench.pass(17);
      return [bench.slot.untilAlarm(), bench.usedIdx(0), bench.usedIdx(1), bench.irq];
    });
  const [seen, expected] = [timeline(other), timeline(original)];
  expect(seen.map((row) => (row as unknown[]).slice(0, 3))).toEqual(
    expected.map((row) => (row as unknown[]).slice(0, 3)),
  );
  expect([original.usedIdx(0), original.usedIdx(1)]).toEqual([2, 1]);
  expect(other.slot.save()).toEqual(original.slot.save());
  expect(Buffer.compare(memory(other), memory(original))).toBe(0);
});

test('what was saved does not change when the device goes on', () => {
  const bench = busyDisk();
  const saved = bench.slot.save();
  const copy = structuredClone(saved);
  bench.pass(1000);
  expect(saved).toEqual(copy);
});

test.each(Object.keys(KINDS))('%s: save, restore, save gives the same', (kind) => {
  const bench = new Bench(KINDS[kind]()).start();
  bench.send(0, kind === 'block' ? [blockHeader(1, 3), new Uint8Array(SECTOR).fill(9), 1] : [64]);
  const { device } = bench.slot.core!;
  if (device instanceof VirtioConsole) device.input(new Uint8Array(100).fill(65));
  if (device instanceof VirtioNet) for (let i = 0; i < 3; i++) device.send(new Uint8Array(60).fill(i));
  const saved = bench.slot.save();
  const other = new Bench(KINDS[kind]());
  other.slot.restore(saved);
  expect(other.slot.save()).toEqual(saved);
});

test.each<[string, string, unknown]>([
  ['another device', 'core.id', 4],
  ['a head that the queue does not have', 'core.inFlight.requests.0.head', 8],
  ['a request of a queue that does not exist', 'core.inFlight.requests.0.queue', 2],
  ['a request that was due before time began', 'core.inFlight.requests.0.due', -1],
  ['a queue of another size', 'core.queues.0.size', 7],
  ['a queue larger than it can be', 'core.queues.0.size', 512],
  ['a queue that was larger than it can be when it stopped', 'core.queues.0.size', 65536],
  ['an available ring that is not RAM', 'core.queues.0.areas.driver', 0n],
  ['a used ring across the end of RAM', 'core.queues.0.areas.device', 0x800f_fffcn],
  ['an index of 17 bits', 'core.queues.0.nextAvail', 65536],
  ['a negative index', 'core.queues.0.nextUsed', -1],
  ['a queue less', 'core.queues', []],
  ['features that were never offered', 'core.negotiation.accepted', 1n << 34n],
  ['a status without the steps before it', 'core.negotiation.status', 4],
  ['an interrupt that does not exist', 'core.interrupts', 4],
  ['a selector of 33 bits', 'queueSel', 2 ** 32],
  ['nothing', 'core', null],
])('%s is refused', (_, path, value) => {
  const saved = damage(busyDisk().slot.save(), path, value);
  expect(() => new Bench(KINDS.block(), LATENCY).slot.restore(saved)).toThrow(InputError);
});

test('requests in flight of a queue that is not ready are refused, as are more than it has entries', () => {
  const saved = busyDisk().slot.save();
  const stopped = damage(saved, 'core.queues.0.ready', false);
  const crowd = damage(
    saved,
    'core.inFlight.requests',
    Array.from({ length: 9 }, () => ({ queue: 0, head: 0, due: 5 })),
  );
  for (const bad of [stopped, crowd])
    expect(() => new Bench(KINDS.block(), LATENCY).slot.restore(bad)).toThrow(InputError);
});

test('requests in flight are refused where requests complete at once', () => {
  expect(() => new Bench(KINDS.block()).slot.restore(busyDisk().slot.save())).toThrow(InputError);
});

test.each<[string, string, unknown]>([
  ['net', 'core.device.waiting', [new Uint8Array(13)]],
  ['net', 'core.device.waiting', Array.from({ length: 257 }, () => new Uint8Array(60))],
  ['net', 'core.device.config', new Uint8Array(9)],
  ['console', 'core.device.waiting', 'text'],
  ['entropy', 'core.device.source.state', [0, 0, 0, 0]],
  ['entropy', 'core.device.source.state', [1, 2, 3]],
])('%s: %s that could not have been saved is refused', (kind, path, value) => {
  const saved = damage(new Bench(KINDS[kind]()).start().slot.save(), path, value);
  expect(() => new Bench(KINDS[kind]()).slot.restore(saved)).toThrow(InputError);
});

test('a snapshot with any one field replaced by nonsense is taken or refused, and what is taken works', () => {
  const saved = busyDisk().slot.save();
  const paths = (value: unknown, at: string): string[] =>
    typeof value === 'object' && value !== null && !(value instanceof Uint8Array)
      ? Object.entries(value).flatMap(([key, inner]) => [`${at}${key}`, ...paths(inner, `${at}${key}.`)])
      : [];
  let [taken, refused] = [0, 0];
  const bench = new Bench(KINDS.block(), LATENCY);
  for (const path of paths(saved, '')) {
    const values = [
      -1,
      0,
      1,
      65535,
      2 ** 53 - 1,
      0.5,
      NaN,
      0n,
      2n ** 64n - 1n,
      2n ** 64n,
      true,
      'x',
      null,
      [],
      {},
      new Uint8Array(3),
    ];
    for (const [i, nonsense] of values.entries()) {
      try {
        bench.slot.restore(damage(saved, path, nonsense));
      } catch (error) {
        if (!(error instanceof InputError)) throw new Error(`${path}, value ${i}`, { cause: error });
        refused++;
        continue;
      }
      taken++;
      bench.notify(0);
      bench.pass(1000);
      bench.slot.reset();
    }
  }
  expect([taken > 20, refused > 500]).toEqual([true, true]);
});
