/** Debian's unmodified kernel and busybox in a VM, under each technique that can carry it: to a shell, processes, and off. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDisk } from '../../../src/cli/disk-file';
import { pathOf, whereThereAre } from './files';
import { LinuxVm } from './vm';

jest.setTimeout(600_000);

const folder = mkdtempSync(join(tmpdir(), 'worldswitch-ext4-'));
afterAll(() => rmSync(folder, { recursive: true }));

whereThereAre('Image', 'initrd.gz').each(['trap-and-emulate'] as const)("Debian's kernel under %s", (technique) => {
  let linux: LinuxVm;
  const file = pathOf('disk.ext4');
  const disk = existsSync(file) ? openDisk(file) : undefined;
  beforeAll(() => {
    linux = new LinuxVm({ technique, devices: { virtio: { disks: disk && [{ store: disk.store }] } } });
    linux.shell();
  });
  afterAll(() => {
    linux.host.release();
    disk?.close();
  });

  test('the shell answers, and computes in floating point', () => {
    expect(linux.run('echo hello $((6 * 7)); awk \'BEGIN { printf "%.6f\\n", 1 / 3 + 0.1 }\'')).toBe(
      'hello 42\n0.433333\n',
    );
  });

  test('the kernel finds the one hart that it has', () => {
    const cpuinfo = linux.run('cat /proc/cpuinfo');
    expect(cpuinfo.match(/^processor\t: \d+$/gm)).toEqual(['processor\t: 0']);
    expect(/^isa\t\t: (\S+)$/m.exec(cpuinfo)?.[1]).toMatch(/^rv64imafdc/);
  });

  test('processes come and go, alone and in pipes, with pages that they share until they write', () => {
    const fork = 'for i in $(seq 40); do (x=$i; echo $x) & done | sort -n | tail -1; wait';
    expect(linux.run(fork)).toBe('40\n');
    expect(linux.run('cat /proc/kallsyms | md5sum; cat /proc/kallsyms | md5sum | cut -c 33-')).toMatch(
      /^[0-9a-f]{32} {2}-\n {2}-\n$/,
    );
  });

  test('the same file twice has the same sum, and what was written is read again', () => {
    // 4 MiB of zeros, as `head -c 4194304 /dev/zero | md5sum` has it anywhere.
    expect(linux.run('dd if=/dev/zero of=/a bs=64k count=64 2>/dev/null; md5sum < /a; rm /a')).toBe(
      'b5cfa9d6c8febd618f91ac2843d50a1c  -\n',
    );
    expect(linux.run('for i in $(seq 2000); do echo line $i; done > /f; wc -l < /f; md5sum < /f; rm /f')).toBe(
      '2000\n1306eb903f0e6a95aa66e4bae53be341  -\n',
    );
  });

  whereThereAre('disk.ext4')('its virtio disk', () => {
    test('an ext4 file system on it is mounted and written; e2fsck finds no fault, and the file below is as it was', () => {
      const before = readFileSync(file);
      linux.run('modprobe ext4; mount -t ext4 /dev/vda /mnt');
      linux.run(
        'for i in $(seq 200); do echo line $i; done > /mnt/lines; dd if=/dev/zero of=/mnt/zeros bs=64k count=32',
      );
      linux.run('sync; umount /mnt; mount -t ext4 /dev/vda /mnt');
      expect(linux.run('tail -1 /mnt/lines; cat /mnt/hello.txt')).toBe('line 200\nwritten outside\n');
      linux.run('umount /mnt');
      expect(readFileSync(file).equals(before)).toBe(true);
      const written = join(folder, 'written.ext4');
      writeFileSync(written, disk!.store.read(0, disk!.store.sectors));
      execFileSync('/usr/sbin/e2fsck', ['-f', '-n', written], { stdio: 'ignore' }); // throws for all that it would have to mend
    });
  });

  test('`poweroff` ends the VM', () => {
    linux.type('poweroff -f\n');
    linux.off();
    expect(linux.host.results()[0].stop).toMatchObject({ why: 'shutdown' });
    expect(linux.printed).toContain('reboot: Power down');
  });
});
