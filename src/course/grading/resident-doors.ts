/**
 * The machine, the hypervisor, the reference's parts and the laboratory stay loaded in the resident runner, outside jest's sandbox.
 * V8 then compiles them once and not once a run, which is most of a verdict's time, and what the laboratory knows of guests on bare
 * metal serves every part. Suites and the graded part get them by the files in doors/, so both have the same classes.
 */
import path from 'node:path';

const SOURCES = {
  machine: 'src/machine/index.ts',
  guests: 'src/guests/index.ts',
  popekGoldberg: 'src/popek-goldberg/index.ts',
  vmm: 'src/vmm/index.ts',
  reference: 'src/reference.ts',
  lab: 'src/course/lab/index.ts',
} as const;

export type ResidentDoors = Readonly<Record<keyof typeof SOURCES, unknown>>;

/** This is the bundled runner: then the bundle of the doors is not older than the sources (bin/launch.cjs). */
const IS_BUNDLED = path.basename(__dirname) === 'dist';

/** Where the environment finds the doors: jest loads that file anew for each run, the process stays. */
interface Holder {
  hvDoors?: ResidentDoors;
}

/** Loads everything behind the doors into this process. `root` is the package. */
export function loadDoors(root: string): void {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the files are known at run time only
  const load = (file: string): unknown => require(path.join(root, file));
  const doors = IS_BUNDLED
    ? (load('dist/doors.cjs') as ResidentDoors)
    : Object.fromEntries(Object.entries(SOURCES).map(([door, file]) => [door, load(file)]));
  (process as Holder).hvDoors = doors as ResidentDoors;
}

export function residentDoors(): ResidentDoors {
  const { hvDoors } = process as Holder;
  if (hvDoors === undefined) throw new Error('the doors have not been loaded');
  return hvDoors;
}
