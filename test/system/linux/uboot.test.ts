/** The whole way of a real board: OpenSBI, U-Boot, extlinux.conf on a virtio disk or `booti` by hand, Debian's kernel, a shell. */
import { openDisk } from '../../../src/cli/disk-file';
import { Driven } from './driven';
import { imageBytes, pathOf, whereThereAre } from './files';

jest.setTimeout(600_000);

whereThereAre(
  'OpenSBI',
  'U-Boot',
  'boot.disk',
)('U-Boot boots Debian from a disk', () => {
  const disk = openDisk(pathOf('boot.disk'));
  afterAll(() => disk.close());
  const board = (): Driven =>
    new Driven({
      kernel: imageBytes('U-Boot'),
      initrd: 'none',
      append: undefined,
      ramBytes: 512 * 2 ** 20,
      virtio: { disks: [{ store: disk.store }], entropySeed: 1n },
    });
  let system: Driven;
  beforeAll(() => void (system = board()));

  test('it finds the disk and its extlinux.conf unasked, and starts the kernel', () => {
    const text = system.waitFor(/Starting kernel \.\.\./);
    expect(text).toMatch(/U-Boot 20\d\d\.\d\d/);
    expect(text).toContain('Found /extlinux/extlinux.conf');
    expect(text).toContain('Retrieving file: /Image');
  });

  test('the kernel reaches its shell with the command line from there', () => {
    system.shell();
    expect(system.run('cat /proc/cmdline')).toBe('console=ttyS0\n');
    expect(system.run('ls /sys/block')).toContain('vda');
  });

  test('`poweroff` ends it', () => {
    system.type('poweroff -f\n');
    expect(system.off()).toBe(0);
  });

  test('`booti` by hand: the files are loaded from the disk, and the kernel is started with another command line', () => {
    const byHand = board();
    byHand.waitFor(/Hit any key to stop autoboot/);
    byHand.type(' ');
    for (const command of [
      'ext4load virtio 0:1 ${kernel_addr_r} /Image',
      'ext4load virtio 0:1 ${ramdisk_addr_r} /initrd.gz',
      'setenv bootargs console=ttyS0 quiet',
    ]) {
      byHand.waitFor(/=> $/);
      byHand.type(`${command}\n`);
    }
    byHand.waitFor(/=> $/);
    byHand.type('booti ${kernel_addr_r} ${ramdisk_addr_r}:${filesize} ${fdtcontroladdr}\n');
    expect(byHand.waitFor(/Starting kernel \.\.\./)).toContain('Flattened Device Tree blob');
    byHand.shell();
    expect(byHand.run('cat /proc/cmdline')).toBe('console=ttyS0 quiet\n');
    byHand.machine.release();
  });
});
