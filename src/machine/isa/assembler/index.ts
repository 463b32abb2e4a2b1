/** The assembler. */
export { assemble, type AssembleOptions } from './assemble';
export { AssemblyError, type Program, type SourceLine } from './program';
