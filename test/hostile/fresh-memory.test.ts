/**
 * What a guest finds in its memory when it starts: what its board and its image put there, and nothing of the host or of who had the
 * memory before. (Invariant of reliability.md A: "every access outside guest RAM is refused" is worth nothing if RAM holds others' data.)
 */
import { BOARD, createMachine, endOf } from '#machine';
import { bootReference } from '#reference';
import { TECHNIQUES, type BootOptions, type Host, type TechniqueName, type VmConfig } from '#vmm';
import { image, SHUTDOWN } from '../vmm/images';

const MIB = 2 ** 20;
const guest = image(`li t0, 0x80300000; li t1, -1; sd t1, 0(t0); ${SHUTDOWN}`);
const initrd = { name: 'initrd', entry: 0n, segments: [{ address: 0x8030_0000, bytes: Uint8Array.of(1, 2, 3), memBytes: 3 }], symbols: new Map() }; // prettier-ignore

/** Bytes of the VM's RAM that are not 0 and belong neither to the image nor to the device tree. */
function foreign({ vms }: Host, configs: readonly VmConfig[]): { vm: string; address: string }[] {
  return vms.flatMap(({ name, memory }, i) => {
    const left: { vm: string; address: string }[] = [];
    const { image, initrd } = configs[i];
    const own = [...image.segments, ...(initrd?.segments ?? [])].map((each) => [each.address, endOf(each)]);
    for (const { gpa, size } of memory.ranges()) {
      const bytes = Buffer.from(memory.copyOut(gpa, size)!);
      const base = Number(gpa);
      for (const [from, to] of own) if (from >= base && from < base + size) bytes.fill(0, from - base, to - base);
      const tree = bytes.lastIndexOf(Uint8Array.of(0xd0, 0x0d, 0xfe, 0xed)); // Devicetree Specification, 5.2: magic, totalsize
      if (tree >= 0) bytes.fill(0, tree, tree + bytes.readUInt32BE(tree + 4));
      if (bytes.equals(Buffer.alloc(size))) continue;
      left.push({ vm: name, address: `0x${(base + bytes.findIndex((byte) => byte !== 0)).toString(16)}` });
    }
    return left;
  });
}

const vm = (name: string, options: Partial<VmConfig> = {}): VmConfig => ({
  name,
  image: guest,
  memoryBytes: 5 * MIB,
  ...options,
});

const SHAPES: readonly (readonly [string, readonly VmConfig[]])[] = [
  ['one VM', [vm('a')]],
  ['memory in pieces', [vm('a', { pieceBytes: 64 * 1024 })]],
  ['a kernel with its first file system', [vm('a', { initrd })]],
  ['three VMs', [vm('a'), vm('b', { memoryBytes: 4 * MIB }), vm('c', { pieceBytes: 64 * 1024 })]],
];

describe.each(Object.keys(TECHNIQUES) as TechniqueName[])('under %s', (technique) => {
  const boot = (vms: readonly VmConfig[], options: Partial<BootOptions> = {}): Host =>
    bootReference({ vms, technique, shadowFrames: 64, ...options });
  const shapes = SHAPES.filter(([, vms]) => technique !== 'bare' || vms.length === 1);

  test.each(shapes)('%s: each finds its image, its device tree and zeros, whoever had the memory before', (_, vms) => {
    const before = boot(vms);
    expect(foreign(before, vms)).toEqual([]);
    for (const { memory } of before.vms)
      for (const { gpa, size } of memory.ranges()) memory.copyIn(gpa, new Uint8Array(size).fill(0xa5));
    before.release();
    const after = boot(vms);
    expect(foreign(after, vms)).toEqual([]);
    after.release();
  });
});

test('after a reset nothing is left of what the guest had stored', () => {
  const vms = [vm('a')];
  const host = bootReference({ vms, technique: 'trap-and-emulate' });
  expect(host.run(100)).toBe('all-stopped');
  expect(foreign(host, vms)).toEqual([{ vm: 'a', address: '0x80300000' }]);
  host.reset(host.vms[0]);
  expect(foreign(host, vms)).toEqual([]);
});

test('a machine whose software is ours has no device tree in its memory; any other has, for who starts there', () => {
  const isThere = (nativeMode?: 'M' | 'S'): boolean =>
    createMachine({ ramBytes: 4 * MIB, nativeMode }).ram.read(BOARD.ram.base + 2 * MIB, 4) !== 0n;
  expect([isThere(), isThere('M'), isThere('S')]).toEqual([true, false, false]);
});
