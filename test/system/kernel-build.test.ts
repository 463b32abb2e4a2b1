/** src/guests/kernel.elf and its port, kernel-pv.elf, are what `npm run guests` makes of src/guests/kernel, byte for byte. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Another version of the compiler makes other code; the kernel is built with Debian 12's. */
const COMPILER = 'riscv64-unknown-elf-gcc';
const VERSION = '12.2.0';
const MOST_BYTES = 64 * 1024;

const root = path.join(__dirname, '../..');
const KERNELS = ['kernel.elf', 'kernel-pv.elf'];
const committed = (name: string): string => path.join(root, 'src/guests', name);
const version = spawnSync(COMPILER, ['-dumpfullversion'], { encoding: 'utf8' }).stdout?.trim();
const right = version === VERSION;

const title = 'the committed kernels are what their source gives';
(right ? test : test.skip)(right ? title : `${title} (skipped: ${COMPILER} ${VERSION} is not installed)`, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kernel-'));
  const { status, stderr } = spawnSync(process.execPath, ['scripts/guests.mjs', '-o', folder], {
    cwd: root,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  for (const name of KERNELS) {
    expect(fs.readFileSync(path.join(folder, name)).equals(fs.readFileSync(committed(name)))).toBe(true);
  }
  fs.rmSync(folder, { recursive: true });
});

test.each(KERNELS)('%s fits into 64 kB', (name) => {
  expect(fs.statSync(committed(name)).size).toBeLessThanOrEqual(MOST_BYTES);
});
