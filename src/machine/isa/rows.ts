/** Makers of table rows, one for each shape of instruction: each gives a row its operands' order and its kind of meaning. */
import { num, type Expr } from './expr';
import { parsePattern } from './pattern';
import type { Extension, FloatOperation, GuestAccess, Row, Semantics, Width } from './row';

/** A row before table.ts has numbered it; a compressed row gets its meaning there, from the row that it expands to. */
export type RowDraft = Omit<Row, 'id' | 'does'> & { readonly does?: Semantics };
type Unassigned = Omit<RowDraft, 'extension' | 'andAlso'>;

const row = (name: string, pattern: string, syntax: string, does?: Semantics): Unassigned => ({
  name,
  pattern,
  ...parsePattern(pattern),
  syntax,
  does,
});

/** Marks rows as belonging to one extension, or to two that must both be there. */
export const extension = (name: Extension, rows: readonly Unassigned[], andAlso?: Extension): RowDraft[] =>
  rows.map((draft) => ({ ...draft, extension: name, andAlso }));

/** rd = a function of two registers. */
export const alu = (name: string, pattern: string, value: Expr) =>
  row(name, pattern, 'rd, rs1, rs2', { kind: 'compute', value });

/** rd = a function of one register: `clz rd, rs1`. */
export const unaryAlu = (name: string, pattern: string, value: Expr) =>
  row(name, pattern, 'rd, rs1', { kind: 'compute', value });

/** rd = a function of a register and a sign-extended 12-bit immediate. */
export const aluImmediate = (name: string, pattern: string, value: Expr) =>
  row(name, pattern, 'rd, rs1, imm', { kind: 'compute', value });

/** rd = a register shifted by a constant. */
export const shift = (name: string, pattern: string, value: Expr) =>
  row(name, pattern, 'rd, rs1, shamt', { kind: 'compute', value });

/** rd = a function of imm31:12, whose low 12 bits are 0. */
export const upper = (name: string, pattern: string, value: Expr) =>
  row(name, pattern, 'rd, upper', { kind: 'compute', value });

/** Completes without any effect: fences between memory accesses, which happen in program order on this machine, and hints. */
export const noEffect = (name: string, pattern: string, syntax = '') =>
  row(name, pattern, syntax, { kind: 'compute', value: num(0) });

export const load = (name: string, pattern: string, width: Width, extend: 'signed' | 'unsigned') =>
  row(name, pattern, 'rd, imm(rs1)', { kind: 'load', width, signed: extend === 'signed' });

export const store = (name: string, pattern: string, width: Width) =>
  row(name, pattern, 'rs2, imm(rs1)', { kind: 'store', width });

/** A load from a guest's memory; `access`: as data, or as code. */
export const guestLoad = (
  name: string,
  pattern: string,
  width: Width,
  extend: 'signed' | 'unsigned',
  access: GuestAccess = 'data',
) => row(name, pattern, 'rd, (rs1)', { kind: 'load', width, signed: extend === 'signed', guest: access });

export const guestStore = (name: string, pattern: string, width: Width) =>
  row(name, pattern, 'rs2, (rs1)', { kind: 'store', width, guest: 'data' });

export const branch = (name: string, pattern: string, taken: Expr) =>
  row(name, pattern, 'rs1, rs2, target', { kind: 'branch', taken });

export const jal = (name: string, pattern: string) => row(name, pattern, 'rd, target', { kind: 'jal' });
export const jalr = (name: string, pattern: string) => row(name, pattern, 'rd, imm(rs1)', { kind: 'jalr' });

export const loadReserved = (name: string, pattern: string, width: 4 | 8) =>
  row(name, pattern, 'rd, (rs1)', { kind: 'lr', width });

export const storeConditional = (name: string, pattern: string, width: 4 | 8) =>
  row(name, pattern, 'rd, rs2, (rs1)', { kind: 'sc', width });

/** `old` in `value` is what memory held, sign-extended to 64 bits; the low `width` bytes of `value` go to memory. */
export const amo = (name: string, pattern: string, width: 4 | 8, value: Expr) =>
  row(name, pattern, 'rd, rs2, (rs1)', { kind: 'amo', width, value });

/** The operand is rs1, or a 5-bit number if the pattern has `zimm`. */
export const csr = (name: string, pattern: string, op: 'swap' | 'set' | 'clear') => {
  const immediate = pattern.includes('zimm');
  return row(name, pattern, `rd, csr, ${immediate ? 'zimm' : 'rs1'}`, { kind: 'csr', op, immediate });
};

/** Done by the hart in TypeScript; the action is the mnemonic. */
export const system = (name: string, pattern: string, syntax = '') =>
  row(name, pattern, syntax, { kind: 'system', action: name });

export const loadFloat = (name: string, pattern: string, width: 4 | 8) =>
  row(name, pattern, 'fd, imm(rs1)', { kind: 'load', width, signed: false, float: true });

export const storeFloat = (name: string, pattern: string, width: 4 | 8) =>
  row(name, pattern, 'fs2, imm(rs1)', { kind: 'store', width, float: true });

/** fd, or rd, as the pattern says, is a function of registers' bits that may raise exceptions. */
export const floatBits = (name: string, pattern: string, syntax: string, value: Expr, flags?: Expr) =>
  row(name, pattern, syntax, { kind: 'compute', value, flags, float: pattern.includes('fd') });

/** An operation that rounds, or raises what rounding raises. */
export const float = (name: string, pattern: string, syntax: string, operation: FloatOperation) =>
  row(name, pattern, syntax, { kind: 'float', operation });

/** A 16-bit form of the row named `full`; `fixed` are operands of `full` that the short form implies. */
export const compressed = (
  name: string,
  pattern: string,
  syntax: string,
  full: string,
  fixed: { rd?: number; rs1?: number; rs2?: number } = {},
) => ({ ...row(name, pattern, syntax), expands: { name: full, ...fixed } });
