/** The ideal disk: one store moves one block of 4 KiB. What it should do is said in its own file; no standard describes it. */
import { IdealDisk, IdealStatus, MemoryStore, OverlayStore, SECTOR, type DmaMemory } from '#machine';

const BLOCK = 4096;
const [TRANSFER, STATUS] = [0, 8];
const toDisk = (block: number, page: number): bigint => (1n << 63n) | fromDisk(block, page);
const fromDisk = (block: number, page: number): bigint => (BigInt(block) << 36n) | BigInt(page);

/** Memory of eight pages at 0x80000000 that counts how often it was reached. */
function setUp(store = new MemoryStore(new Uint8Array(20 * SECTOR).map((_, i) => i >> 9))) {
  const memory = new Uint8Array(8 * BLOCK);
  const base = 0x8000_0000;
  const inside = (address: number, size: number): boolean => address >= base && address + size <= base + memory.length;
  const dma: DmaMemory = {
    allows: inside,
    read: (address, size) => (inside(address, size) ? memory.slice(address - base, address - base + size) : undefined),
    write: (address, bytes) => inside(address, bytes.length) && (memory.set(bytes, address - base), true),
  };
  const disk = new IdealDisk(dma, store);
  const page = (n: number): Uint8Array => memory.subarray(n * BLOCK, (n + 1) * BLOCK);
  return { disk, store, memory, page, status: () => Number(disk.load(STATUS)) };
}
const PAGE = 0x8_0000; // the page at 0x80000000

test('TRANSFER reads as the number of whole blocks', () => {
  expect(setUp().disk.load(TRANSFER)).toBe(2n); // of 20 sectors, 16 make two blocks
});

test('one store reads a block into memory, another writes it elsewhere on the disk', () => {
  const { disk, store, page, status } = setUp();
  disk.store(TRANSFER, 8, fromDisk(1, PAGE + 3));
  expect([...new Set(page(3))]).toEqual([8, 9, 10, 11, 12, 13, 14, 15]);
  disk.store(TRANSFER, 8, toDisk(0, PAGE + 3));
  expect(store.read(0, 8)).toEqual(store.read(8, 8));
  expect(status()).toBe(IdealStatus.ok);
});

test.each([
  ['a block behind the end', fromDisk(2, PAGE), IdealStatus.noBlock],
  ['the last block that a number can name', toDisk(2 ** 27 - 1, PAGE), IdealStatus.noBlock],
  ['a page before memory', fromDisk(0, PAGE - 1), IdealStatus.noMemory],
  ['a page behind memory', toDisk(0, PAGE + 8), IdealStatus.noMemory],
  ['the last page that a number can name', fromDisk(0, 2 ** 36 - 1), IdealStatus.noMemory],
])('%s is an error, and neither memory nor disk changes', (_, command, error) => {
  const { disk, store, memory, status } = setUp();
  const before = store.read(0, 20);
  disk.store(TRANSFER, 8, command);
  expect(status()).toBe(error);
  expect(memory.every((byte) => byte === 0)).toBe(true);
  expect(store.read(0, 20)).toEqual(before);
});

test('a medium that is full is an error', () => {
  const full = new OverlayStore(new MemoryStore(new Uint8Array(16 * SECTOR)), { limitBytes: 0 });
  const { disk, status } = setUp(full as unknown as MemoryStore);
  disk.store(TRANSFER, 8, toDisk(0, PAGE));
  expect(status()).toBe(IdealStatus.medium);
});

test('the first error stays until it is cleared, and transfers go on meanwhile', () => {
  const { disk, page, status } = setUp();
  disk.store(TRANSFER, 8, fromDisk(9, PAGE));
  disk.store(TRANSFER, 8, fromDisk(0, PAGE + 99));
  disk.store(TRANSFER, 8, fromDisk(1, PAGE));
  expect([status(), page(0)[0]]).toEqual([IdealStatus.noBlock, 8]);
  disk.store(STATUS, 8, 0n);
  expect(status()).toBe(IdealStatus.ok);
});

test('its state is saved and restored, and damaged states are refused', () => {
  const { disk } = setUp();
  disk.store(TRANSFER, 8, fromDisk(9, PAGE));
  const copy = setUp();
  copy.disk.restore(disk.save());
  expect(copy.status()).toBe(IdealStatus.noBlock);
  expect(() => copy.disk.restore({ ...(disk.save() as object), status: 4 })).toThrow('ideal disk.status must be');
});
