/** What htinst or mtinst says about the instruction that trapped (Privileged, "Transformed Instruction or Pseudoinstruction for mtinst or htinst"). */
import { encode } from '../isa/encode';
import { ROWS } from '../isa';
import type { Instruction, Row, Semantics } from '../isa/row';
import { Exception, type Trap } from './cause';
import type { HartState } from './state';

/** "64-bit read for VS-stage address translation (RV64)", and the same for write: ld and sd with bits 1:0 clear. */
const PSEUDOINSTRUCTION = { read: 0x3000n, write: 0x3020n } as const;

/** Causes for which the table of allowed values has "Yes" under "Transformed Standard Instruction": those of explicit accesses. */
const OF_EXPLICIT_ACCESSES: readonly number[] = [
  Exception.loadAddressMisaligned,
  Exception.loadAccessFault,
  Exception.storeAddressMisaligned,
  Exception.storeAccessFault,
  Exception.loadPageFault,
  Exception.storePageFault,
  Exception.loadGuestPageFault,
  Exception.storeGuestPageFault,
];

/** The value for a trap; `instruction` is the one that trapped, if it could be fetched. */
export function trapInstruction(hart: HartState, { cause, tval, guest }: Trap, instruction?: Instruction): bigint {
  if (guest.implicit) return PSEUDOINSTRUCTION[guest.implicit];
  if (!instruction || !OF_EXPLICIT_ACCESSES.includes(cause)) return 0n;
  const original = hart.x[instruction.rs1] + BigInt(instruction.imm);
  return transformed(instruction, Number((tval - original) & 0x1fn));
}

/** The instruction with its immediate 0, in place of rs1 how far the faulting address lies behind the original one, and bit 1 clear if it is compressed. */
function transformed(instruction: Instruction, offset: number): bigint {
  const { row, length, word, rd, rs2 } = instruction;
  if (!TRANSFORMED.includes(row.does.kind)) return 0n;
  const full = length === 4 ? word : encode(row, { rd, rs2, fd: rd, fs2: rs2 });
  const kept = full & KEPT[row.id];
  return BigInt(((kept | (offset << 15)) & (length === 4 ? -1 : ~2)) >>> 0);
}

const TRANSFORMED: readonly Semantics['kind'][] = ['load', 'store', 'lr', 'sc', 'amo'];

/** Where the field lies in the 32-bit word. */
function bitsOf({ fields }: Row, name: 'rs1' | 'imm'): number {
  const slices = fields.find((field) => field.name === name)?.slices ?? [];
  return slices.reduce((bits, { high, low }) => bits | ((2 ** (high - low + 1) - 1) << low), 0);
}

/** By row: the bits that a transformed instruction keeps. A guest takes a fault for each page that it touches first. */
const KEPT = ROWS.map((row) => ~(bitsOf(row, 'rs1') | bitsOf(row, 'imm')));
