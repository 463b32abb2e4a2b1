/** The groups of random programs: what their code is made of, in which modes it runs, and on which model of QEMU's CPU. */
import { parseIsa, ROWS, type Extension, type Isa, type Row } from '../../../src/machine/isa';
import type { Chance } from '../../machine/engine/lockstep/chance';
import { differsOnQemu } from '../qemu-differences';
import { instruction, type Ingredients, type Step } from './code';
import {
  changeStatus,
  CSRS_BELOW_M,
  CSRS_FOR_HYPERVISORS,
  CSRS_FOR_M,
  guestAccess,
  plainTrap,
  trap,
  trapReturn,
  wild,
} from './privileged';
import { MACHINE_SETTING, randomProgram, type RandomProgram } from './program';
import { randomGuestTables, randomTables, type SchemeName } from './tables';

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
  cpu: CPU,
  float: isa.includes('gc'),
  hypervisor: false,
  make: (seed, chance) => randomProgram(seed, chance, ingredients, MACHINE_SETTING),
});

/** Exceptions that may go to the handler of S-mode. It ends programs by an ecall, which must not come back to itself. */
const DELEGABLE = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 15];
const randomDelegation = (chance: Chance): bigint =>
  chance.oneIn(3) ? 0n : DELEGABLE.reduce((all, cause) => (chance.oneIn(2) ? all | (1n << BigInt(cause)) : all), 0n);

const MPP_AT = 11n;
const [TW, SUM, MXR, TVM, TSR] = [21n, 18n, 19n, 20n, 22n];
/** Loads and stores of M-mode are translated: as those of U-mode, which MPP says after entering M-mode. */
const MPRV = 1n << 17n;
const randomStatus = (chance: Chance, mode: bigint): bigint =>
  [TW, SUM, MXR, TVM, TSR].reduce((all, bit) => (chance.oneIn(3) ? all | (1n << bit) : all), mode << MPP_AT);

/** wfi where it is illegal; elsewhere it would wait for ever. */
const wfi = (): Step => [instruction('wfi')];

/** M-, S- or U-mode with traps of all kinds, going to M or to S; with page tables if there is a scheme. */
function privileged(name: string, scheme?: SchemeName): Group {
  const make = (seed: number, chance: Chance): RandomProgram => {
    const mode = chance.pick([0n, 1n, 3n]);
    // With TSR, the handler could not leave S-mode, which then fetches user pages: see qemu-differences.ts.
    const status =
      (randomStatus(chance, mode) & (mode === 0n ? ~(1n << TSR) : -1n)) | (mode === 3n && scheme ? MPRV : 0n);
    const translation = scheme && randomTables(chance, scheme, mode === 0n);
    const waits = mode === 3n || !((status >> TW) & 1n);
    const rows = [...rowsOf('I', 'C'), ...ACCESSES, ...ACCESSES, ...CSR_ROWS_OF_TABLE];
    const steps = [trap, changeStatus, wild, ...(waits ? [] : [wfi]), ...(status & MPRV ? [] : [trapReturn])];
    const ingredients = { rows, steps, csrs: mode === 3n ? CSRS_FOR_M : CSRS_BELOW_M };
    return randomProgram(seed, chance, ingredients, {
      csrs: [
        ['medeleg', randomDelegation(chance)],
        ['mcounteren', BigInt(chance.below(8))],
        ['scounteren', BigInt(chance.below(8))],
        ['satp', translation?.register ?? 0n],
      ],
      status,
      entries: translation?.entries ?? [],
      registers: translation?.pointers,
    });
  };
  return { name, isa: parseIsa(ISA), cpu: CPU, float: false, hypervisor: false, make };
}

