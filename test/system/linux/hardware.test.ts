/** Debian's stock kernel and busybox in a VM under hardware assistance, on one VCPU and on four, which share one hart. */
import { TECHNIQUES } from '#vmm';
import { whereThereAre } from './files';
import { LinuxVm } from './vm';

jest.setTimeout(600_000);

whereThereAre('Image', 'initrd.gz')('Debian under hardware', () => {
  describe.each([1, 4])('%i VCPUs', (harts) => {
    let system: LinuxVm;
    beforeAll(() => {
      system = new LinuxVm({ technique: 'hardware', isa: TECHNIQUES.hardware.isa.name, harts, slice: 100_000 });
      system.shell();
    });
    afterAll(() => system.host.release());

    test('the kernel finds the SBI of a VM, its VCPUs, and all extensions but H', () => {
      expect(system.printed).toContain(`smp: Brought up 1 node, ${harts} CPU`);
      expect(system.printed).toContain('SBI implementation ID=0x5753');
      const cpuinfo = system.run('cat /proc/cpuinfo');
      expect(cpuinfo.match(/^hart\t\t: \d$/gm)).toHaveLength(harts);
      expect(/^isa\t\t: (\S+)$/m.exec(cpuinfo)?.[1]).toMatch(/^rv64imafdc_.*_sstc/);
    });

    test('programs compute, with floating point too, on each VCPU', () => {
      const all = Array.from({ length: harts }, (_, hart) => hart);
      const work = 'awk \\"BEGIN { for (i = 0; i < 2000; i++) x += 0.5; print x }\\" > /tmp/$h';
      system.run(
        `for h in ${all.join(' ')}; do taskset $((1 << h)) sh -c "h=$h; ${work.replaceAll('$h', '\\$h')}" & done; wait`,
      );
      expect(system.run(`cat ${all.map((hart) => `/tmp/${hart}`).join(' ')}`)).toBe('1000\n'.repeat(harts));
    });

    test('its timer interrupts came without an exit: no SBI call set one, and no instruction of it trapped', () => {
      const { sbiCalls, byCause, interruptsInjected } = system.host.results()[0].counters;
      expect(interruptsInjected).toBeGreaterThan(1000);
      expect(sbiCalls).not.toHaveProperty('timer');
      expect(Object.keys(byCause.privileged)).toEqual(['wfi']);
    });

    test('the second stage maps its RAM by superpages: a handful of faults for 256 MiB', () => {
      const { byKind, gStageFills } = system.host.results()[0].counters;
      expect(byKind['g-stage-miss']).toBe(gStageFills);
      expect(gStageFills).toBeLessThanOrEqual(128);
    });

    test('`poweroff` ends the VM', () => {
      system.type('poweroff -f\n');
      system.off();
      expect(system.host.results()[0].stop).toMatchObject({ why: 'shutdown', code: 0 });
    });
  });
});
