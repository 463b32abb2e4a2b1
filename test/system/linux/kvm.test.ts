/** The kernel's own KVM module in HS-mode: it looks at the hypervisor extension before it says that it is there. */
import { Driven } from './driven';
import { whereThereAre } from './files';

jest.setTimeout(600_000);

whereThereAre(
  'OpenSBI',
  'Image',
  'initrd.gz',
)("Debian's kvm module", () => {
  test('loads, and finds the H extension with its two-stage translation and VMIDs', () => {
    const system = new Driven({ virtio: { entropySeed: 1n } });
    system.shell();
    system.run('modprobe kvm');
    const log = system.run('dmesg | grep kvm');
    expect(log).toContain('hypervisor extension available');
    expect(log).toContain('using Sv57x4 G-stage page table format');
    expect(log).toMatch(/VMID 14 bits available/); // "the maximum ... 14 for Sv39x4, Sv48x4 and Sv57x4" (hgatp)
    expect(system.run('ls /dev/kvm')).toBe('/dev/kvm\n');
  });
});
