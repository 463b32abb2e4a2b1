/** The overlay against a plain array of bytes, and its base untouched. */
import { InputError, MemoryStore, OverlayStore, SECTOR } from '#machine';
import { Chance } from '../engine/lockstep/chance';

/** A disk whose byte i is i mod 251: no two sectors are equal. */
const pattern = (sectors: number): Uint8Array => Uint8Array.from({ length: sectors * SECTOR }, (_, i) => i % 251);

test('what was written is read back, the rest is the base, and the base stays as it was', () => {
  const base = new MemoryStore(pattern(20));
  const overlay = new OverlayStore(base);
  expect(overlay.write(3, new Uint8Array(SECTOR).fill(0xaa))).toBe(true);
  const expected = pattern(20);
  expected.fill(0xaa, 3 * SECTOR, 4 * SECTOR);
  expect([overlay.read(0, 20), base.read(0, 20)]).toEqual([expected, pattern(20)]);
});

test.each([1, 2, 3])('random writes, zeros and reads give what an array gives (seed %i)', (seed) => {
  const random = new Chance(seed);
  const sectors = 61; // the last cluster is not whole
  const overlay = new OverlayStore(new MemoryStore(pattern(sectors)));
  const model = pattern(sectors);
  for (let step = 0; step < 2000; step++) {
    const sector = random.below(sectors);
    const count = 1 + random.below(Math.min(20, sectors - sector));
    const kind = random.below(3);
    if (kind === 0) {
      const bytes = new Uint8Array(count * SECTOR).map(() => random.below(256));
      expect(overlay.write(sector, bytes)).toBe(true);
      model.set(bytes, sector * SECTOR);
    } else if (kind === 1) {
      expect(overlay.zero(sector, count)).toBe(true);
      model.fill(0, sector * SECTOR, (sector + count) * SECTOR);
    } else {
      const right = Buffer.compare(
        overlay.read(sector, count),
        model.subarray(sector * SECTOR, (sector + count) * SECTOR),
      );
      expect([step, right]).toEqual([step, 0]);
    }
  }
});

describe('memory is accounted for', () => {
  test('a write that does not fit is refused whole', () => {
    const overlay = new OverlayStore(new MemoryStore(pattern(64)), { limitBytes: 3 * 4200 });
    expect(overlay.write(0, new Uint8Array(16 * SECTOR))).toBe(true);
    const used = overlay.usedBytes;
    expect(overlay.write(20, new Uint8Array(16 * SECTOR))).toBe(false);
    expect([overlay.usedBytes, overlay.read(16, 48)]).toEqual([used, pattern(64).slice(16 * SECTOR)]);
  });

  test('writing the same sectors again costs nothing more', () => {
    const overlay = new OverlayStore(new MemoryStore(pattern(64)), { limitBytes: 4200 });
    for (let i = 0; i < 100; i++) expect(overlay.write(i % 8, new Uint8Array(SECTOR).fill(i))).toBe(true);
    expect(overlay.usedBytes).toBeLessThanOrEqual(4200);
  });

  test('zeros over whole clusters give the memory back, and a write after them is charged again', () => {
    const overlay = new OverlayStore(new MemoryStore(pattern(64)), { limitBytes: 10_000 });
    overlay.write(0, new Uint8Array(16 * SECTOR).fill(1));
    const full = overlay.usedBytes;
    expect(overlay.zero(0, 16)).toBe(true);
    expect(overlay.usedBytes).toBe(full - 16 * SECTOR);
    expect(overlay.write(8, new Uint8Array(8 * SECTOR).fill(2))).toBe(true);
    expect(overlay.usedBytes).toBe(full - 8 * SECTOR);
  });

  test('zeros over a disk that is much larger than the limit end at the limit', () => {
    const overlay = new OverlayStore(
      { sectors: 2 ** 16, read: (_, count) => new Uint8Array(count * SECTOR) },
      { limitBytes: 2 ** 18 },
    );
    expect(overlay.zero(0, 2 ** 16)).toBe(false);
    expect(overlay.usedBytes).toBe(0);
  });
});

describe('save and restore', () => {
  const written = (): OverlayStore => {
    const overlay = new OverlayStore(new MemoryStore(pattern(64)));
    overlay.write(5, new Uint8Array(6 * SECTOR).fill(7));
    overlay.zero(24, 8);
    return overlay;
  };
  const saved = (): Record<string, unknown> => ({ ...(written().save() as object) });

  test('an overlay over the same base goes on where it was, and its accounts too', () => {
    const other = new OverlayStore(new MemoryStore(pattern(64)));
    other.write(40, new Uint8Array(SECTOR)); // is forgotten
    other.restore(written().save());
    expect([other.read(0, 64), other.usedBytes]).toEqual([written().read(0, 64), written().usedBytes]);
  });

  test('what was saved does not change with later writes', () => {
    const overlay = written();
    const before = overlay.save();
    overlay.write(5, new Uint8Array(SECTOR).fill(9));
    expect(before).toEqual(written().save());
  });

  test.each<[string, Record<string, unknown>]>([
    ['a disk of another size', { sectors: 63 }],
    ['a cluster behind the end', { numbers: [0, 1, 8] }],
    ['a cluster twice', { numbers: [0, 1, 1] }],
    ['clusters without numbers', { numbers: [0, 1] }],
    ['numbers without clusters', { clusters: [new Uint8Array()] }],
    ['a short cluster', { clusters: [new Uint8Array(), new Uint8Array(), new Uint8Array(4095)] }],
    ['a cluster that is text', { clusters: [new Uint8Array(), new Uint8Array(), 'zeros'] }],
  ])('%s is refused', (_, change) => {
    const overlay = new OverlayStore(new MemoryStore(pattern(64)));
    expect(() => overlay.restore({ ...saved(), ...change } as never)).toThrow(InputError);
  });

  test('more than the limit is refused', () => {
    const overlay = new OverlayStore(new MemoryStore(pattern(64)), { limitBytes: 100 });
    expect(() => overlay.restore(written().save())).toThrow('more memory than its limit of 100 bytes');
  });
});
