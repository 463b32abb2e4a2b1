/** Random instructions: every row of the table, words that are no instruction, and what makes programs go on for long. */
import { CSR_NUMBERS, decode, encode, ROWS, usesFloat, type Operands, type Row } from '../../../../src/machine/isa';
import { randomOperands } from '../../isa/random';
import type { Chance } from './chance';
import { POINTERS, REGISTER } from './map';

const LONG = ROWS.filter((row) => row.length === 4);
const ofKind = (...kinds: Row['does']['kind'][]): Row[] =>
  LONG.filter((row) => kinds.includes(row.does.kind) && !usesFloat(row));

const COMPUTE = ofKind('compute');
const MEMORY = ofKind('load', 'store');
const ATOMIC = ofKind('lr', 'sc', 'amo');
const FLOAT_MEMORY = LONG.filter((row) => usesFloat(row) && /load|store/.test(row.does.kind));
const FLOAT = LONG.filter((row) => usesFloat(row) && !FLOAT_MEMORY.includes(row));
const BRANCH = ofKind('branch');
const JAL = ofKind('jal');
const JALR = ofKind('jalr');
const CSR = ofKind('csr');
const SYSTEM = ofKind('system');

/** CSRs whose change leaves the program running, more or less. */
const MILD = ['mscratch', 'mepc', 'mcause', 'mtval', 'sscratch', 'sepc', 'scause', 'stval', 'mstatus', 'sstatus', 'mie', 'sie', 'mip', 'sip', 'cycle', 'fcsr', 'fcsr', 'fflags', 'frm',
  'time', 'instret', 'minstret', 'mcycle', 'mcounteren', 'scounteren', 'mcountinhibit', 'medeleg', 'mideleg', 'misa', 'mhartid', 'pmpaddr3',
  'pmpcfg2', 'menvcfg', 'hpmcounter3', 'mhpmevent4', 'hstatus', 'vsstatus', 'vsscratch', 'vsepc', 'vscause', 'vstval', 'vsie', 'vsip', 'htval', 'htinst',
  'hvip', 'hip', 'hie', 'hedeleg', 'hideleg', 'htimedelta', 'hcounteren', 'hgeie', 'hgeip', 'henvcfg', 'stimecmp', 'vstimecmp', 'mtinst', 'mtval2'].map((name) => CSR_NUMBERS[name]); // prettier-ignore
const ANY = [...Object.values(CSR_NUMBERS), 0x123, 0x5c0, 0xcff];

const KEPT = [...POINTERS, ...Object.values(REGISTER)];

/** A register to write: rarely one that the program needs. */
function destination(chance: Chance): number {
  const register = chance.below(32);
  return KEPT.includes(register) && !chance.oneIn(30) ? 0 : register;
}

/** `operands`: those that are not left to chance; ones that the row does not have do not matter. */
function long(row: Row, chance: Chance, operands: Operands): number {
  const random = randomOperands(row, chance.next);
  return encode(row, { ...random, rd: destination(chance), ...operands });
}

/** Mostly near a pointer, mostly aligned. */
function memoryAccess(chance: Chance): number {
  const row = chance.pick(chance.oneIn(4) ? FLOAT_MEMORY : MEMORY);
  const width = 'width' in row.does ? row.does.width : 1;
  const near = chance.below(256 / width) * width - 64;
  return long(row, chance, { rs1: base(chance), imm: chance.oneIn(16) ? chance.below(4096) - 2048 : near });
}

/** Mostly on few registers, so that results are operands soon; mostly with a rounding mode that programs use. */
function float(chance: Chance): number {
  const few = { fd: chance.below(6), fs1: chance.below(8), fs2: chance.below(8), fs3: chance.below(8) };
  return long(chance.pick(FLOAT), chance, chance.oneIn(8) ? {} : { ...few, rm: chance.pick([0, 1, 7, 7, 7]) });
}

const base = (chance: Chance): number => (chance.oneIn(12) ? chance.below(32) : chance.pick(POINTERS));

function compressed(chance: Chance): number {
  for (;;) {
    const word = chance.below(0x10000);
    if ((word & 3) === 3) continue;
    const instruction = decode(word);
    const harmless = instruction && (instruction.rd === 0 || !KEPT.includes(instruction.rd));
    if (harmless || chance.oneIn(20)) return word;
  }
}

/** One instruction: its bits and its length in bytes. `privileged`: with many accesses to CSRs. */
export function randomInstruction(chance: Chance, privileged: boolean): { word: number; length: 2 | 4 } {
  const kind = chance.below(100);
  if (kind < 22) return { word: compressed(chance), length: 2 };
  return { word: longInstruction(kind, chance, privileged), length: 4 };
}

function longInstruction(kind: number, chance: Chance, privileged: boolean): number {
  if (kind < 36) return long(chance.pick(COMPUTE), chance, {});
  if (kind < 48) return float(chance);
  if (kind < 70) return memoryAccess(chance);
  if (kind < 76) return long(chance.pick(ATOMIC), chance, { rs1: base(chance) });
  if (kind < 87) return long(chance.pick(BRANCH), chance, { imm: (chance.below(40) - 12) * 2 });
  if (kind < 90) return long(chance.pick(JAL), chance, { rd: chance.pick([0, 1]), imm: (chance.below(60) - 20) * 2 });
  if (kind < 92) {
    const to = chance.pick([1, 5, REGISTER.code]);
    return long(chance.pick(JALR), chance, { rd: chance.pick([0, 1, 5]), rs1: to, imm: chance.below(64) * 2 });
  }
  if (kind < 97) return long(chance.pick(privileged || chance.oneIn(8) ? CSR : COMPUTE), chance, { csr: csr(chance) });
  if (kind < 99) return long(chance.pick(SYSTEM), chance, {});
  return (chance.next() | 3) >>> 0;
}

const csr = (chance: Chance): number => chance.pick(chance.oneIn(20) ? ANY : MILD);
