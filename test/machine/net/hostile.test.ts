/** Frames that no honest station sends: nothing throws, every answer is well-formed, and nothing grows. */
import { Gateway } from '../../../src/machine/net/gateway';
import { Switch } from '../../../src/machine/net/switch';
import { Chance } from '../engine/lockstep/chance';
import {
  BROADCAST,
  ethernet,
  GATEWAY,
  GATEWAY_MAC,
  GUEST,
  GUEST_MAC,
  icmp,
  ip,
  ipv4,
  mac,
  readEthernet,
  readIpv4,
  tcp,
  udp,
} from './frames';

/** A packet that would be answered, or nearly. */
function honest(chance: Chance): number[] {
  const data = Array.from({ length: chance.below(40) }, () => chance.below(256));
  const port = 50000 + chance.below(3);
  const [seq, ack] = [chance.below(4), chance.below(4)];
  const flags = chance.pick(['S', 'A', 'PA', 'FA', 'R', 'RA', 'SA', '']);
  const options = chance.pick([[], [2, 4, 0, 0], [2, 4, 255, 255], [2, 0, 1, 1], [3, 255, 0, 0], [0, 2, 4, 0]]);
  return chance.pick([
    () => icmp(GUEST, GATEWAY, 8, 0, [0, 1, 0, 1, ...data]),
    () => udp(GUEST, GATEWAY, [port, chance.pick([7, 67, 9])], data),
    () => tcp(GUEST, GATEWAY, { ports: [port, 7], seq, ack, flags, options, data, window: chance.below(65536) }),
    () => udp('0.0.0.0', '255.255.255.255', [68, 67], dhcp(chance)),
  ])();
}

function dhcp(chance: Chance): number[] {
  const fixed = [1, 1, 6, 0, ...Array.from({ length: 24 }, () => chance.pick([0, 0, 0, 10, 255])), ...mac(GUEST_MAC)];
  const zeros = Array.from({ length: 236 - fixed.length }, () => 0);
  const options = Array.from({ length: chance.below(30) }, () => chance.pick([0, 1, 2, 4, 50, 53, 54, 255]));
  return [...fixed, ...zeros, 99, 130, 83, 99, 53, 1, 1 + chance.below(9), ...options];
}

/** Cut, lengthened or with bytes changed, at the level of Ethernet or, with a right IPv4 header, below it. */
function spoiled(chance: Chance): Uint8Array {
  let packet = honest(chance);
  const change = (bytes: number[]): number[] => {
    const changed = bytes.slice(0, chance.oneIn(3) ? chance.below(bytes.length + 1) : bytes.length);
    for (let n = chance.below(4); n > 0 && changed.length > 0; n--)
      changed[chance.below(changed.length)] = chance.below(256);
    return changed;
  };
  const where = chance.below(4);
  if (where < 2) packet = change(packet);
  else if (where === 2) packet = ipv4(GUEST, GATEWAY, packet[9], change(packet.slice(20)));
  const type = chance.oneIn(20) ? 0x0806 : 0x0800;
  const frame = ethernet(chance.oneIn(3) ? BROADCAST : GATEWAY_MAC, GUEST_MAC, type, packet);
  return chance.oneIn(10) ? frame.subarray(0, chance.below(frame.length + 1)) : frame;
}

test('10,000 spoiled frames: no error, well-formed answers only, a bounded state', () => {
  let answers = 0;
  for (let seed = 1; seed <= 10; seed++) {
    try {
      const chance = new Chance(seed);
      const time = { instructions: 0, now: () => time.instructions };
      const network = new Switch();
      const gateway = new Gateway((receiver) => network.connect(receiver), time);
      const link = network.connect({
        send(bytes) {
          answers++;
          const { type, payload } = readEthernet(bytes);
          if (type === 0x0800) readIpv4(payload);
        },
      });
      for (let i = 0; i < 1000; i++) {
        link.send(spoiled(chance));
        if (chance.oneIn(20)) time.instructions += chance.below(400_000_000);
        gateway.update();
        if (gateway.untilAlarm() <= 0) throw new Error('an alarm that is due was not handled');
      }
      const saved = gateway.save();
      const restored = new Gateway(() => ({ send: () => undefined }), time);
      restored.restore(saved);
      expect(restored.save()).toEqual(saved);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
  expect(answers).toBeGreaterThan(1000);
});

test('3,000 stations and connections leave no more behind than the tables hold', () => {
  const network = new Switch();
  const gateway = new Gateway((receiver) => network.connect(receiver), { now: () => 0 });
  const link = network.connect({ send: () => undefined });
  for (let n = 0; n < 3000; n++) {
    const station = `02:00:00:00:${(n >> 8).toString(16)}:${(n & 255).toString(16)}`;
    const from = `10.0.2.${16 + (n % 200)}`;
    link.send(ethernet(GATEWAY_MAC, station, 0x0800, tcp(from, GATEWAY, { ports: [n, 7], seq: n, flags: 'S' })));
    const discover = [1, 1, 6, 0, ...ip('0.0.0.0'), ...Array.from({ length: 20 }, () => 0), ...mac(station)];
    const zeros = Array.from({ length: 236 - discover.length }, () => 0);
    const message = [...discover, ...zeros, 99, 130, 83, 99, 53, 1, 1, 255];
    link.send(ethernet(BROADCAST, station, 0x0800, udp('0.0.0.0', '255.255.255.255', [68, 67], message)));
  }
  const { dhcp: leases, tcp: connections } = gateway.save() as unknown as { dhcp: { leases: object[] }; tcp: object[] };
  const { ports } = network.save() as unknown as { ports: object[] };
  expect([ports.length, leases.leases.length, connections.length]).toEqual([1024, 240, 32]);
});
