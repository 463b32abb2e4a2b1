/** RAM as devices, loaders and hypervisors use it: little-endian, bounded, and no write goes unnoticed by executors. */
import { Ram } from '../../../src/machine/bus/ram';
import { PhysicalMemory } from '#machine';

const BASE = 0x8000_0000;
const SIZE = 64 * 1024;

function setUp(): { ram: Ram; stored: [number, number][] } {
  const memory = new PhysicalMemory(SIZE);
  const stored: [number, number][] = [];
  memory.codeStored = (address, size) => void stored.push([address, size]);
  return { ram: new Ram(memory), stored };
}

test('values are little-endian at any alignment', () => {
  const { ram } = setUp();
  ram.write(BASE + 1, 8, 0x1122_3344_5566_7788n);
  expect([...ram.copyOut(BASE, 10)]).toEqual([0, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0]);
  expect(ram.read(BASE + 2, 4)).toBe(0x4455_6677n);
  expect(ram.read(BASE + 1, 8)).toBe(0x1122_3344_5566_7788n);
});

test('a write keeps the low bytes of its value', () => {
  const { ram } = setUp();
  ram.write(BASE, 2, 0xabcd_ef01n);
  expect(ram.read(BASE, 8)).toBe(0xef01n);
});

test('every way to write tells the executors where', () => {
  const { ram, stored } = setUp();
  ram.write(BASE + 8, 4, 1n);
  ram.copyIn(BASE + 0x100, new Uint8Array(20));
  ram.fill(BASE + 0x200, 0x1000, 0xff);
  expect(stored).toEqual([
    [BASE + 8, 4],
    [BASE + 0x100, 20],
    [BASE + 0x200, 0x1000],
  ]);
});

test.each([
  ['below', BASE - 1, 1],
  ['across the start', BASE - 1, 8],
  ['across the end', BASE + SIZE - 4, 8],
  ['behind', BASE + SIZE, 1],
  ['far away', 2 ** 52, 8],
] as const)('%s is not RAM', (_, address, width) => {
  const { ram, stored } = setUp();
  expect(ram.contains(address, width)).toBe(false);
  expect(() => ram.write(address, width, 0n)).toThrow('not all in RAM');
  expect(() => ram.read(address, width)).toThrow('not all in RAM');
  expect(stored).toEqual([]);
});

test('the last bytes are RAM', () => {
  const { ram } = setUp();
  ram.write(BASE + SIZE - 8, 8, 5n);
  expect(ram.read(BASE + SIZE - 8, 8)).toBe(5n);
});
