/** What a run can tell while it happens: one union for people who read a trace, one for machines that compare two guests. */
import type { Next, StopReason, VmExit } from './exit';

/** Where and when: every trace event has these. */
interface Moment {
  /** Name of the VM, and which of its VCPUs. */
  readonly vm: string;
  readonly vcpu: number;
  /** The guest's `time`: ticks since the start. */
  readonly time: bigint;
  /** Where the guest was, guest-virtual: at the instruction that caused an exit, or at which a trap hit it. */
  readonly pc: bigint;
}

/** The hypervisor's side of a run, in the order in which it happens (`hv trace`). */
export type TraceEvent =
  /** The guest came out. `number` counts the exits of all VMs from 1. */
  | (Moment & { readonly kind: 'exit'; readonly number: number; readonly exit: VmExit })
  /** A handler judged the exit. */
  | (Moment & { readonly kind: 'emulated'; readonly exit: VmExit; readonly next: Next })
  /** A trap or interrupt entered the guest's kernel. */
  | (Moment & { readonly kind: 'injected'; readonly cause: number; readonly interrupt: boolean; readonly tval: bigint })
  /** Binary translation: a block of the guest's kernel, from `pc` on, and those of its instructions that do not stand as they were. */
  | (Moment & {
      readonly kind: 'translated';
      readonly instructions: number;
      readonly rewritten: readonly { readonly pc: bigint; readonly word: number }[];
    })
  /** A VM is over. */
  | (Moment & { readonly kind: 'stop'; readonly reason: StopReason });

/**
 * The guest's side of a run: what the architecture says happened, one event an instruction. Two correct techniques
 * produce the same sequence, whatever they hid from the guest on the way.
 */
export type GuestEvent =
  /** An instruction completed, directly or emulated. `rd` 0 means that no register was written; an SBI call shows a0 (10). */
  | {
      readonly kind: 'instruction';
      readonly pc: bigint;
      readonly word: number;
      readonly rd: number;
      readonly value: bigint;
      readonly mode: 'S' | 'U';
    }
  /** A trap entered the guest's S-mode: `pc` is what sepc got, `mode` is where the guest was. */
  | {
      readonly kind: 'trap';
      readonly pc: bigint;
      readonly cause: number;
      readonly interrupt: boolean;
      readonly tval: bigint;
      readonly mode: 'S' | 'U';
    };
