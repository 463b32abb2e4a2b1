/** The TCP echo service by RFC 9293 (TCP), 5961 (blind attacks), 6298 (timer) and 862 (echo); segments are made by ./frames.ts. */
import { Gateway } from '../../../src/machine/net/gateway';
import { ethernet, GATEWAY, GATEWAY_MAC, GUEST, GUEST_MAC, readEthernet, readTcp, tcp, type Tcp } from './frames';

const SECOND = 100_000_000; // instructions: 10 in a tick of 100 ns
const MSS_1000 = [2, 4, 1000 >> 8, 1000 & 0xff];

type Segment = ReturnType<typeof readTcp>;

function setUp() {
  const time = { instructions: 12 * SECOND, now: () => time.instructions };
  let heard: Segment[] = [];
  const connect = () => ({ send: (frame: Uint8Array) => void heard.push(readTcp(readEthernet(frame).payload)) });
  const stack = { gateway: new Gateway(connect, time) };
  const collect = (action: () => void): Segment[] => {
    heard = [];
    action();
    return heard;
  };
  return {
    stack,
    time,
    connect,
    say: (segment: Omit<Tcp, 'ports'> & { ports?: [number, number] }, from = GUEST): Segment[] =>
      collect(() => {
        const packet = tcp(from, GATEWAY, { ports: [50000, 7], ...segment });
        stack.gateway.send(ethernet(GATEWAY_MAC, GUEST_MAC, 0x0800, packet));
      }),
    /** Lets time pass in small steps; what is said meanwhile, with the second at which it is. */
    wait: (seconds: number): [number, Segment][] => {
      const start = time.instructions;
      const said: [number, Segment][] = [];
      const end = start + seconds * SECOND;
      while (time.instructions < end) {
        time.instructions = Math.min(end, time.instructions + stack.gateway.untilAlarm());
        const at = (time.instructions - start) / SECOND;
        said.push(...collect(() => stack.gateway.update()).map((segment): [number, Segment] => [at, segment]));
      }
      return said;
    },
  };
}
type Bench = ReturnType<typeof setUp>;

/** An open connection: what the guest says next, and what it has heard up to. */
function open(bench: Bench, { seq = 1000, window = 65535, options = MSS_1000, port = 50000 } = {}) {
  const ports: [number, number] = [port, 7];
  const [synAck] = bench.say({ ports, seq, flags: 'S', options, window });
  const ack = (synAck.seq + 1) >>> 0;
  bench.say({ ports, seq: seq + 1, ack, flags: 'A', window });
  return { seq: (seq + 1) >>> 0, ack };
}

const bytes = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => (from + i) & 0xff);

describe('opening', () => {
  test('SYN is answered by SYN, ACK with our MSS and window (section 3.5, figure 6)', () => {
    const bench = setUp();
    const [reply, ...more] = bench.say({ seq: 1000, flags: 'S' });
    expect(more).toEqual([]);
    expect(reply).toMatchObject({ ports: [7, 50000], ack: 1001, flags: 'SA', options: [2, 4, 0x05, 0xb4], data: [] });
    expect(reply.window).toBeGreaterThanOrEqual(1460);
    expect(bench.say({ seq: 1001, ack: reply.seq + 1, flags: 'A' })).toEqual([]);
  });

  test('the initial sequence number moves with a clock of 4 microseconds (section 3.4.1)', () => {
    const bench = setUp();
    const [first] = bench.say({ seq: 1000, flags: 'S' });
    bench.say({ seq: 1001, flags: 'R' });
    bench.time.instructions += SECOND;
    const [second] = bench.say({ seq: 1000, flags: 'S' });
    expect((second.seq - first.seq) >>> 0).toBe(250_000);
  });

  test('a SYN that comes again is answered again, the same way', () => {
    const bench = setUp();
    const [first] = bench.say({ seq: 1000, flags: 'S' });
    expect(bench.say({ seq: 1000, flags: 'S' })).toEqual([first]);
  });

  test('SYN, ACK is sent again after 1, 3, 7, 15, 31 and 63 seconds (RFC 6298, 5.5), then the peer is given up', () => {
    const bench = setUp();
    const [synAck] = bench.say({ seq: 1000, flags: 'S' });
    const said = bench.wait(1000);
    expect(said.map(([at, { flags }]) => [at, flags])).toEqual([
      [1, 'SA'],
      [3, 'SA'],
      [7, 'SA'],
      [15, 'SA'],
      [31, 'SA'],
      [63, 'SA'],
      [127, 'RA'],
    ]);
    expect(said[0][1]).toEqual(synAck);
    expect(bench.stack.gateway.untilAlarm()).toBe(Infinity);
  });

  test('a wrong acknowledgment of our SYN is answered by a reset with its number (3.10.7.4)', () => {
    const bench = setUp();
    const [synAck] = bench.say({ seq: 1000, flags: 'S' });
    expect(bench.say({ seq: 1001, ack: synAck.seq + 2, flags: 'A' })).toMatchObject([
      { flags: 'R', seq: synAck.seq + 2 },
    ]);
  });
});