const [MPV, SPVP, HU, VTVM, VTSR] = [39n, 8n, 9n, 20n, 22n];
/** Guest-page faults and virtual instructions besides; an ecall of VS-mode ends programs. */
const GUEST_DELEGABLE = [...DELEGABLE, 20, 21, 22, 23];
/** Without 2 and 6: see qemu-differences.ts. */
const DELEGABLE_TO_GUESTS = [0, 1, 3, 4, 5, 7, 8, 12, 13, 15];
const randomBits = (chance: Chance, bits: readonly (bigint | number)[]): bigint =>
  bits.reduce<bigint>((all, bit) => (chance.oneIn(2) ? all | (1n << BigInt(bit)) : all), 0n);

/** VS- or VU-mode, or HS-mode with hlv and hsv, under two stages; traps go to M, to HS or to VS. */
function guests(name: string, own: SchemeName, outer: SchemeName): Group {
  const make = (seed: number, chance: Chance): RandomProgram => {
    const mode = chance.pick(['VS', 'VS', 'VU', 'VU', 'HS'] as const);
    const guest = randomGuestTables(chance, outer);
    const translation = randomTables(chance, own, mode === 'VU', guest.page);
    const steps = mode === 'HS' ? [trap, guestAccess, guestAccess] : [plainTrap];
    // HS-mode itself would reach no memory through the windows of the G-stage.
    const rows = [
      ...(mode === 'HS' ? WITHOUT_MEMORY : rowsOf('I', 'C')),
      ...(mode === 'HS' ? CSR_ROWS_OF_TABLE : [...ACCESSES, ...ACCESSES]),
    ];
    return randomProgram(
      seed,
      chance,
      { rows, steps, csrs: CSRS_FOR_HYPERVISORS },
      {
        csrs: [
          ['medeleg', chance.oneIn(3) ? 0n : randomBits(chance, GUEST_DELEGABLE)],
          ['hedeleg', chance.oneIn(3) ? 0n : randomBits(chance, DELEGABLE_TO_GUESTS)],
          ['hstatus', randomBits(chance, [SPVP, HU, VTVM, mode === 'VS' ? VTSR : HU])],
          ['vsstatus', mode === 'HS' ? 1n << SUM : randomBits(chance, [SUM])],
          ['satp', mode === 'HS' ? translation.register : 0n], // see hlv in qemu-differences.ts
          ['vsatp', chance.oneIn(6) ? 0n : translation.register],
          ['hgatp', guest.register],
        ],
        status: ((mode === 'VU' ? 0n : 1n) << MPP_AT) | (mode === 'HS' ? 0n : 1n << MPV) | randomBits(chance, [SUM]),
        entries: [...translation.entries, ...guest.entries],
        registers: translation.pointers,
      },
    );
  };
  return { name, isa: parseIsa('rv64gch'), cpu: 'rv64,h=true,sstc=false', float: false, hypervisor: true, make };
}

const UNPRIVILEGED: readonly Extension[] = ['M', 'A', 'C', 'F', 'D', 'Zba', 'Zbb', 'Zbs'];
const ISA = 'rv64gc_zba_zbb_zbs';
const CPU = 'rv64,h=false,sstc=false';
const CSR_ROWS_OF_TABLE = rowsOf('Zicsr');
const isAccess = ({ does }: Row): boolean => does.kind === 'load' || does.kind === 'store';
const ACCESSES = rowsOf('I').filter(isAccess);
const WITHOUT_MEMORY = rowsOf('I', 'C').filter((row) => !isAccess(row));

export const GROUPS: readonly Group[] = [
  inMachineMode('I', { rows: rowsOf('I') }, ISA),
  ...UNPRIVILEGED.map((extension) => inMachineMode(extension, { rows: mixed(extension) }, ISA)),
  inMachineMode('Zicsr', { rows: mixed('Zicsr'), csrs: CSRS_FOR_M }, ISA),
  privileged('M, S and U'),
  privileged('Sv39', 'Sv39'),
  privileged('Sv48', 'Sv48'),
  privileged('Sv57', 'Sv57'),
  guests('Sv39 in Sv39x4', 'Sv39', 'Sv39'),
  guests('Sv48 in Sv57x4', 'Sv48', 'Sv57'),
  guests('Sv57 in Sv48x4', 'Sv57', 'Sv48'),
];
