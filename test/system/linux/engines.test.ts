/** One boot, three executors: the same console, the same instant of every interrupt, the same state at the end. */
import type { Engine } from '#machine';
import { Driven } from './driven';
import { whereThereAre } from './files';
import { tinyInitrd } from './tiny-init';

jest.setTimeout(900_000);

/** The stepping executor gets this far in some seconds: OpenSBI, and the kernel up to its first page tables. */
const AFFORDABLE = 12_000_000;

/** What of a computation in a shell the stepping executor is shown, from a snapshot on. */
const PIECE = 4_000_000;
/** busybox's awk computes in double precision. */
const COMPUTE = 'busybox awk \'BEGIN { for (i = 1; i <= 3000; i++) s += 1 / i; printf "%.12f\\n", s }\'';
/** The 3000th harmonic number, to as many places as any awk gives. */
const SUM = '8.583749889959';

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

whereThereAre(
  'OpenSBI',
  'Image',
  'initrd.gz',
)('Debian with F and D', () => {
  const shell = (engine: Engine): Driven => {
    const system = new Driven({ engine, virtio: { entropySeed: 1n } });
    system.shell();
    return system;
  };
  const systems = new Map<Engine, Driven>();
  afterAll(() => systems.forEach(({ machine }) => machine.release()));

  test('interpreted and compiled is in the same state at its shell', () => {
    const [interpreted, compiled] = (['interpret', 'compile'] as const).map((engine) => {
      const system = shell(engine);
      systems.set(engine, system);
      return [system.printed, system.machine.now(), system.machine.digest()];
    });
    expect(compiled).toEqual(interpreted);
  });

  test(`a computation in doubles: stepped too, the same state after each quarter of ${PIECE} instructions`, () => {
    const compiled = systems.get('compile')!;
    compiled.type(`${COMPUTE}\n`);
    const snapshot = compiled.machine.snapshot();
    const stepped = new Driven({ engine: 'step', virtio: { entropySeed: 1n } });
    systems.set('step', stepped);
    const states = [...systems.values()].map(({ machine }) => {
      machine.restore(snapshot);
      return [1, 2, 3, 4].map(() => {
        machine.run(PIECE / 4);
        return [machine.now(), machine.digest()];
      });
    });
    expect(states[1]).toEqual(states[0]);
    expect(states[2]).toEqual(states[0]);
  });

  test('and the same sum in the end', () => {
    for (const engine of ['interpret', 'compile'] as const)
      expect(systems.get(engine)!.waitFor(/^\d\.\d+$/m)).toContain(SUM);
  });
});
