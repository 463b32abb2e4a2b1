/** Random code in steps: each is an instruction, or a few that only make sense together. It goes forward, but for loops that run out of fuel. */
import { encode, rowByName, type Operands, type Row } from '../../../src/machine/isa';
import type { Chance } from '../../machine/engine/lockstep/chance';
import { randomOperands } from '../../machine/isa/random';
import { FUEL, POINTERS, RESERVED } from './map';

/** An instruction whose target, if it has one, is the step that lies `to` steps ahead. */
interface Draft {
  readonly row: Row;
  readonly operands: Operands;
  readonly to?: number;
  /** 32 bits to be there instead. */
  readonly word?: number;
}
export type Step = readonly Draft[];

/** What a group's programs are made of. */
export interface Ingredients {
  /** Rows to choose from: one that is there twice comes twice as often. */
  readonly rows: readonly Row[];
  /** CSR numbers for the rows of Zicsr. */
  readonly csrs?: readonly number[];
  /** Steps of the group's own. */
  readonly steps?: readonly ((chance: Chance) => Step)[];
}

/** Registers that random code may write. */
const WRITABLE = Array.from({ length: 32 }, (_, i) => i).filter((register) => !RESERVED.includes(register));

export const instruction = (name: string, operands: Operands = {}, to?: number): Draft => ({
  row: rowByName(name),
  operands,
  to,
});

/** 32 bits that are no instruction. */
export const raw = (word: number): Draft => ({ ...instruction('addi'), word });

/** A register that random code may write, but not x0. */
export const anyRegister = (chance: Chance): number => chance.pick(WRITABLE.slice(1));

/** The address of a step ahead in a register. */
export const addressOf = (register: number, ahead: number): Step => [
  instruction('auipc', { rd: register }),
  instruction('addi', { rd: register, rs1: register }, ahead), // encoded as the distance from the auipc
];

export function randomStep(chance: Chance, ingredients: Ingredients): Step {
  const { rows, steps } = ingredients;
  if (steps && chance.oneIn(3)) return chance.pick(steps)(chance);
  if (chance.oneIn(24)) return loop(chance);
  return stepOf(chance.pick(rows), chance, ingredients);
}

/** Goes back a few steps as long as there is fuel: it is used up here alone, and soon is below 0 for ever. */
const loop = (chance: Chance): Step => [
  instruction('addi', { rd: FUEL, rs1: FUEL, imm: -1 }),
  instruction('blt', { rs1: 0, rs2: FUEL }, -chance.below(5)),
];

function stepOf(row: Row, chance: Chance, { csrs }: Ingredients): Step {
  const operands = legalOperands(row, chance);
  switch (row.does.kind) {
    case 'branch':
    case 'jal':
      return [{ row, operands, to: 1 + chance.below(4) }];
    case 'jalr':
      return jump(row, operands, chance);
    case 'lr':
      return reservation(row, operands, chance);
    case 'sc':
      return []; // comes behind its LR
    case 'csr':
      return [{ row, operands: { ...operands, csr: chance.pick(csrs!) } }];
    default:
      return row.name === 'c.addi16sp'
        ? [{ row, operands }, instruction('addi', { rd: 2, rs1: 2, imm: -operands.imm! })]
        : [{ row, operands }];
  }
}

/** Random operands that write no reserved register, and reach memory by a pointer. */
function legalOperands(row: Row, chance: Chance): Operands {
  const operands = { ...randomOperands(row, chance.next) };
  const field = (name: string) => row.fields.find((each) => each.name === name);
  const rd = field('rd');
  if (rd)
    operands.rd = chance.pick(
      rd.plus8 ? WRITABLE.filter((register) => register >= 10 && register <= 15) : writableIn(row),
    );
  const rs1 = field('rs1');
  if (rs1 && usesMemory(row))
    operands.rs1 = chance.pick(rs1.plus8 ? POINTERS.filter((register) => register === 8 || register === 9) : POINTERS);
  if (field('rm') && chance.oneIn(3)) operands.rm = 7; // dynamic
  return operands;
}

/** `rd` 0 is another instruction, or reserved, in some compressed rows. */
const writableIn = (row: Row): readonly number[] => WRITABLE.filter((rd) => rd !== 0 || row.length === 4);

const usesMemory = ({ does }: Row): boolean => ['load', 'store', 'amo', 'lr', 'sc'].includes(does.kind);

/** jalr to a step ahead, by way of a register. */
function jump(row: Row, operands: Operands, chance: Chance): Step {
  const base = chance.pick(WRITABLE.filter((register) => register > 1));
  const ahead = 1 + chance.below(3);
  return [
    ...addressOf(base, ahead),
    { row, operands: { ...operands, rs1: base, ...('imm' in operands ? { imm: 0 } : {}) } },
  ];
}

/** LR and SC in pairs, which succeed or, at another address, fail; then one without LR, which fails. */
function reservation(lr: Row, operands: Operands, chance: Chance): Step {
  const sc = lr.name.replace('lr', 'sc');
  const store = (rs1: number): Draft =>
    instruction(sc, {
      rd: chance.pick(WRITABLE),
      rs1,
      rs2: chance.below(32),
      aq: chance.below(2),
      rl: chance.below(2),
    });
  const other = POINTERS.find((pointer) => pointer !== operands.rs1)!;
  return [{ row: lr, operands }, store(chance.oneIn(4) ? other : operands.rs1!), store(operands.rs1!)];
}

/** Machine code of steps one behind the other, each on its own. Targets behind the last step are its end. */
export function encodeSteps(steps: readonly Step[]): Uint8Array[] {
  const starts = [0];
  for (const step of steps) starts.push(starts.at(-1)! + lengthOf(step));
  return steps.map((step, i) => {
    const target = (to: number): number => starts[Math.max(0, Math.min(i + to, steps.length))];
    const bytes = new DataView(new ArrayBuffer(lengthOf(step)));
    let at = 0;
    for (const { row, operands, to, word: bits } of step) {
      // An addi continues the auipc before it: psABI, "PC-relative".
      const from = starts[i] + at - (row.name === 'addi' ? 4 : 0);
      const word = bits ?? encode(row, to === undefined ? operands : { ...operands, imm: target(to) - from });
      if (row.length === 4) bytes.setUint32(at, word, true);
      else bytes.setUint16(at, word, true);
      at += row.length;
    }
    return new Uint8Array(bytes.buffer);
  });
}

const lengthOf = (step: Step): number => step.reduce((sum, { row }) => sum + row.length, 0);
