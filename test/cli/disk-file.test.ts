/** `--disk`: a file becomes a disk, which stays untouched unless the person says otherwise; what is no disk gets its sentence. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '#course';
import { openDisk } from '../../src/cli/disk-file';

const folder = mkdtempSync(join(tmpdir(), 'worldswitch-disk-'));
afterAll(() => rmSync(folder, { recursive: true }));

function image(name: string, bytes: Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}
const sector = (fill: number): Buffer => Buffer.alloc(512, fill);

test('a disk has the sectors of its file', () => {
  const disk = openDisk(image('read', Buffer.concat([sector(1), sector(2), sector(3)])));
  expect(disk.store.sectors).toBe(3);
  expect([...disk.store.read(1, 2)]).toEqual([...sector(2), ...sector(3)]);
  disk.close();
});

test('what is written is read back, and the file is as before', () => {
  const file = image('overlay', Buffer.concat([sector(1), sector(2)]));
  const disk = openDisk(file);
  expect(disk.store.write(1, sector(9))).toBe(true);
  disk.store.flush();
  expect([...disk.store.read(0, 2)]).toEqual([...sector(1), ...sector(9)]);
  disk.close();
  expect(readFileSync(file).equals(Buffer.concat([sector(1), sector(2)]))).toBe(true);
});

test('with `,write` the file is written', () => {
  const file = image('written', Buffer.concat([sector(1), sector(2), sector(3)]));
  const disk = openDisk(`${file},write`);
  disk.store.write(1, sector(9));
  disk.store.zero(2, 1);
  disk.close();
  expect(readFileSync(file).equals(Buffer.concat([sector(1), sector(9), sector(0)]))).toBe(true);
});

test('a snapshot fits a disk of the same size only', () => {
  const [small, large] = [
    openDisk(`${image('small', sector(1))},write`),
    openDisk(`${image('large', Buffer.alloc(1024))},write`),
  ];
  expect(() => small.store.restore(small.store.save())).not.toThrow();
  expect(() => small.store.restore(large.store.save())).toThrow(
    /small has 1 sectors; in the snapshot the disk has 2\.$/,
  );
  small.close();
  large.close();
});

test.each([
  ['is not there', () => join(folder, 'none'), /none does not exist\.$/],
  ['is empty', () => image('empty', new Uint8Array()), /empty has 0 bytes; a disk is made of sectors of 512 bytes\.$/],
  ['ends within a sector', () => image('odd', new Uint8Array(700)), /odd has 700 bytes; a disk is made of sectors/],
  [
    'is qcow2',
    () => image('q', Buffer.concat([Buffer.from('QFI\xfb', 'latin1'), sector(0)]).subarray(0, 512)),
    /q is a qcow2 image; give the plain bytes/,
  ],
  ['is packed', () => image('z', Buffer.from([0x1f, 0x8b, ...sector(0).subarray(2)])), /z is packed with gzip; give/],
  ['is a folder', () => (mkdirSync(join(folder, 'dir')), join(folder, 'dir')), /dir is not a regular file/],
])('what %s is refused', (_, make, sentence) => {
  const file = make();
  expect(() => openDisk(file)).toThrow(UsageError);
  expect(() => openDisk(file)).toThrow(sentence);
});

test('a file that became shorter is told of in one sentence', () => {
  const file = image('shrinks', Buffer.alloc(1024));
  const disk = openDisk(file);
  truncateSync(file, 512);
  expect(() => disk.store.read(1, 1)).toThrow(/shrinks became shorter while the machine ran\.$/);
  disk.close();
});
