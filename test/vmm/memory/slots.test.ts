/** Guest-physical to host-physical: slots, the frames behind them, and access that is checked against them. */
import { createMachine } from '#machine';
import { referenceParts } from '#reference';
import { FrameAllocator } from '../../../src/vmm/memory/frames';
import { GuestMemory } from '../../../src/vmm/memory/guest-memory';
import { MemorySlots } from '../../../src/vmm/memory/slots';

const GPA = 0x8000_0000n;
const TOP = 2n ** 64n - 1n;

/** Two neighbours for the guest, in reversed order and apart in the host, and a third slot far away. */
function slots(): MemorySlots {
  const made = new MemorySlots(referenceParts.guestMemory);
  made.add({ gpa: GPA + 0x1000n, hpa: 0x8000_1000, size: 0x1000 });
  made.add({ gpa: GPA, hpa: 0x8000_8000, size: 0x1000 });
  made.add({ gpa: 0x1_0000_0000n, hpa: 0x8000_4000, size: 0x2000 });
  return made;
}

describe('MemorySlots', () => {
  test.each([
    [GPA, 0x8000_8000],
    [GPA + 0xfffn, 0x8000_8fff],
    [GPA + 0x1000n, 0x8000_1000],
    [GPA + 0x1fffn, 0x8000_1fff],
    [GPA + 0x2000n, undefined],
    [GPA - 1n, undefined],
    [0n, undefined],
    [TOP, undefined],
    [0x1_0000_1fffn, 0x8000_5fff],
  ])('%s lies at %s', (gpa, hpa) => {
    expect(slots().toHost(gpa)).toBe(hpa);
  });

  test('a range over two slots is two pieces', () => {
    expect(slots().pieces(GPA + 0xff0n, 0x20)).toEqual([
      { hpa: 0x8000_8ff0, length: 0x10 },
      { hpa: 0x8000_1000, length: 0x10 },
    ]);
  });

  test.each([
    [GPA + 0x1ff0n, 0x11],
    [GPA - 1n, 2],
    [TOP, 2],
    [GPA, 2 ** 52],
  ])('a range of which a byte is missing is no RAM: %s, %i bytes', (gpa, length) => {
    expect(slots().pieces(gpa, length)).toBeUndefined();
  });

  test('are kept with the lowest guest-physical address first, in whichever order they are added', () => {
    expect([...slots()].map(({ gpa }) => gpa)).toEqual([GPA, GPA + 0x1000n, 0x1_0000_0000n]);
  });

  test('slots that overlap, or are not whole pages, cannot be configured', () => {
    const add = (gpa: bigint, hpa: number, size: number) => () => slots().add({ gpa, hpa, size });
    expect(add(GPA + 0x1000n, 0x8010_0000, 0x1000)).toThrow('memory slots overlap at 0x80001000 and 0x80001000');
    expect(add(GPA - 0x1000n, 0x8010_0000, 0x2000)).toThrow('overlap');
    expect(add(GPA + 0x2000n, 0x8010_0000, 0x1000)).not.toThrow();
    expect(add(0n, 0x8010_0000, 0x800)).toThrow('whole pages');
    expect(add(1n, 0x8010_0000, 0x1000)).toThrow('whole pages');
    expect(add(0n, 0x8010_0000, 0)).toThrow('whole pages');
  });
});

describe('FrameAllocator', () => {
  test('hands out each frame once, takes it back, and says when there is none', () => {
    const frames = new FrameAllocator(0x8000_0000, 0x8000_4000);
    expect(frames.allocateRange(0x2000)).toBe(0x8000_0000);
    const [a, b] = [frames.allocate(), frames.allocate()];
    expect([a, b].sort()).toEqual([0x8000_2000, 0x8000_3000]);
    expect(frames.allocate()).toBeUndefined();
    expect(frames.allocateRange(0x1000)).toBeUndefined();
    frames.free(a!);
    expect(frames.available).toBe(1);
    expect(frames.allocate()).toBe(a);
  });
});

describe('GuestMemory', () => {
  const memory = () => new GuestMemory(createMachine({ ramBytes: 2 ** 20 }).ram, slots());

  test('reads and writes across a border between slots', () => {
    const guest = memory();
    expect(guest.write(GPA + 0xffcn, 8, 0x1122_3344_5566_7788n)).toBe(true);
    expect(guest.read(GPA + 0xffcn, 8)).toBe(0x1122_3344_5566_7788n);
    expect(guest.read(GPA + 0xffcn, 4)).toBe(0x5566_7788n);
    expect(guest.read(GPA + 0x1000n, 4)).toBe(0x1122_3344n);
    expect(guest.copyOut(GPA + 0xfffn, 2)).toEqual(Uint8Array.of(0x55, 0x44));
  });

  test('an access that is not all RAM gives nothing and changes nothing', () => {
    const guest = memory();
    const before = guest.digest();
    expect(guest.write(GPA + 0x1ffcn, 8, -1n)).toBe(false);
    expect(guest.copyIn(GPA - 4n, new Uint8Array(8).fill(1))).toBe(false);
    expect(guest.read(GPA + 0x1ffcn, 8)).toBeUndefined();
    expect(guest.copyOut(TOP, 2)).toBeUndefined();
    expect(guest.pageTables.read(0x1000)).toBeUndefined();
    expect(guest.pageTables.writeLow(0x1000, 1)).toBe(false);
    expect(guest.digest()).toBe(before);
  });

  test('equal contents have equal digests, wherever they lie; one byte makes a difference', () => {
    const [one, other] = [memory(), memory()];
    one.write(GPA + 0x1008n, 1, 1n);
    expect(one.digest()).not.toBe(other.digest());
    other.write(GPA + 0x1008n, 1, 1n);
    expect(one.digest()).toBe(other.digest());
  });
});
