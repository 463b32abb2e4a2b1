/** What an SBI extension is to the hypervisor, and the results that it can give. RISC-V SBI specification 2.0, ch. 3. */
import type { Next, StopReason } from '../exit';
import type { HostedVcpu, Vm } from '../vm';

export interface SbiExtension {
  /** Extension ID, what the guest puts into a7. */
  readonly id: bigint;
  readonly name: string;
  /** Whether this VCPU's firmware has it; missing: all have. */
  offered?(vcpu: HostedVcpu): boolean;
  /** Function `fn` (a6) with arguments a0 .. a5, all unsigned 64-bit. Never throws, whatever the guest passes. */
  call(vm: Vm, vcpu: HostedVcpu, fn: bigint, args: readonly bigint[]): SbiOutcome;
}

/** What goes back to the guest: registers (undefined: unchanged), and what the run loop does next. */
export interface SbiOutcome {
  readonly a0?: bigint;
  readonly a1?: bigint;
  readonly next: Next;
}

/** Table "Standard SBI Errors". */
export const SbiError = {
  FAILED: -1n,
  NOT_SUPPORTED: -2n,
  INVALID_PARAM: -3n,
  DENIED: -4n,
  INVALID_ADDRESS: -5n,
  ALREADY_AVAILABLE: -6n,
  ALREADY_STARTED: -7n,
  ALREADY_STOPPED: -8n,
} as const;

/** No error; `value` goes into a1. */
export const success = (value = 0n): SbiOutcome => ({ a0: 0n, a1: value, next: 'advance' });

/** One of SbiError. The value in a1 is unspecified then; ours is 0. */
export const failure = (error: bigint): SbiOutcome => ({ a0: error, a1: 0n, next: 'advance' });

/** The extension has no such function. */
export const notSupported = failure(SbiError.NOT_SUPPORTED);

/** The call ends the VM and does not return. */
export const stopVm = (stop: StopReason): SbiOutcome => ({ next: { stop } });
