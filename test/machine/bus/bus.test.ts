/** The bus hands an access to the one device that is there, or to none. */
import { Bus } from '../../../src/machine/bus/bus';
import { Rom } from '../../../src/machine/bus/rom';
import type { Device, Width } from '#machine';

/** Remembers what it was asked; loads give 0x5a. */
class Probe implements Device {
  readonly asked: string[] = [];
  constructor(
    readonly name: string,
    readonly size: number,
    readonly widths: readonly Width[] = [4],
  ) {}
  load(offset: number, width: Width): bigint {
    this.asked.push(`load ${offset}/${width}`);
    return 0x5an;
  }
  store(offset: number, width: Width, value: bigint): void {
    this.asked.push(`store ${offset}/${width} ${value}`);
  }
  reset(): void {
    this.asked.push('reset');
  }
  save(): null {
    return null;
  }
  restore(): void {}
}

test('a device sees offsets, not addresses', () => {
  const [bus, probe] = [new Bus(), new Probe('p', 0x100)];
  bus.claim(0x1000_0000, probe);
  expect(bus.load(0x1000_0004, 4)).toBe(0x5an);
  expect(bus.store(0x1000_00fc, 4, 7n)).toBe(true);
  expect(probe.asked).toEqual(['load 4/4', 'store 252/4 7']);
});

test.each([
  ['a hole', 0x2000_0000, 4],
  ['one byte behind the device', 0x1000_0100, 4],
  ['a width that the device does not know', 0x1000_0000, 8],
  ['a narrow width', 0x1000_0000, 1],
  ['a misaligned access', 0x1000_0002, 4],
] as const)("%s is nobody's, and no device hears of it", (_, address, width) => {
  const [bus, probe] = [new Bus(), new Probe('p', 0x100)];
  bus.claim(0x1000_0000, probe);
  expect(bus.load(address, width)).toBeUndefined();
  expect(bus.store(address, width, 0n)).toBe(false);
  expect(probe.asked).toEqual([]);
});

test('a device whose last bytes are narrower than the access does not answer it', () => {
  const bus = new Bus();
  bus.claim(0x1000, new Probe('p', 12, [4, 8]));
  expect(bus.load(0x1008, 4)).toBe(0x5an);
  expect(bus.load(0x1008, 8)).toBeUndefined();
});

test.each([
  [0x1000_0000, '"uart1" claims 0x10000000-0x100000ff, which overlaps "uart0" at 0x10000000-0x100000ff.'],
  [0x1000_00ff, '"uart1" claims 0x100000ff-0x100001fe, which overlaps "uart0" at 0x10000000-0x100000ff.'],
  [0x0fff_ff01, '"uart1" claims 0xfffff01-0x10000000, which overlaps "uart0" at 0x10000000-0x100000ff.'],
])('two devices cannot share a byte (second at %i)', (base, sentence) => {
  const bus = new Bus();
  bus.claim(0x1000_0000, new Probe('uart0', 0x100));
  expect(() => bus.claim(base, new Probe('uart1', 0x100))).toThrow(sentence);
  expect(bus.claims).toHaveLength(1);
});

test('neighbours may touch', () => {
  const bus = new Bus();
  bus.claim(0x1000_0000, new Probe('a', 0x100));
  bus.claim(0x1000_0100, new Probe('b', 0x100));
  bus.claim(0x0fff_ff00, new Probe('c', 0x100));
  expect(bus.claims.map(({ device }) => device.name)).toEqual(['c', 'a', 'b']);
});

test('reset reaches every device', () => {
  const [bus, a, b] = [new Bus(), new Probe('a', 4), new Probe('b', 4)];
  bus.claim(0, a);
  bus.claim(4, b);
  bus.reset();
  expect([a.asked, b.asked]).toEqual([['reset'], ['reset']]);
});

describe('ROM', () => {
  const rom = new Rom(16);
  rom.burn(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  const bus = new Bus();
  bus.claim(0x1000, rom);

  test('is little-endian, and 0 where nothing was burnt', () => {
    expect([1, 2, 4, 8].map((width) => bus.load(0x1000, width as Width))).toEqual([
      0x01n,
      0x0201n,
      0x0403_0201n,
      0x0807_0605_0403_0201n,
    ]);
    expect(bus.load(0x1008, 8)).toBe(0n);
  });

  test('takes stores without a fault and without effect', () => {
    expect(bus.store(0x1000, 8, 0n)).toBe(true);
    expect(bus.load(0x1000, 1)).toBe(1n);
  });

  test('can be executed; a device cannot', () => {
    bus.claim(0x2000, new Probe('device', 16, [1, 2, 4, 8]));
    expect(bus.fetch(0x1002)).toBe(0x0403);
    expect(bus.fetch(0x2000)).toBeUndefined();
    expect(bus.fetch(0x3000)).toBeUndefined();
  });
});
