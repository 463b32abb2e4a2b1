/** The same kernel on a processor with fewer extensions: it finds what there is, and does without the rest. */
import { Driven } from './driven';
import { whereThereAre } from './files';
import { tinyInitrd } from './tiny-init';

jest.setTimeout(600_000);

whereThereAre('OpenSBI', 'Image')('--isa rv64imac', () => {
  const system = new Driven({ isa: 'rv64imac', initrd: tinyInitrd() });

  test('the kernel boots to an init without F and D, and powers off', () => {
    expect(system.off()).toBe(0);
    expect(system.printed).toMatch(/Run \/init as init process\n(?:.*\n)*?Hello from an integer-only init\.\n/);
  });

  test('it sees the extensions that are there, and these only', () => {
    expect(system.printed).toMatch(/^.*riscv: base ISA extensions acim$/m);
    expect(system.printed).toMatch(/^.*riscv: ELF capabilities acim$/m);
  });
});
