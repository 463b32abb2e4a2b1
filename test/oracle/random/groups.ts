/** The groups of random programs: what their code is made of, in which modes it runs, and on which model of QEMU's CPU. */
import { parseIsa, ROWS, type Extension, type Isa, type Row } from '../../../src/machine/isa';
import type { Chance } from '../../machine/engine/lockstep/chance';
import { differsOnQemu } from '../qemu-differences';
import type { Ingredients } from './code';
import { MACHINE_SETTING, randomProgram, type RandomProgram, type Setting } from './program';

export interface Group {
  readonly name: string;
  readonly isa: Isa;
  /** For QEMU's -cpu. */
  readonly cpu: string;
  readonly float: boolean;
  readonly hypervisor: boolean;
  readonly make: (seed: number, chance: Chance) => RandomProgram;
}

const usable = ROWS.filter(({ name }) => !differsOnQemu(name));
const rowsOf = (...extensions: Extension[]): Row[] =>
  usable.filter(({ extension, does }) => extensions.includes(extension) && does.kind !== 'system');

/** Rows of the base, and those of the extension as often as all of these. */
function mixed(extension: Extension): Row[] {
  const [base, own] = [rowsOf('I'), rowsOf(extension)];
  return [...base, ...Array.from({ length: Math.ceil(base.length / own.length) }, () => own).flat()];
}

const inMachineMode = (name: string, ingredients: Ingredients, isa: string): Group => ({
  name,
  isa: parseIsa(isa),
  cpu: 'rv64,h=false,sstc=false',
  float: isa.includes('gc'),
  hypervisor: false,
  make: (seed, chance) => randomProgram(seed, chance, ingredients, MACHINE_SETTING),
});

const UNPRIVILEGED: readonly Extension[] = ['M', 'A', 'C', 'F', 'D', 'Zba', 'Zbb', 'Zbs'];
const ISA = 'rv64gc_zba_zbb_zbs';

export const GROUPS: readonly Group[] = [
  inMachineMode('I', { rows: rowsOf('I') }, ISA),
  ...UNPRIVILEGED.map((extension) => inMachineMode(extension, { rows: mixed(extension) }, ISA)),
];
export type { Setting };