describe('nobody is at home (section 3.10.7.1)', () => {
  test.each<[string, Omit<Tcp, 'ports'>, object[]]>([
    [
      'without ACK: sequence number 0, everything acknowledged',
      { seq: 9, flags: 'S' },
      [{ seq: 0, ack: 10, flags: 'RA' }],
    ],
    ['with data', { seq: 9, flags: '', data: [1, 2] }, [{ seq: 0, ack: 11, flags: 'RA' }]],
    ['with ACK: its acknowledgment as sequence number', { seq: 9, ack: 77, flags: 'A' }, [{ seq: 77, flags: 'R' }]],
    ['a reset is not answered', { seq: 9, flags: 'R' }, []],
  ])('%s', (_, segment, answer) => {
    expect(setUp().say({ ...segment, ports: [50000, 22] })).toMatchObject(answer);
    if (segment.flags !== 'S') expect(setUp().say(segment)).toMatchObject(answer); // port 7, but no connection
  });
});

describe('echo', () => {
  test('data comes back with the acknowledgment, also when sequence numbers wrap', () => {
    const bench = setUp();
    const { seq, ack } = open(bench, { seq: 0xffff_fffd });
    const data = [...Buffer.from('hello')];
    expect(bench.say({ seq, ack, flags: 'PA', data })).toMatchObject([{ seq: ack, ack: 3, flags: 'PA', data }]);
    expect(bench.say({ seq: 3, ack: ack + 5, flags: 'A' })).toEqual([]);
    expect(bench.stack.gateway.untilAlarm()).toBe(Infinity);
  });

  test('in segments of the size that the peer asked for, or of 536 if it did not (MUST-15)', () => {
    for (const [options, mss] of [
      [MSS_1000, 1000],
      [[], 536],
      [[1, 1, 1, 0], 536],
      [[1, 3, 3, 7, 2, 4, 0x02, 0x00], 512],
    ] as const) {
      const bench = setUp();
      const { seq, ack } = open(bench, { options: [...options] });
      const lengths = bench.say({ seq, ack, flags: 'A', data: bytes(1400) }).map(({ data }) => data.length);
      expect([mss, lengths]).toEqual([mss, [...bytes(Math.floor(1400 / mss)).map(() => mss), 1400 % mss]]);
    }
  });

  test('what was lost on the way here is acknowledged only up to the gap, and taken when it comes', () => {
    const bench = setUp();
    const { seq, ack } = open(bench);
    expect(bench.say({ seq: seq + 3, ack, flags: 'A', data: [4, 5] })).toMatchObject([
      { ack: seq, flags: 'A', data: [] },
    ]);
    expect(bench.say({ seq, ack, flags: 'A', data: [1, 2, 3, 4, 5] })).toMatchObject([
      { ack: seq + 5, data: [1, 2, 3, 4, 5] },
    ]);
  });

  test('what comes twice is taken once, also in part', () => {
    const bench = setUp();
    const { seq, ack } = open(bench);
    bench.say({ seq, ack, flags: 'A', data: [1, 2, 3] });
    expect(bench.say({ seq, ack, flags: 'A', data: [1, 2, 3] })).toMatchObject([
      { ack: seq + 3, flags: 'A', data: [] },
    ]);
    expect(bench.say({ seq: seq + 1, ack, flags: 'A', data: [2, 3, 4] })).toMatchObject([{ ack: seq + 4, data: [4] }]);
  });

  test('what was lost on the way back is sent again after a second, and again after two', () => {
    const bench = setUp();
    const { seq, ack } = open(bench);
    bench.say({ seq, ack, flags: 'A', data: [1, 2, 3] });
    expect(bench.wait(3)).toMatchObject([
      [1, { seq: ack, data: [1, 2, 3] }],
      [3, { seq: ack, data: [1, 2, 3] }],
    ]);
  });

  test('not more than the window that the peer offers is in flight; a closed one is probed with one byte (3.8.6.1)', () => {
    const bench = setUp();
    const { seq, ack } = open(bench, { window: 2 });
    expect(bench.say({ seq, ack, flags: 'A', data: [1, 2, 3, 4], window: 2 })).toMatchObject([{ data: [1, 2] }]);
    expect(bench.say({ seq: seq + 4, ack: ack + 2, flags: 'A', window: 0 })).toEqual([]);
    expect(bench.wait(1)).toMatchObject([[1, { seq: ack + 2, data: [3] }]]);
    expect(bench.say({ seq: seq + 4, ack: ack + 2, flags: 'A', window: 9 })).toMatchObject([
      { seq: ack + 3, data: [4] },
    ]);
  });

  test('an acknowledgment of more than was sent again moves on to what is new', () => {
    const bench = setUp();
    const { seq, ack } = open(bench);
    expect(bench.say({ seq, ack, flags: 'A', data: bytes(1400) })).toHaveLength(2);
    expect(bench.wait(1)).toMatchObject([[1, { seq: ack }]]); // the first of both
    expect(bench.say({ seq: seq + 1400, ack: ack + 1400, flags: 'A' })).toEqual([]);
    expect(bench.say({ seq: seq + 1400, ack: ack + 1400, flags: 'A', data: [9] })).toMatchObject([
      { seq: ack + 1400, data: [9] },
    ]);
  });

  test('the window of a segment that is older than the last one does not count (3.10.7.4, "fifth")', () => {
    const bench = setUp();
    const { seq, ack } = open(bench);
    bench.say({ seq, ack, flags: 'A', data: [1] });
    bench.say({ seq: seq + 1, ack, flags: 'A', data: [2] });
    expect(bench.say({ seq, ack, flags: 'A', data: [1, 2, 3], window: 0 })).toMatchObject([{ data: [3] }]);
  });

  test('a peer that keeps its window closed but answers probes is not given up', () => {
    const bench = setUp();
    const { seq, ack } = open(bench, { window: 0 });
    bench.say({ seq, ack, flags: 'A', data: [1], window: 0 });
    for (let i = 0; i < 20; i++) {
      const probes = bench.wait(2);
      expect(probes).toMatchObject([[expect.any(Number), { flags: 'PA', data: [1] }]]);
      bench.say({ seq: seq + 1, ack, flags: 'A', window: 0 });
    }
  });

  test('what is not acknowledged fills the window that we offer, and not more is taken; it opens again', () => {
    const bench = setUp();
    const { seq, ack } = open(bench, { options: [2, 4, 1460 >> 8, 1460 & 0xff] });
    let at = seq;
    let last: Segment | undefined;
    for (let i = 0; i < 20; i++) {
      last = bench.say({ seq: at, ack, flags: 'A', data: bytes(1460, i) }).at(-1) ?? last;
      at = last!.ack;
    }
    expect([at - seq, last!.window]).toEqual([16384, 0]);
    const [update] = bench.say({ seq: at, ack: ack + 10 * 1460, flags: 'A' });
    expect(update.window).toBe(10 * 1460);
  });

  test('at most 10 segments are in flight (RFC 6928)', () => {
    const bench = setUp();
    const { seq, ack } = open(bench);
    let echoed = 0;
    for (let i = 0; i < 16; i++) {
      const said = bench.say({ seq: seq + 1000 * i, ack, flags: 'A', data: bytes(1000) });
      echoed += said.filter(({ data }) => data.length > 0).length;
    }
    expect(echoed).toBe(10);
  });
});

