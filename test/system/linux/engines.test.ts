/** One boot, three executors: the same console, the same instant of every interrupt, the same state at the end. */
import type { Engine } from '#machine';
import { Driven } from './driven';
import { whereThereAre } from './files';
import { tinyInitrd } from './tiny-init';

jest.setTimeout(900_000);

/** The stepping executor gets this far in some seconds: OpenSBI, and the kernel up to its first page tables. */
const AFFORDABLE = 12_000_000;

const boot = (engine: Engine): Driven => new Driven({ engine, isa: 'rv64imac', initrd: tinyInitrd(), harts: 2 });

whereThereAre('OpenSBI', 'Image')('the same boot', () => {
  test('interpreted and compiled prints the same and ends in the same state', () => {
    const [interpreted, compiled] = (['interpret', 'compile'] as const).map((engine) => {
      const system = boot(engine);
      expect(system.off()).toBe(0);
      return [system.printed, system.machine.now(), system.machine.digest()];
    });
    expect(interpreted[0]).toContain('reboot: Power down');
    expect(compiled).toEqual(interpreted);
  });

  test(`stepped is in the same state after ${AFFORDABLE} instructions`, () => {
    const [stepped, interpreted, compiled] = (['step', 'interpret', 'compile'] as const).map((engine) => {
      const system = boot(engine);
      system.machine.run(AFFORDABLE);
      return [system.printed, system.machine.now(), system.machine.digest()];
    });
    expect(stepped[0]).toContain('OpenSBI v');
    expect(interpreted).toEqual(stepped);
    expect(compiled).toEqual(stepped);
  });
});
