/** What random programs do that concerns privilege: traps of all kinds, returns to lower modes, CSRs, status bits, wild addresses. */
import { CSR_NUMBERS, ROWS } from '../../../src/machine/isa';
import type { Chance } from '../../machine/engine/lockstep/chance';
import { differsOnQemu } from '../qemu-differences';
import { POINTERS } from './map';
import { addressOf, anyRegister, instruction, raw, type Step } from './code';

type StepMaker = (chance: Chance) => Step;

/** Instructions that trap, in some modes or in all. */
const TRAPPING = ['ecall', 'ebreak', 'c.ebreak', 'sfence.vma', 'fence.i'];
const ILLEGAL_WORDS = [0xffff_ffff, 0x0000_000b, 0x5c00_22f3, 0x7200_0073, 0x0000_707f];

export const trap: StepMaker = (chance) => {
  if (chance.oneIn(6)) return [raw(chance.pick(ILLEGAL_WORDS))];
  const name = chance.pick(TRAPPING);
  return [instruction(name, operandsOf(name, chance))];
};

/** The traps that are the same in all modes. */
export const plainTrap: StepMaker = (chance) =>
  chance.oneIn(4) ? [raw(0xffff_ffff)] : [instruction(chance.pick(['ecall', 'ebreak', 'c.ebreak', 'fence.i']))];

const operandsOf = (name: string, chance: Chance) =>
  name === 'sfence.vma' ? { rs1: chance.pick([0, 8, 9]), rs2: chance.pick([0, 5]) } : {};

/** mret or sret, which need somewhere to go where they are legal: a step ahead, in the mode that xPP says. */
export const trapReturn: StepMaker = (chance) => {
  const name = chance.pick(['mret', 'sret'] as const);
  const register = anyRegister(chance);
  return [
    ...addressOf(register, 1 + chance.below(3)),
    instruction('csrrw', { rd: 0, rs1: register, csr: CSR_NUMBERS[name === 'mret' ? 'mepc' : 'sepc'] }),
    instruction(name),
  ];
};

/** Bits 31:12 of mstatus and sstatus that may be changed at any time: SUM, MXR, TVM, TSR. TW stays, or a wfi would wait for ever. */
const UPPER_STATUS = [0x40, 0x80, 0x100, 0x400, 0xc0];
const SPP = 0x100;

export const changeStatus: StepMaker = (chance) => {
  const register = anyRegister(chance);
  const bits = chance.oneIn(4)
    ? instruction('addi', { rd: register, rs1: 0, imm: SPP })
    : instruction('lui', { rd: register, imm: chance.pick(UPPER_STATUS) << 12 });
  const csr = CSR_NUMBERS[chance.pick(['mstatus', 'sstatus'])];
  return [bits, instruction(chance.pick(['csrrs', 'csrrc']), { rd: anyRegister(chance), rs1: register, csr })];
};

/** A load, a store or a jump where there is no memory: in a hole, at the end of the address space, beyond 56 bits. */
export const wild: StepMaker = (chance) => {
  const register = anyRegister(chance);
  const address = chance.pick<Step>([
    [instruction('lui', { rd: register, imm: 0x50_000 })],
    [instruction('addi', { rd: register, rs1: 0, imm: -8 })],
    [
      instruction('addi', { rd: register, rs1: 0, imm: 3 }),
      instruction('slli', { rd: register, rs1: register, imm: 60 }),
    ],
  ]);
  const access = chance.pick(['ld', 'lb', 'lw', 'sd', 'sb', 'jalr', 'lr.d']);
  if (access === 'jalr') return [...address, instruction(access, { rd: 1, rs1: register })]; // the handler goes on at ra
  const operands = access.startsWith('s') ? { rs1: register, rs2: 5 } : { rd: anyRegister(chance), rs1: register };
  return [...address, instruction(access, operands)];
};

const numbersOf = (...names: string[]): number[] =>
  names.filter((name) => !differsOnQemu(name)).map((name) => CSR_NUMBERS[name]);
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const SUPERVISOR_CSRS = numbersOf('sscratch', 'sepc', 'scause', 'stval', 'scounteren');
/** Numbers for the rows of Zicsr when the program begins in M-mode: what can be written there without harm, and some that are not there. */
export const CSRS_FOR_M = [
  ...numbersOf('mscratch', 'mepc', 'mcause', 'mtval', 'mcounteren'),
  ...SUPERVISOR_CSRS,
  ...range(0x5c0, 0x5c1),
  0xfff,
];
/** When it begins below: besides those of S-mode, some that only M-mode might access, whatever is there. */
export const CSRS_BELOW_M = [
  ...SUPERVISOR_CSRS,
  ...SUPERVISOR_CSRS,
  ...numbersOf('sie', 'sip'),
  ...range(0x190, 0x192),
  ...range(0x300, 0x306),
  ...range(0x340, 0x344),
  ...range(0x3a0, 0x3b1),
  0x7a0,
  0xb00,
  0xf14,
];

/** In HS-mode: what all bits can be written to. */
export const CSRS_FOR_HYPERVISORS = [...SUPERVISOR_CSRS, ...numbersOf('vsscratch', 'vscause', 'vstval', 'htval')];

/** hlv and hsv by one of the pointers, and fences. */
const GUEST_ACCESSES = ROWS.filter(({ extension, name }) => extension === 'H' && !differsOnQemu(name));
export const guestAccess: StepMaker = (chance) => {
  const row = chance.pick(GUEST_ACCESSES);
  const base = row.does.kind === 'system' ? 0 : chance.pick(POINTERS);
  return [
    instruction(row.name, {
      rs1: base,
      ...(row.fields.some(({ name }) => name === 'rd') ? { rd: anyRegister(chance) } : {}),
    }),
  ];
};
