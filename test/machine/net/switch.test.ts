/** The switch by IEEE 802.1D-2004, clause 7. */
import { InputError } from '#machine';
import type { Saved } from '../../../src/machine/saved';
import { Switch } from '../../../src/machine/net/switch';
import type { Link } from '../../../src/machine/net/link';
import { BROADCAST, ethernet } from './frames';

const [A, B, C] = ['02:00:00:00:00:0a', '02:00:00:00:00:0b', '02:00:00:00:00:0c'];

function setUp(ports = 3) {
  const network = new Switch();
  const heard: string[] = [];
  const links = Array.from({ length: ports }, (_, port) =>
    network.connect({ send: (frame) => void heard.push(`${port}:${String.fromCharCode(...frame.slice(14))}`) }),
  );
  return {
    network,
    say(port: number, from: string, to: string, text = 'x'): string[] {
      heard.length = 0;
      links[port].send(ethernet(to, from, 0x88b5, Array.from(Buffer.from(text))));
      return [...heard];
    },
  };
}

describe('forwarding', () => {
  test('to an unknown address or a group: all ports but the one that it came from, in order', () => {
    const { say } = setUp();
    expect([say(1, B, A), say(1, B, BROADCAST), say(0, A, '01:00:5e:00:00:01')]).toEqual([
      ['0:x', '2:x'],
      ['0:x', '2:x'],
      ['1:x', '2:x'],
    ]);
  });

  test('to an address that was heard: its port alone', () => {
    const { say } = setUp();
    say(0, A, BROADCAST);
    expect(say(2, C, A)).toEqual(['0:x']);
  });

  test('not back to where it came from', () => {
    const { say } = setUp();
    say(0, A, BROADCAST);
    say(0, B, BROADCAST);
    expect(say(0, B, A)).toEqual([]);
  });

  test('a station that moved is found with its next frame', () => {
    const { say } = setUp();
    say(0, A, BROADCAST);
    say(1, A, BROADCAST);
    expect(say(2, C, A)).toEqual(['1:x']);
  });

  test('group addresses are not learned as sources (7.8 a)', () => {
    const { say } = setUp();
    say(0, '03:00:00:00:00:01', BROADCAST);
    expect(say(1, B, '03:00:00:00:00:01')).toEqual(['0:x', '2:x']);
  });

  test('01-80-C2-00-00-00 to 0F stay between neighbours (7.12.6)', () => {
    const { say } = setUp();
    expect([say(0, A, '01:80:c2:00:00:00'), say(0, A, '01:80:c2:00:00:0f')]).toEqual([[], []]);
    expect(say(0, A, '01:80:c2:00:00:10')).toEqual(['1:x', '2:x']);
  });
});

describe('bounds', () => {
  test('1024 addresses: one more pushes out the longest silent', () => {
    const { say } = setUp();
    const station = (n: number): string => `02:00:00:01:${(n >> 8).toString(16)}:${(n & 255).toString(16)}`;
    for (let n = 0; n < 1024; n++) say(0, station(n), BROADCAST);
    say(0, station(0), BROADCAST); // heard again: now 1 is the longest silent
    say(1, B, BROADCAST); // pushes out 1
    expect([say(1, B, station(0)), say(1, B, station(1)), say(1, B, station(2))]).toEqual([
      ['0:x'],
      ['0:x', '2:x'],
      ['0:x'],
    ]);
  });

  test.each([0, 13, 1519])('a frame of %i bytes is dropped and counted', (length) => {
    const network = new Switch();
    let heard = 0;
    const link = network.connect({ send: () => undefined });
    network.connect({ send: () => void heard++ });
    link.send(new Uint8Array(length));
    expect([heard, network.dropped]).toEqual([0, 1]);
  });

  test('nodes that answer each other without end stop, and what was left is counted', () => {
    const network = new Switch();
    let heard = 0;
    const links: Link[] = [];
    for (const port of [0, 1]) {
      const twice = (frame: Uint8Array): void => {
        heard++;
        links[port].send(frame);
        links[port].send(frame);
      };
      links.push(network.connect({ send: twice }));
    }
    links[0].send(ethernet(BROADCAST, A, 0x88b5, []));
    expect(heard).toBeLessThanOrEqual(256);
    expect(network.dropped).toBeGreaterThan(0);
    const before = heard;
    links[0].send(ethernet(BROADCAST, A, 0x88b5, []));
    expect(heard).toBeGreaterThan(before); // and the switch still works
  });

  test('what a receiver sends meanwhile comes after the frame that it answers, for every port', () => {
    const network = new Switch();
    const heard: string[] = [];
    const answering: Link = network.connect({ send: () => answering.send(ethernet(BROADCAST, B, 0x88b5, [2])) });
    network.connect({ send: (frame) => void heard.push(`1:${frame[14]}`) });
    const link = network.connect({ send: (frame) => void heard.push(`2:${frame[14]}`) });
    link.send(ethernet(BROADCAST, A, 0x88b5, [1]));
    expect(heard).toEqual(['1:1', '1:2', '2:2']);
  });
});

test('after restore another switch forwards as the one that saved', () => {
  const [one, other] = [setUp(), setUp()];
  one.say(0, A, BROADCAST);
  one.say(1, B, BROADCAST);
  other.say(2, A, BROADCAST);
  const saved = one.network.save();
  other.network.restore(saved);
  expect(other.network.save()).toEqual(saved);
  expect([other.say(2, C, A), other.say(2, C, B)]).toEqual([['0:x'], ['1:x']]);
  expect(one.network.save()).toEqual(saved);
});

test.each<[string, Saved]>([
  ['a port that is not there', { ports: [{ mac: 1, port: 3 }], dropped: 0 }],
  ['an address of 49 bits', { ports: [{ mac: 2 ** 48, port: 0 }], dropped: 0 }],
  [
    'too many addresses',
    { ports: Array.from({ length: 1025 }, (_, address) => ({ mac: address, port: 0 })), dropped: 0 },
  ],
  ['no counter', { ports: [] }],
])('a snapshot with %s is refused', (_, saved) => {
  expect(() => setUp().network.restore(saved)).toThrow(InputError);
});
