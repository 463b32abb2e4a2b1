/** Debian's kernel on four harts: all are started through OpenSBI's HSM, all compute, and it powers off. */
import { Driven } from './driven';
import { whereThereAre } from './files';

jest.setTimeout(600_000);

whereThereAre(
  'OpenSBI',
  'Image',
  'initrd.gz',
)('four harts', () => {
  let system: Driven;
  beforeAll(() => {
    system = new Driven({ harts: 4, virtio: { entropySeed: 1n } });
    system.shell();
  });

  test('the kernel brings up all four', () => {
    expect(system.printed).toContain('smp: Brought up 1 node, 4 CPUs');
    expect(
      system
        .run('cat /proc/cpuinfo')
        .match(/^hart\t\t: \d$/gm)
        ?.sort(),
    ).toEqual([0, 1, 2, 3].map((hart) => `hart\t\t: ${hart}`));
  });

  test('each of them runs what is bound to it, at the same time', () => {
    const begun = system.machine.harts.map((hart) => hart.begun);
    const count = 'i=0; while [ $i -lt 3000 ]; do i=$((i + 1)); done; echo $i > /tmp/$h';
    system.run(`for h in 0 1 2 3; do taskset $((1 << h)) sh -c "h=$h; ${count.replaceAll('$', '\\$')}" & done; wait`);
    expect(system.run('cat /tmp/0 /tmp/1 /tmp/2 /tmp/3')).toBe('3000\n'.repeat(4));
    for (const [i, hart] of system.machine.harts.entries()) expect(hart.begun - begun[i]).toBeGreaterThan(3000);
  });

  test('interrupts between harts arrive: /proc/interrupts counts them for each', () => {
    const [line] = /^IPI0:.*$/m.exec(system.run('cat /proc/interrupts')) ?? [''];
    const counts = line.trim().split(/\s+/).slice(1, 5).map(Number);
    expect(counts).toHaveLength(4);
    for (const count of counts) expect(count).toBeGreaterThan(0);
  });

  test('`poweroff` switches all of them off', () => {
    system.type('poweroff -f\n');
    expect(system.off()).toBe(0);
  });
});
