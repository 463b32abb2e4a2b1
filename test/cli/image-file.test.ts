/** Files on the command line: each kind of mistake has its sentence (reliability case I58). */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '#course';
import { memorySize, readImageFile } from '../../src/cli/image-file';

const folder = mkdtempSync(join(tmpdir(), 'worldswitch image ☃ '));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

function sentence(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof UsageError) return error.message.replace(folder, 'X');
    throw error;
  }
  return 'no error';
}

test('a file is read as it is', () => {
  writeFileSync(at('fine'), Uint8Array.of(0, 255, 10, 13));
  expect([...readImageFile(at('fine'))]).toEqual([0, 255, 10, 13]);
});

test('a symbolic link to a file is as good', () => {
  writeFileSync(at('target'), 'x');
  symlinkSync('target', at('link'));
  expect(readImageFile(at('link'))).toHaveLength(1);
});

test('a file that is not there', () => {
  expect(sentence(() => readImageFile(at('none')))).toBe('X/none does not exist.');
});

test('a path through a file', () => {
  writeFileSync(at('file'), '');
  expect(sentence(() => readImageFile(at('file/inner')))).toBe(
    'X/file/inner does not exist: a part of its path is not a folder.',
  );
});

test('a folder', () => {
  expect(sentence(() => readImageFile(folder))).toBe('X is a folder, not an image file.');
});

test('a pipe, without waiting for a writer', () => {
  execFileSync('mkfifo', [at('pipe')]);
  expect(sentence(() => readImageFile(at('pipe')))).toBe('X/pipe is a pipe, not an image file.');
});

test('a device', () => {
  expect(sentence(() => readImageFile('/dev/zero'))).toBe('/dev/zero is a device, not an image file.');
});

test('a loop of symbolic links', () => {
  symlinkSync('loop', at('loop'));
  expect(sentence(() => readImageFile(at('loop')))).toBe('X/loop is a symbolic link that leads back to itself.');
});

test('a name that is too long', () => {
  expect(sentence(() => readImageFile(at('a'.repeat(300))))).toMatch(/ is too long for a file name\.$/);
});

test('a file of 5 GiB, without reading it', () => {
  writeFileSync(at('huge'), '');
  truncateSync(at('huge'), 5 * 2 ** 30);
  expect(sentence(() => readImageFile(at('huge')))).toBe(
    'X/huge has 5120 MiB; no image above 1024 MiB fits this machine.',
  );
});

test('a file without permission', () => {
  writeFileSync(at('secret'), 'x');
  chmodSync(at('secret'), 0);
  chmodSync(folder, 0o755); // so that somebody else gets as far as the file
  const root = process.getuid?.() === 0; // who may read everything, and therefore becomes somebody else for a moment
  if (root) process.seteuid?.(65534);
  try {
    expect(sentence(() => readImageFile(at('secret')))).toBe('X/secret cannot be read: you lack the permission.');
  } finally {
    if (root) process.seteuid?.(0);
  }
});

test.each([
  ['256M', 2 ** 28],
  ['1g', 2 ** 30],
  ['64k', 2 ** 16],
  ['512', 2 ** 29],
])('%s is %i bytes', (text, bytes) => {
  expect(memorySize(text)).toBe(bytes);
});

test.each(['', 'M', '-1M', '1.5G', '0x10', '1e9', '12 M', '256MB', 'NaN', '9999999999', '１G'])(
  '"%s" is not an amount of memory',
  (text) => {
    expect(sentence(() => memorySize(text))).toBe(
      `"${text}" is not an amount of memory; write for instance 256M or 1G.`,
    );
  },
);
