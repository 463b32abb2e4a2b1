/** What a hart tells those who watch it, instructions that retired and traps that were taken, and those who run it. */
import type { Instruction } from '../isa/row';
import type { HandlerMode, Mode } from './privilege';

/** What the stepping executor tells of an instruction that retired. */
export interface RetireEvent {
  readonly pc: bigint;
  readonly instruction: Instruction;
  /** The integer register that it may have written, and what that holds now. x0: none. */
  readonly rd: number;
  readonly value: bigint;
  readonly mode: Mode;
}

/** A trap that was taken, an interrupt or an exception. */
export interface TrapEvent {
  readonly cause: number;
  readonly interrupt: boolean;
  readonly tval: bigint;
  /** Address of the instruction that trapped, or that comes next after the interrupt. */
  readonly pc: bigint;
  readonly from: Mode;
  readonly to: HandlerMode;
}

/** Why `run` came back. */
export type HartStop =
  /** All instructions of the budget have begun. */
  | { readonly why: 'budget' }
  /** A trap went to the mode whose software is TypeScript: its CSRs are written as hardware does. */
  | { readonly why: 'trap'; readonly to: Mode }
  /** wfi: the pc is behind it, and nothing will run until an interrupt that mie enables is pending. */
  | { readonly why: 'waiting' }
  /** The guest turned the machine off with this code. */
  | { readonly why: 'halted'; readonly code: number };
