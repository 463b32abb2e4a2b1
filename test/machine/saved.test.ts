/** What devices save is enough to go on identically, and what they are given back is believed only if they could have saved it. */
import { Finisher } from '../../src/machine/devices/finisher';
import { GoldfishRtc } from '../../src/machine/devices/rtc';
import { Uart16550 } from '../../src/machine/devices/uart16550';
import type { Device } from '../../src/machine/bus/device';
import { Rom } from '../../src/machine/bus/rom';
import { InputError } from '../../src/machine/input-error';
import { Mswi, Mtimer } from '../../src/machine/irq/aclint';
import { unconnected } from '../../src/machine/irq/line';
import { Plic } from '../../src/machine/irq/plic';
import { SavedFields, type Saved } from '../../src/machine/saved';
import { Chance } from './engine/lockstep/chance';

const clock = { now: (): number => 12_345 };
const uart = (): Uart16550 => new Uart16550(unconnected, () => undefined);

/** Devices, and the offsets at which something is. */
const DEVICES: Record<string, { make: () => Device; offsets: readonly number[] }> = {
  serial: { make: uart, offsets: [0, 1, 2, 3, 4, 5, 6, 7] },
  plic: {
    make: () => new Plic(40, [unconnected, unconnected]),
    offsets: [4, 8, 0x80, 0x1000, 0x1004, 0x2000, 0x2004, 0x2080, 0x20_0000, 0x20_0004, 0x20_1000, 0x20_1004],
  },
  mswi: { make: () => new Mswi([unconnected, unconnected]), offsets: [0, 4, 8] },
  mtimer: {
    make: () => new Mtimer(clock, 2, () => undefined),
    offsets: [0, 4, 8, 12, 0x7ff8, 0x7ffc],
  },
  rtc: { make: () => new GoldfishRtc(clock, unconnected), offsets: [0, 4, 8, 12, 16, 20, 24, 28] },
  rom: { make: () => new Rom(0x100), offsets: [0, 8, 0xfc] },
  finisher: { make: () => new Finisher(() => undefined), offsets: [0, 4] },
};

/** Stimulates a device at random; gives what it answered. */
function use(device: Device, offsets: readonly number[], chance: Chance, times: number): bigint[] {
  const width = device.widths.includes(4) ? 4 : device.widths[0];
  const answers: bigint[] = [];
  for (let i = 0; i < times; i++) {
    const offset = chance.pick(offsets);
    if (device instanceof Uart16550 && chance.oneIn(4)) device.input([chance.below(256), chance.below(256)]);
    if (device instanceof Plic && chance.oneIn(3)) device.source(1 + chance.below(39)).set(chance.oneIn(2));
    if (chance.oneIn(2)) device.store(offset, width, BigInt.asUintN(8 * width, chance.value()));
    else answers.push(device.load(offset, width));
  }
  return answers;
}

describe.each(Object.entries(DEVICES))('%s', (_, { make, offsets }) => {
  test('after restore another one answers as the one that saved', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const [one, other] = [make(), make()];
      use(one, offsets, new Chance(seed), 40);
      use(other, offsets, new Chance(seed + 1000), 40);
      other.restore(one.save());
      const answers = [one, other].map((device) => use(device, offsets, new Chance(seed + 2000), 60));
      expect([seed, answers[1]]).toEqual([seed, answers[0]]);
    }
  });

  test('what it saved does not change with it afterwards', () => {
    const device = make();
    use(device, offsets, new Chance(1), 40);
    const saved = device.save();
    const before = structuredClone(saved);
    use(device, offsets, new Chance(2), 40);
    expect(saved).toEqual(before);
  });

  test('a field that is missing or of another kind is refused', () => {
    const saved = make().save();
    if (saved === null) return;
    for (const key of Object.keys(saved)) {
      const without = Object.fromEntries(Object.entries(saved).filter(([name]) => name !== key)) as Saved;
      expect(() => make().restore(without)).toThrow(InputError);
      expect(() => make().restore({ ...(saved as object), [key]: null })).toThrow(InputError);
    }
    expect(() => make().restore(null)).toThrow(InputError);
  });
});

test('values out of range are refused with the name of the field', () => {
  const saved = uart().save() as Record<string, Saved>;
  const given = (change: Record<string, Saved>) => () => uart().restore({ ...saved, ...change });
  expect(given({ trigger: 17 })).toThrow('The snapshot is damaged: serial.trigger must be an integer from 1 to 16.');
  expect(given({ received: new Uint8Array(2) })).toThrow('serial.received must be at most 1 bytes');
  expect(given({ ier: 0.5 })).toThrow('serial.ier must be an integer from 0 to 15');
  const plic = (): Plic => new Plic(40, [unconnected]);
  const priority = new Uint8Array(41).fill(8);
  expect(() => plic().restore({ ...(plic().save() as object), priority })).toThrow('plic.priority must be 41 bytes');
});

test('a name that every object inherits is not a field', () => {
  expect(() => new SavedFields({}, 'x').flag('constructor')).toThrow('x has no "constructor"');
});
