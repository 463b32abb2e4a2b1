/** The shape of one row of the instruction table: encoding, assembly syntax and meaning side by side. */
import type { Expr } from './expr';

export type Width = 1 | 2 | 4 | 8;
/** The extensions that rows and CSRs belong to; 'Privileged' is what every machine with M-, S- and U-mode has. */
export type Extension =
  | 'I'
  | 'M'
  | 'A'
  | 'F'
  | 'D'
  | 'C'
  | 'H'
  | 'Privileged'
  | `Zi${'cntr' | 'cond' | 'csr' | 'fencei' | 'hintpause' | 'hpm' | 'cbom' | 'cboz'}`
  | `Zb${'a' | 'b' | 's'}`
  | 'Smstateen'
  | `Ss${'tc'}`
  | `Sv${'ade' | 'adu' | 'inval' | 'napot' | 'pbmt'}`
  | 'Xleaky';

/** Where an operand's bits are: bits high..low of the word are bits at..at+(high-low) of the value. */
export interface BitSlice {
  readonly high: number;
  readonly low: number;
  readonly at: number;
}

/** An operand of the encoding. `signed` immediates are sign-extended from their top bit. */
export interface Field {
  readonly name: FieldName;
  readonly signed: boolean;
  readonly slices: readonly BitSlice[];
  /** Registers of the short RVC forms: the field holds the number minus 8. */
  readonly plus8?: boolean;
  /** A second operand with the same value: the manual's `rd/rs1` of RVC. */
  readonly also?: FieldName;
}

/** A value that an operand must not have: the word with it is reserved, or belongs to another row (the manual's `rd≠0`, `nzimm`). */
export interface Exclusion {
  readonly field: FieldName;
  readonly value: number;
  readonly mask: number;
  readonly match: number;
}

/**
 * rd/rs1/rs2 are integer registers; fd/fs1/fs2/fs3 are floating-point registers and use the same decoded slots rd, rs1, rs2, rs3.
 * `zimm` is the 5-bit number of csrrwi in the rs1 slot, `csr` a CSR number in the imm slot. The rest have no slot: see `fieldOf`.
 */
export type FieldName =
  | 'rd'
  | 'rs1'
  | 'rs2'
  | 'rs3'
  | 'fd'
  | 'fs1'
  | 'fs2'
  | 'fs3'
  | 'imm'
  | 'csr'
  | 'zimm'
  | 'rm'
  | 'aq'
  | 'rl'
  | 'pred'
  | 'succ'
  | 'fm';

/** How hlv and hsv (data) and hlvx (code) look at a guest's memory. */
export type GuestAccess = 'data' | 'code';

/**
 * What an instruction does. Executors switch on `kind`; a new kind makes the compiler list them. With `float`, the register that
 * is written, or stored, is a floating-point one: fd for rd, fs2 for rs2; a loaded word is then NaN-boxed.
 */
export type Semantics =
  | { readonly kind: 'compute'; readonly value: Expr; readonly flags?: Expr; readonly float?: boolean } // rd = value; fflags |= flags
  // rd = memory[rs1 + imm]
  | {
      readonly kind: 'load';
      readonly width: Width;
      readonly signed: boolean;
      readonly float?: boolean;
      readonly guest?: GuestAccess;
    }
  | { readonly kind: 'store'; readonly width: Width; readonly float?: boolean; readonly guest?: GuestAccess } // memory[rs1 + imm] = rs2
  | { readonly kind: 'branch'; readonly taken: Expr } // if taken: pc += imm
  | { readonly kind: 'jal' } // rd = pc + length; pc += imm
  | { readonly kind: 'jalr' } // rd = pc + length; pc = (rs1 + imm) with bit 0 cleared
  | { readonly kind: 'lr'; readonly width: 4 | 8 }
  | { readonly kind: 'sc'; readonly width: 4 | 8 }
  | { readonly kind: 'amo'; readonly width: 4 | 8; readonly value: Expr } // rd = memory[rs1]; memory[rs1] = value
  | { readonly kind: 'float'; readonly operation: FloatOperation } // rd or fd = operation, rounded; fflags |= its exceptions
  | { readonly kind: 'csr'; readonly op: 'swap' | 'set' | 'clear'; readonly immediate: boolean } // rd = csr; csr = op(csr, rs1 or uimm in the rs1 slot)
  | { readonly kind: 'system'; readonly action: SystemAction }; // done by the hart in TypeScript

/** The letters of a format in mnemonics: single or double precision. */
export type FloatFormat = 's' | 'd';
/** The letters of an integer in mnemonics: 32 or 64 bits, signed or unsigned. */
export type IntegerType = 'w' | 'wu' | 'l' | 'lu';

/** What is done to fs1, fs2 and fs3, or to rs1. `format` is that of the result, for `toInteger` that of the operand. */
export type FloatOperation = { readonly format: FloatFormat } & (
  | { readonly op: 'add' | 'sub' | 'mul' | 'div' | 'sqrt' }
  | { readonly op: 'fma'; readonly negateProduct: boolean; readonly negateAddend: boolean } // (fs1 x fs2) + fs3, rounded once
  | { readonly op: 'toInteger' | 'fromInteger'; readonly integer: IntegerType }
  | { readonly op: 'convert'; readonly from: FloatFormat }
);

export type SystemAction = 'ecall' | 'ebreak' | 'mret' | 'sret' | 'wfi' | 'sfence.vma' | 'fence.i' | (string & {});

export interface Row {
  /** Position in ROWS; executors index their tables with it. */
  readonly id: number;
  /** The mnemonic as the assembler writes it: `amoadd.w`, `c.addi`. */
  readonly name: string;
  readonly extension: Extension;
  /** A second extension that must be there too. */
  readonly andAlso?: Extension;
  /** The encoding as text, most significant bit first: `0000000 rs2 rs1 000 rd 0110011`. */
  readonly pattern: string;
  /** Length in bytes. */
  readonly length: 2 | 4;
  /** A word is this row only if (word & mask) === match; both are unsigned 32-bit (16-bit rows: 16 bits). */
  readonly mask: number;
  readonly match: number;
  /** ... and if none of these matches. */
  readonly except: readonly Exclusion[];
  readonly fields: readonly Field[];
  /**
   * Operands as assembly writes them: `rd, rs1, imm` or `rd, imm(rs1)`; empty where there are none. Besides field names it knows three
   * ways to write the immediate: `shamt` (hexadecimal), `upper` (bits 31:12 only) and `target` (the address pc + imm); `sp` stands for itself.
   */
  readonly syntax: string;
  readonly does: Semantics;
  /** For a compressed row: the row it abbreviates (its `does`, `name`) and fixed operands. */
  readonly expands?: { readonly name: string; readonly rd?: number; readonly rs1?: number; readonly rs2?: number };
}

/** A decoded instruction; a compressed one already carries the full row's meaning and operands. */
export interface Instruction {
  /** The row that says what to do: never a compressed one. */
  readonly row: Row;
  /** The row that matched the bits; differs from `row` for compressed instructions. */
  readonly encodedAs: Row;
  /** 2 or 4 bytes. */
  readonly length: 2 | 4;
  /** The instruction's bits, zero-extended to 32. */
  readonly word: number;
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  readonly rs3: number;
  /** Sign-extended immediate (fits 32 bits); the CSR number for `csr` rows. */
  readonly imm: number;
}
