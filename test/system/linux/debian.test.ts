/** Debian's stock kernel with busybox, to a shell and through what people do there; two machines on one network. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSystemMap, Switch, Symbols } from '#machine';
import { openDisk } from '../../../src/cli/disk-file';
import { Driven } from './driven';
import { pathOf, whereThereAre } from './files';

jest.setTimeout(600_000);

const folder = mkdtempSync(join(tmpdir(), 'worldswitch-linux-'));
afterAll(() => rmSync(folder, { recursive: true }));

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A disk's bytes as e2fsprogs see them. */
function onDisk(bytes: Uint8Array, ...command: string[]): string {
  const file = join(folder, 'disk');
  writeFileSync(file, bytes);
  const check = spawnSync('/usr/sbin/e2fsck', ['-fn', file], { encoding: 'utf8' });
  expect([check.status, check.stdout]).toEqual([0, check.stdout]);
  return execFileSync('/usr/sbin/debugfs', ['-R', command.join(' '), file], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

whereThereAre(
  'OpenSBI',
  'Image',
  'initrd.gz',
  'disk.ext4',
)("Debian's kernel and busybox", () => {
  let system: Driven;
  let other: Driven;
  const network = new Switch();
  const disk = openDisk(pathOf('disk.ext4'));
  const before = digest(readFileSync(pathOf('disk.ext4')));

  beforeAll(() => {
    const connect = network.connect.bind(network);
    const card = (last: number) => ({ mac: Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, last), connect });
    const entropySeed = 1n;
    system = new Driven({ virtio: { disks: [{ store: disk.store }], nets: [card(1)], entropySeed }, gateway: connect });
    other = new Driven({ virtio: { nets: [card(2)], entropySeed } });
    system.shell();
  });
  afterAll(() => disk.close());

  test('the shell answers', () => {
    expect(system.run('echo hello $((6 * 7))')).toBe('hello 42\n');
  });

  test('/proc/cpuinfo names the one hart and the ISA that the machine has', () => {
    const cpuinfo = system.run('cat /proc/cpuinfo');
    expect(cpuinfo.match(/^processor\t: \d+$/gm)).toEqual(['processor\t: 0']);
    expect(/^isa\t\t: (\S+)$/m.exec(cpuinfo)?.[1]).toMatch(/^rv64imafdc/);
    expect(cpuinfo).toMatch(/^mmu\t\t: sv57$/m);
  });

  test('the clock shows the time that the machine was given', () => {
    expect(system.run('date -u +%Y-%m-%d; hwclock -u | cut -c 1-3 2>/dev/null || true')).toMatch(/^2026-01-01\n/);
  });

  test('an ext4 file system on a virtio disk is mounted, read and written, and fsck finds no fault in it', () => {
    system.run('modprobe ext4; mount -t ext4 /dev/vda /mnt');
    expect(system.run('cat /mnt/hello.txt')).toBe('written outside\n');
    system.run(
      'for i in $(seq 200); do echo line $i; done > /mnt/inside.txt; cat /proc/kallsyms > /mnt/kallsyms; sync; umount /mnt',
    );
    const written = disk.store.read(0, disk.store.sectors);
    expect(onDisk(written, 'cat', '/inside.txt')).toBe(
      Array.from({ length: 200 }, (_, i) => `line ${i + 1}\n`).join(''),
    );
    expect(onDisk(written, 'cat', '/hello.txt')).toBe('written outside\n');
  });

  test('the file that the disk was opened from is as it was', () => {
    expect(digest(readFileSync(pathOf('disk.ext4')))).toBe(before);
  });

  test("the kernel's own list of symbols names the function in which interrupts find an idle hart", () => {
    const text = onDisk(disk.store.read(0, disk.store.sectors), 'cat', '/kallsyms');
    const symbols = new Symbols(readSystemMap(text, 'kallsyms'));
    expect(symbols.size).toBeGreaterThan(50_000);
    const found = new Set<string | undefined>();
    const [hart] = system.machine.harts;
    hart.onTrap = ({ interrupt, pc }) => void (interrupt && found.add(symbols.nearest(pc)?.name));
    system.machine.run(50_000_000); // it waits for the next key, and for its timers meanwhile
    hart.onTrap = undefined;
    expect([...found]).toContainEqual(expect.stringMatching(/_idle$|_idle_call$/));
  });

  test('the gateway gives an address and answers ping', () => {
    expect(system.run('udhcpc -i eth0 -n -q -s /bin/lease')).toContain('lease of 10.0.2.15 obtained from 10.0.2.2');
    expect(system.run('ping -c 2 10.0.2.2')).toContain('2 packets transmitted, 2 packets received, 0% packet loss');
  });

  test('another machine on the same switch answers ping', () => {
    other.shell();
    other.run('ifconfig eth0 10.0.2.99 netmask 255.255.255.0');
    system.companions.push(other);
    expect(system.run('ping -c 2 10.0.2.99')).toContain('2 packets transmitted, 2 packets received, 0% packet loss');
  });

  test('`poweroff` switches the machine off', () => {
    system.type('poweroff -f\n');
    expect(system.off()).toBe(0);
    expect(system.printed).toContain('reboot: Power down');
  });
});
