/** Images on the command line: reading the file, or saying in one sentence why not. */
import { readFileSync, statSync, type Stats } from 'node:fs';
import { UsageError } from '#course';

const MIB = 2 ** 20;
/** Larger than any image that fits this machine, debug information included. */
const LARGEST = 1024 * MIB;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: a part of its path is not a folder',
  EACCES: 'cannot be read: you lack the permission',
  EPERM: 'cannot be read: you lack the permission',
  ELOOP: 'is a symbolic link that leads back to itself',
  ENAMETOOLONG: 'is too long for a file name',
};

/** The bytes of an image file. Throws UsageError for everything that is not a readable regular file. */
export function readImageFile(file: string): Uint8Array {
  const stats = fileTrouble(file, () => statSync(file));
  if (!stats.isFile()) throw new UsageError(`${file} is ${kindOf(stats)}, not an image file.`);
  if (stats.size > LARGEST) {
    throw new UsageError(
      `${file} has ${Math.round(stats.size / MIB)} MiB; no image above ${LARGEST / MIB} MiB fits this machine.`,
    );
  }
  return fileTrouble(file, () => readFileSync(file));
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

/** Does something with a file; says in one sentence (UsageError) why it cannot be done. */
export function fileTrouble<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    throw new UsageError(`${file} ${REASONS[code] ?? `cannot be read (${code})`}.`);
  }
}

const UNITS: Readonly<Record<string, number>> = { '': MIB, K: 2 ** 10, M: MIB, G: 2 ** 30 };

/** Bytes from `512K`, `256M` or `1G`; a bare number means MiB, as with QEMU's -m. Throws UsageError. */
export function memorySize(text: string): number {
  const [, digits, unit] = /^(\d{1,9})([KMG]?)$/i.exec(text) ?? [];
  if (digits === undefined)
    throw new UsageError(`"${text}" is not an amount of memory; write for instance 256M or 1G.`);
  return Number(digits) * UNITS[unit.toUpperCase()];
}
