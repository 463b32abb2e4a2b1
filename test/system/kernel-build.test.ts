/** src/guests/kernel.elf is what `npm run guests` makes of src/guests/kernel, byte for byte. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Another version of the compiler makes other code; the kernel is built with Debian 12's. */
const COMPILER = 'riscv64-unknown-elf-gcc';
const VERSION = '12.2.0';
const MOST_BYTES = 64 * 1024;

const root = path.join(__dirname, '../..');
const committed = path.join(root, 'src/guests/kernel.elf');
const version = spawnSync(COMPILER, ['-dumpfullversion'], { encoding: 'utf8' }).stdout?.trim();
const right = version === VERSION;

const title = 'the committed kernel is what its source gives';
(right ? test : test.skip)(right ? title : `${title} (skipped: ${COMPILER} ${VERSION} is not installed)`, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kernel-'));
  const built = path.join(folder, 'kernel.elf');
  const { status, stderr } = spawnSync(process.execPath, ['scripts/guests.mjs', '-o', built], {
    cwd: root,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(fs.readFileSync(built).equals(fs.readFileSync(committed))).toBe(true);
  fs.rmSync(folder, { recursive: true });
});

test('the kernel fits into 64 kB', () => {
  expect(fs.statSync(committed).size).toBeLessThanOrEqual(MOST_BYTES);
});