describe('closing', () => {
  test('the peer closes first: its FIN is answered by ours, behind the data (section 3.6, figure 12)', () => {
    const bench = setUp();
    const { seq, ack } = open(bench);
    expect(bench.say({ seq, ack, flags: 'FA', data: [1, 2] })).toMatchObject([
      { seq: ack, ack: seq + 3, flags: 'FPA', data: [1, 2] },
    ]);
    expect(bench.say({ seq: seq + 3, ack: ack + 3, flags: 'A' })).toEqual([]);
    expect(bench.say({ seq: seq + 3, ack: ack + 3, flags: 'A' })).toMatchObject([{ flags: 'R' }]); // nobody at home
  });

  test('our FIN waits for the window as data does, and is sent again if it is lost', () => {
    const bench = setUp();
    const { seq, ack } = open(bench, { window: 1 });
    expect(bench.say({ seq, ack, flags: 'FA', data: [1], window: 1 })).toMatchObject([{ flags: 'PA', data: [1] }]);
    expect(bench.say({ seq: seq + 2, ack: ack + 1, flags: 'A', window: 1 })).toMatchObject([
      { flags: 'FA', seq: ack + 1 },
    ]);
    expect(bench.wait(1)).toMatchObject([[1, { flags: 'FA', seq: ack + 1 }]]);
    expect(bench.say({ seq, ack: ack + 1, flags: 'FA', data: [1] })).toMatchObject([{ ack: seq + 2 }]);
  });

  test('a FIN behind a gap does not close', () => {
    const bench = setUp();
    const { seq, ack } = open(bench);
    expect(bench.say({ seq: seq + 1, ack, flags: 'FA' })).toMatchObject([{ flags: 'A', ack: seq }]);
    expect(bench.say({ seq, ack, flags: 'A', data: [1] })).toMatchObject([{ flags: 'PA', data: [1] }]);
  });

  test('a reset at exactly the next number closes; one elsewhere in the window is asked about (RFC 5961, 3.2)', () => {
    const bench = setUp();
    const { seq, ack } = open(bench);
    expect(bench.say({ seq: seq + 1, flags: 'R' })).toMatchObject([{ flags: 'A', seq: ack, ack: seq }]);
    expect(bench.say({ seq: seq - 1, flags: 'R' })).toEqual([]);
    expect(bench.say({ seq, ack, flags: 'A', data: [1] })).toHaveLength(1);
    expect(bench.say({ seq: seq + 1, flags: 'R' })).toEqual([]);
    expect(bench.say({ seq: seq + 1, ack, flags: 'A' })).toMatchObject([{ flags: 'R', seq: ack }]);
  });

  test('a SYN in the window is asked about (RFC 5961, 4.2), an acknowledgment of what was never sent too (5.2)', () => {
    const bench = setUp();
    const { seq, ack } = open(bench);
    const challenge = [{ flags: 'A', seq: ack, ack: seq }];
    expect(bench.say({ seq: seq + 5, flags: 'S' })).toMatchObject(challenge);
    expect(bench.say({ seq, ack: ack + 1, flags: 'A', data: [1] })).toMatchObject(challenge);
    expect(bench.say({ seq, ack: ack - 65536, flags: 'A', data: [1] })).toMatchObject(challenge);
    expect(bench.say({ seq: seq + 20_000, ack, flags: 'A', data: [1] })).toMatchObject(challenge);
  });
});

