/** Debian's unmodified kernel and busybox in a VM, under each technique that can carry it: to a shell, processes, and off. */
import { whereThereAre } from './files';
import { LinuxVm } from './vm';

jest.setTimeout(600_000);

whereThereAre('Image', 'initrd.gz').each(['trap-and-emulate'] as const)("Debian's kernel under %s", (technique) => {
  let linux: LinuxVm;
  beforeAll(() => {
    linux = new LinuxVm({ technique });
    linux.shell();
  });
  afterAll(() => linux.host.release());

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

  test('`poweroff` ends the VM', () => {
    linux.type('poweroff -f\n');
    linux.off();
    expect(linux.host.results()[0].stop).toMatchObject({ why: 'shutdown' });
    expect(linux.printed).toContain('reboot: Power down');
  });
});
