/** The files that tests of real systems boot; without them such tests are skipped and say so, in CI they fail. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemFiles } from '../../../src/cli/systems';
import { unpacked } from '../../../src/cli/unpack';

export const ROOT = join(__dirname, '../../..');

type Name = 'OpenSBI' | 'U-Boot' | 'Image' | 'initrd.gz' | 'disk.ext4' | 'boot.disk';

const files = systemFiles(ROOT);

export const pathOf = (name: Name): string => files.find((file) => file.name === name)!.path;

/** The bytes, unpacked if they are an image that was packed. */
export const bytesOf = (name: Name): Uint8Array => readFileSync(pathOf(name));
export const imageBytes = (name: Name): Uint8Array => unpacked(bytesOf(name), name);

/** `describe`, if these files are here. */
export function whereThereAre(...names: readonly Name[]): jest.Describe {
  const missing = files.filter(({ name, there }) => !there && names.includes(name as Name));
  if (missing.length === 0) return describe;
  const sentence = `missing: ${missing.map(({ name, path, get }) => `${name} (${path}): ${get}`).join('; ')}`;
  if (process.env.CI) throw new Error(`${sentence}. .ci/run gets them.`);
  console.warn(`tests of real systems are skipped; ${sentence}`);
  return describe.skip;
}