test('32 connections; one more resets the one that has been silent for longest', () => {
  const bench = setUp();
  const { seq, ack } = open(bench, { port: 1000 });
  for (let port = 1001; port < 1032; port++) open(bench, { port });
  bench.say({ ports: [1000, 7], seq, ack, flags: 'A' });
  expect(bench.say({ ports: [2000, 7], seq: 1, flags: 'S' })).toMatchObject([
    { ports: [7, 1001], flags: 'RA' },
    { ports: [7, 2000], flags: 'SA' },
  ]);
  expect(bench.say({ ports: [1000, 7], seq, ack, flags: 'A', data: [1] })).toMatchObject([{ data: [1] }]);
});

describe('a peer behind a bad line', () => {
  /** A small repeatable generator of numbers 0 .. 1. */
  const random = (seed: number) => (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };

  /** Sends `size` bytes, loses segments of both directions, sends again whatever is not acknowledged every second; gives the echo. */
  function exchange(bench: Bench, seed: number, size: number, loss: number, turn: (step: number) => void): number[] {
    const chance = random(seed);
    const lost = (): boolean => chance() < loss;
    const { seq, ack } = open(bench);
    const sent = bytes(size).map((byte, i) => byte ^ (i >> 8));
    const echo: number[] = [];
    let acknowledged = 0;
    const hear = (segments: readonly Segment[]): void => {
      for (const segment of segments.filter(() => !lost())) {
        acknowledged = Math.max(acknowledged, segment.ack - seq);
        const known = ack + echo.length - segment.seq;
        if (known >= 0) echo.push(...segment.data.slice(known));
      }
    };
    for (let step = 0; echo.length < size; step++) {
      if (step > 5000) throw new Error(`no progress: ${acknowledged} acknowledged, ${echo.length} came back`);
      turn(step);
      for (let at = acknowledged; at < Math.min(acknowledged + 4000, size); at += 900) {
        const data = sent.slice(at, at + 900);
        if (!lost()) hear(bench.say({ seq: seq + at, ack: ack + echo.length, flags: 'A', data }));
      }
      if (!lost()) hear(bench.say({ seq: seq + acknowledged, ack: ack + echo.length, flags: 'A' }));
      hear(bench.wait(chance()).map(([, segment]) => segment));
    }
    expect(echo).toEqual(sent);
    return echo;
  }

  test.each([1, 2, 3])('gets everything back in order although 30 %% is lost (seed %i)', (seed) => {
    exchange(setUp(), seed, 60_000, 0.3, () => undefined);
  });

  test('does not notice that the gateway is replaced by a restored one again and again', () => {
    const [bench, other] = [setUp(), setUp()];
    const heard: number[][] = [bench, other].map((one) =>
      exchange(one, 9, 30_000, 0.3, (step) => {
        if (one === other || step % 3 > 0) return;
        const saved = one.stack.gateway.save();
        one.stack.gateway = new Gateway(one.connect, one.time);
        one.stack.gateway.restore(saved);
        expect(one.stack.gateway.save()).toEqual(saved);
      }),
    );
    expect(heard[0]).toEqual(heard[1]);
    expect(bench.time.instructions).toBe(other.time.instructions);
  });
});
