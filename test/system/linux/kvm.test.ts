/** Linux's own KVM module on the machine's hypervisor extension: it loads, and runs a guest for a monitor of ours (kvm-guest.c). */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archive, behind, member } from './cpio';
import { Driven } from './driven';
import { bytesOf, whereThereAre } from './files';

jest.setTimeout(600_000);

const COMPILER = 'riscv64-unknown-elf-gcc';
const FLAGS =
  '-march=rv64gc -mabi=lp64d -mcmodel=medany -O2 -Wall -Wextra -Werror -ffreestanding -nostdlib -static'.split(' ');

const canCompile = spawnSync(COMPILER, ['--version']).status === 0;
if (!canCompile) console.warn(`the tests of KVM's guest are skipped: ${COMPILER} is not installed`);

function monitor(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'kvm-guest-'));
  const program = join(folder, 'program');
  execFileSync(COMPILER, [...FLAGS, '-o', program, join(__dirname, 'kvm-guest.c')]);
  const bytes = readFileSync(program);
  rmSync(folder, { recursive: true });
  return bytes;
}

function initrd(): Uint8Array {
  const debian = bytesOf('initrd.gz');
  return canCompile ? behind(debian, archive(member('kvm-guest', 0o100755, monitor()))) : debian;
}

whereThereAre(
  'OpenSBI',
  'Image',
  'initrd.gz',
)("Debian's kvm module", () => {
  let system: Driven;

  beforeAll(() => {
    system = new Driven({ initrd: initrd(), virtio: { entropySeed: 1n } });
    system.shell();
    system.run('modprobe kvm');
  });

  test('loads, and finds the H extension with its two-stage translation and VMIDs', () => {
    const log = system.run('dmesg | grep kvm');
    expect(log).toContain('hypervisor extension available');
    expect(log).toContain('using Sv57x4 G-stage page table format');
    expect(log).toMatch(/VMID 14 bits available/); // "the maximum ... 14 for Sv39x4, Sv48x4 and Sv57x4" (hgatp)
    expect(system.run('ls /dev/kvm')).toBe('/dev/kvm\n');
  });

  (canCompile ? describe : describe.skip)('a guest, exit by exit', () => {
    let exits: string[];
    beforeAll(() => void (exits = system.run('/kvm-guest').trim().split('\n')));

    test('the API is "the stable kvm API", 12', () => expect(exits[0]).toBe('API 0xc'));

    test('stores to where no memory is are MMIO exits: address, bytes, value; a load takes the answer', () => {
      expect(exits.slice(1, 5)).toEqual([
        'MMIO store 0x10000000 0x8 0x0',
        'MMIO store 0x10000009 0x1 0x5a',
        'MMIO load 0x10000020 0x4',
        'MMIO store 0x10000028 0x8 0xffffffff',
      ]);
    });

    test('an ecall from VU traps to VS: scause 8, "environment call from U-mode or VU-mode"', () => {
      expect(exits[5]).toBe('MMIO store 0x10000030 0x8 0x8');
    });

    test("the guest's own Sv39 translates under KVM's: written at one address, read at the other", () => {
      expect(exits[6]).toBe('MMIO store 0x10000038 0x8 0x1234');
    });

    test("SBI's timer interrupts the guest as a supervisor timer interrupt, code 5", () => {
      expect(exits[7]).toBe('MMIO store 0x10000040 0x8 0x8000000000000005');
    });

    test('an experimental SBI call reaches the monitor, and its answer the guest', () => {
      expect(exits.slice(8, 10)).toEqual(['SBI 0x8000000 0x2a', 'MMIO store 0x10000048 0x8 0x2b']);
    });

    test('system_reset with type 0 is KVM_SYSTEM_EVENT_SHUTDOWN, 1', () => {
      expect(exits.slice(10)).toEqual(['system event 0x1']);
    });
  });
});
