/** Our Unix-like kernel (src/guests/kernel) with its drivers, on the bare machine with OpenSBI: what QEMU prints is what must come out. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createMachine, loadImage, MemoryStore, SECTOR, type Machine, type MachineOptions } from '#machine';
import { bootReference } from '#reference';
import { imageOf } from '#vmm';
import { readGuest } from '../../src/course/lab';

jest.setTimeout(120_000);

const OPENSBI = '/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_jump.bin';
const KERNEL = join(__dirname, '../../src/guests/kernel.elf');
const QEMU = 'qemu-system-riscv64';

const missing = [
  ...(existsSync(OPENSBI) ? [] : [OPENSBI]),
  ...(spawnSync(QEMU, ['--version']).status === 0 ? [] : [QEMU]),
];
if (missing.length > 0 && process.env.CI) throw new Error(`missing: ${missing.join(', ')}; .ci/run installs them`);
if (missing.length > 0) console.warn(`kernel.test.ts is partly skipped: ${missing.join(', ')} missing`);
const real = missing.length > 0 ? describe.skip : describe;

const DISK_SECTORS = 400;
/** The last line of OpenSBI's banner. */
const BANNER_END = /Boot HART MEDELEG.*\r?\n/;
const own = (printed: string): string => printed.split(BANNER_END)[1].replaceAll('\r', '');

/** A disk is made and filled, and found again by the next boot. */
const FIRST = 'fstest 2; echo kept here > note; ls; fsck; poweroff';
const SECOND = 'cat note; fstest 1; rm note; ls; fsck; poweroff';

/** Runs commands on our machine until they switch it off; gives what the kernel printed. */
const onOurs = (commands: string, options: MachineOptions, more?: string): string =>
  run(commands, options, more).printed;

function run(commands: string, options: MachineOptions, more = ''): { printed: string; machine: Machine } {
  let printed = '';
  const machine = createMachine({ ...options, console: (byte) => void (printed += String.fromCharCode(byte)) });
  const image = (file: string, rawAddress?: number) =>
    loadImage(readFileSync(file), file, { rawAddress, ram: machine.ram });
  machine.load({
    firmware: image(OPENSBI, 0x8000_0000),
    kernel: image(KERNEL),
    bootargs: `${more} run="${commands}"`,
  });
  expect(machine.run(200_000_000)).toEqual({ why: 'halted', code: 0 });
  return { printed: own(printed), machine };
}

const VIRTIO_DISK = ['-global', 'virtio-mmio.force-legacy=false', '-device', 'virtio-blk-device,drive=d'];

function onQemu(commands: string, disk?: string): string {
  const drive = disk === undefined ? [] : [...VIRTIO_DISK, '-drive', `file=${disk},format=raw,if=none,id=d`];
  // To a file: a pipe may be full when the machine is busy, and QEMU's UART then loses bytes.
  const serial = join(mkdtempSync(join(tmpdir(), 'serial-')), 'serial.txt');
  const windows = ['-display', 'none', '-monitor', 'none', '-serial', `file:${serial}`];
  const args = ['-M', 'virt', ...windows, '-kernel', KERNEL, '-append', `run="${commands}"`, ...drive];
  spawnSync(QEMU, args, { timeout: 60_000 });
  const printed = readFileSync(serial, 'latin1');
  rmSync(dirname(serial), { recursive: true });
  return own(printed);
}

real('on the bare machine with OpenSBI, as on QEMU', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kernel-'));
  const expected = { first: '', second: '' };
  beforeAll(() => {
    const disk = join(folder, 'disk.img');
    writeFileSync(disk, new Uint8Array(DISK_SECTORS * SECTOR));
    expected.first = onQemu(FIRST, disk);
    expected.second = onQemu(SECOND, disk);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const blank = (): MemoryStore => new MemoryStore(new Uint8Array(DISK_SECTORS * SECTOR));

  test('a virtio disk keeps its files from one boot to the next', () => {
    const store = blank();
    expect(onOurs(FIRST, { virtio: { disks: [{ store }] } })).toBe(expected.first);
    expect(onOurs(SECOND, { virtio: { disks: [{ store }] } })).toBe(expected.second);
    expect(expected.second).toMatch(/^kernel: hart 0, Sv39\ndisk: virtio\nkept here\n/);
  });

  test('a virtio disk whose requests take time: the kernel sleeps until the interrupt', () => {
    const printed = onOurs(FIRST, { virtio: { disks: [{ store: blank() }], latency: 5_000 } });
    expect(printed).toBe(expected.first);
  });

  test('an ATA disk does as well as a virtio disk', () => {
    const ata = blank();
    const asAta = (text: string) => text.replace('disk: virtio', 'disk: ata');
    expect(onOurs(FIRST, { ata })).toBe(asAta(expected.first));
    expect(onOurs(SECOND, { ata }, 'console=uart')).toBe(asAta(expected.second));
  });

  test("somebody else's disk is left alone", () => {
    const foreign = new Uint8Array(DISK_SECTORS * SECTOR).fill(0xa5);
    const store = new MemoryStore(foreign);
    const commands = 'fstest 1; poweroff';
    expect(onOurs(commands, { virtio: { disks: [{ store }] } })).toBe(onQemu(commands));
    expect(store.read(0, DISK_SECTORS)).toEqual(foreign);
  });

  test('a large fork storm, many spinners and sleepers', () => {
    const commands = 'forkstorm 40; spin 6; sleep 30; mmaptest; selfmap; poweroff';
    expect(onOurs(commands, {})).toBe(onQemu(commands));
  });

  test('each process has an ASID of its own (Privileged, "Supervisor Address Translation and Protection (satp) Register")', () => {
    const { machine } = run('poweroff', {});
    const satp = machine.harts[0].csr.read('satp');
    expect({ mode: satp >> 60n, asid: (satp >> 44n) & 0xffffn }).toEqual({ mode: 8n, asid: 2n }); // the shell: its exec took the second one
  });

  test('a hart that leaves A and D to software: it sets them (Privileged, "Svade")', () => {
    const commands = 'forkstorm 10; mmaptest; fstest 1; poweroff';
    expect(onOurs(commands, { isa: 'rv64imac_svade' })).toBe(onQemu(commands));
    expect(onOurs('selfmap; poweroff', { isa: 'rv64imac_svade' })).toContain('after a store: V 1 A 1 D 1');
  });
});

describe('in a VM', () => {
  test('its shell answers what is typed at the serial port', () => {
    const image = imageOf('kernel', readGuest('kernel'));
    const host = bootReference({
      vms: [{ name: 'kernel', image, memoryBytes: 8 * 2 ** 20, append: 'shell' }],
      technique: 'trap-and-emulate',
    });
    const prompt = () => expect(host.run(100_000)).toBe('deadlock'); // it waits for somebody to type
    prompt();
    for (const line of ['echo one two > f', 'cat f', 'nonsense']) {
      host.vms[0].input(Buffer.from(`${line}\r`));
      prompt();
    }
    host.vms[0].input(Buffer.from('poweroff\r'));
    expect(host.run(100_000)).toBe('all-stopped');
    expect(host.results()[0].console).toBe(
      [
        'kernel: hart 0, Sv39',
        'disk: ram',
        '$ echo one two > f',
        '$ cat f',
        'one two',
        '$ nonsense',
        'sh: there is no nonsense',
        'sh: nonsense gave up with 1',
        '$ poweroff',
        '',
      ].join('\n'),
    );
  });
});
