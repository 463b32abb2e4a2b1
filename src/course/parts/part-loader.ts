/** Runs a student's TypeScript file in this very process, for `hv boot` and `hv trace`: same doors, same classes as the hypervisor that will use it. */
import vm from 'node:vm';
import { buildSync } from 'esbuild';

/** What a part may import, by door: `{ '#vmm': vmm, '#machine': machine }`. */
export type Doors = Readonly<Record<string, unknown>>;

/** A loader for `loadPart`: compiles the file and what it imports by relative path, and hands it the doors. Throws what the compiler or the file throws. */
export function partLoader(doors: Doors): (file: string) => unknown {
  return (file) => {
    const module = { exports: {} as unknown };
    const run = vm.compileFunction(compile(file), ['exports', 'require', 'module'], { filename: file }) as (
      ...args: unknown[]
    ) => void;
    run(module.exports, (name: string) => open(name, doors), module);
    return module.exports;
  };
}

function open(name: string, doors: Doors): unknown {
  const door = doors[name];
  if (door === undefined) throw new Error(`a part may import ${Object.keys(doors).join(' and ')}, not "${name}"`);
  return door;
}

function compile(file: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    // The doors stay closed here; `open` hands them out.
    external: ['#*'],
    logLevel: 'silent',
    // Nothing of the student's folder decides how the file is compiled.
    tsconfigRaw: {},
  });
  return outputFiles[0].text;
}
