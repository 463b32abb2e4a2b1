/** Files of real systems: what they are for, where they are, and how to get those that are missing. Nothing is fetched here. */
import { existsSync } from 'node:fs';
import path from 'node:path';

export interface SystemFile {
  readonly name: string;
  readonly use: string;
  /** Where it is, or where it would be. */
  readonly path: string;
  readonly there: boolean;
  /** How to get it. */
  readonly get: string;
}

const OPENSBI = '/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin';
const U_BOOT = '/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin';

/** The folder of scripts/debian-guest.sh: WORLDSWITCH_GUEST, or .hv/systems beside package.json. */
export const systemsFolder = (root: string, env: NodeJS.ProcessEnv = process.env): string =>
  path.resolve(root, env.WORLDSWITCH_GUEST || path.join('.hv', 'systems'));

/** All files that the tests of real systems use. `root`: the folder of package.json. */
export function systemFiles(root: string, env: NodeJS.ProcessEnv = process.env): SystemFile[] {
  const folder = systemsFolder(root, env);
  const debian = (name: string, use: string) => ({
    name,
    use,
    path: path.join(folder, name),
    get: 'run scripts/debian-guest.sh (115 MB from the Debian archive; installs nothing)',
  });
  return [
    { name: 'OpenSBI', use: 'the firmware', path: OPENSBI, get: 'apt install opensbi' },
    { name: 'U-Boot', use: 'a boot loader', path: U_BOOT, get: 'apt install u-boot-qemu' },
    debian('Image', "Debian's kernel"),
    debian('initrd.gz', 'its first file system, with busybox'),
    debian('disk.ext4', 'a disk to mount'),
    debian('boot.disk', 'a disk that U-Boot boots'),
  ].map((file) => ({ ...file, there: existsSync(file.path) }));
}
