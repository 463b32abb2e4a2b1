/** Why a guest stopped running and what happens next: the vocabulary between techniques, handlers and the run loop. */
import type { Instruction, Width } from '#machine';

/** What a guest tried to do to memory. */
export type Access = 'fetch' | 'load' | 'store';

/**
 * One VM exit. `length` (bytes) is there on every exit whose instruction the hypervisor completes for the guest:
 * the run loop moves the pc by it on 'advance'.
 */
export type VmExit =
  /** The slice of instructions that the run loop granted is used up. Nothing is wrong: choose who runs next. */
  | { readonly kind: 'budget' }
  /** The guest's kernel calls its firmware (SBI, ch. 3): a7, a6 and a0..a5. */
  | {
      readonly kind: 'ecall';
      readonly extension: bigint;
      readonly fn: bigint;
      readonly args: readonly bigint[];
      readonly length: 4;
    }
  /** A privileged instruction trapped: the guest's kernel runs in U-mode and may not execute it itself, or the hypervisor closed it to VS-mode. */
  | { readonly kind: 'privileged'; readonly instruction: Instruction; readonly length: 2 | 4 }
  /** The guest's own trap, already delivered to its kernel: the pc stands at its handler. */
  | { readonly kind: 'reflected'; readonly cause: number; readonly tval: bigint }
  /** A hidden fault: the guest's table allows the access, the shadow does not have it yet. */
  | { readonly kind: 'shadow-miss'; readonly gva: bigint; readonly gpa: bigint; readonly access: Access }
  /** A hidden fault: the guest may access this part of its RAM, the second stage of translation does not have it yet. */
  | { readonly kind: 'g-stage-miss'; readonly gva: bigint; readonly gpa: bigint; readonly access: Access }
  /** A load or store to guest-physical space that a device of this VM claims. `register` is rd of a load, rs2 of a store. */
  | {
      readonly kind: 'mmio';
      readonly gva: bigint;
      readonly gpa: bigint;
      readonly access: 'load' | 'store';
      readonly width: Width;
      readonly signed: boolean;
      readonly register: number;
      readonly length: 2 | 4;
    }
  /** An access to guest-physical space where this VM has nothing; `gva` is the address that the guest used. */
  | { readonly kind: 'unmapped'; readonly gva: bigint; readonly gpa: bigint; readonly access: Access };

export type ExitKind = VmExit['kind'];

/** The guest may do this, and only our translation lacks it. */
export type TranslationMiss = Extract<VmExit, { kind: 'shadow-miss' | 'g-stage-miss' }>;

/** Why a VM ended; `detail` is one sentence for people. */
export interface StopReason {
  readonly why: 'shutdown' | 'reboot' | 'crashed' | 'hung' | 'killed';
  readonly code: number;
  readonly detail: string;
}

/**
 * What the run loop does after a handler; the pc moves there and nowhere else.
 * - `advance`: the instruction is done; continue behind it (pc += exit.length).
 * - `retry`: execute the same instruction again.
 * - `redirected`: the handler has set the pc (a trap was delivered, or sret).
 * - `block`: like `advance`, and the VCPU waits until an interrupt wakes it.
 * - `{ stop }`: this VM, and only this VM, is over.
 */
export type Next = 'advance' | 'retry' | 'redirected' | 'block' | { readonly stop: StopReason };
