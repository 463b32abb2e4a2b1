/** A network on the board: the gateway's time is the machine's. */
import { assemble, createMachine, loadImage, Switch, type Link } from '#machine';
import {
  BROADCAST,
  ethernet,
  GATEWAY,
  GATEWAY_MAC,
  GUEST,
  GUEST_MAC,
  ip,
  mac,
  readEthernet,
  readTcp,
  tcp,
} from './frames';

const ARP = [[0, 1, 8, 0, 6, 4, 0, 1], mac(GUEST_MAC), ip(GUEST), [0, 0, 0, 0, 0, 0], ip(GATEWAY)].flat();

/** A machine whose only hart waits for ever, and a station on its network. */
function setUp() {
  const network = new Switch();
  const heard: Uint8Array[] = [];
  const connect = (receiver: Link): Link => network.connect(receiver);
  const station = connect({ send: (frame) => void heard.push(frame) });
  const machine = createMachine({ ramBytes: 2 ** 21, engine: 'step', gateway: connect });
  const program = assemble('wfi\n j .', { origin: 0x8000_0000n });
  machine.load({ firmware: loadImage(program.bytes, 'program', { ram: machine.ram }) });
  return { machine, station, heard };
}

test('the gateway answers on the network that it was plugged into; without one there is none', () => {
  const { station, heard } = setUp();
  station.send(ethernet(BROADCAST, GUEST_MAC, 0x0806, ARP));
  expect(heard.map((frame) => readEthernet(frame).from)).toEqual([GATEWAY_MAC]);
  expect(createMachine({ ramBytes: 2 ** 21, engine: 'step' }).gateway).toBeUndefined();
});

test('a retransmission is due a second of the machine later, which a hart that waits lets pass', () => {
  const { machine, station, heard } = setUp();
  const syn = tcp(GUEST, GATEWAY, { ports: [50000, 7], seq: 1, flags: 'S' });
  station.send(ethernet(GATEWAY_MAC, GUEST_MAC, 0x0800, syn));
  expect(heard).toHaveLength(1);
  expect(machine.run(1000)).toEqual({ why: 'waiting' });
  // 1 + 2 + 4 + 8 + 16 + 32 seconds of SYN, ACK, and after 64 more the reset.
  expect(heard.map((frame) => readTcp(readEthernet(frame).payload).flags)).toEqual([
    'SA',
    'SA',
    'SA',
    'SA',
    'SA',
    'SA',
    'SA',
    'RA',
  ]);
  expect(machine.now() / 10_000_000n).toBe(127n);
});

test('the gateway is reset with the machine', () => {
  const { machine, station } = setUp();
  const before = machine.gateway!.save();
  const syn = tcp(GUEST, GATEWAY, { ports: [50000, 7], seq: 1, flags: 'S' });
  station.send(ethernet(GATEWAY_MAC, GUEST_MAC, 0x0800, syn));
  expect(machine.gateway!.save()).not.toEqual(before);
  machine.reset();
  expect(machine.gateway!.save()).toEqual(before);
});
