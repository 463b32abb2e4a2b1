/** The instruction set: one table of rows, and what derives from it. */
export * from './expr';
export { assemble, AssemblyError, type AssembleOptions, type Program, type SourceLine } from './assembler';
export { classify, classifyInstruction, writesCsr, type InstructionClass, type RowClass } from './classify';
export { csrName, CSR_NUMBERS } from './csr-names';
export { decode, decoderFor, decoderOf, isInIsa, type Decoder } from './decode';
export { describe } from './describe';
export { disassemble, disassembleInstruction, type DisassembleOptions } from './disassemble';
export { encode, fieldRange, OperandError, type Operands } from './encode';
export { EXTENSIONS, FULL_ISA, Isa, parseIsa } from './extensions';
export { fieldOf, usesFloat, writesFloat } from './fields';
export { floatRegisterName, floatRegisterNumber, registerName, registerNumber } from './registers';
export type * from './row';
export { Symbols } from './symbols';
export { leaks } from './leaky';
export { numberRows, rowByName, ROWS } from './table';
