/** The handler table: what to do about each kind of exit. Forget a kind and this file does not compile. */
import type { ExitKind, Next, VmExit } from '../exit';
import type { HostedVcpu, Vm } from '../vm';
import { onBudget } from './budget';
import { onEcall } from './ecall';
import { onMmio } from './mmio';
import { onPrivileged } from './privileged';
import { onReflected } from './reflected';
import { onTranslationMiss } from './translation-miss';
import { onUnmapped } from './unmapped';

/** Judges one exit. It changes the guest's registers, memory and devices, but leaves the pc to the run loop. */
export type ExitHandler<K extends ExitKind> = (vm: Vm, vcpu: HostedVcpu, exit: Extract<VmExit, { kind: K }>) => Next;

export type ExitHandlers = { readonly [K in ExitKind]: ExitHandler<K> };

const handlers: ExitHandlers = {
  budget: onBudget,
  ecall: onEcall,
  privileged: onPrivileged,
  reflected: onReflected,
  'shadow-miss': onTranslationMiss,
  'g-stage-miss': onTranslationMiss,
  mmio: onMmio,
  unmapped: onUnmapped,
};

/** Looks up the handler of this exit's kind and asks it. A device that ended the VM meanwhile has the last word. */
export function handle<K extends ExitKind>(vcpu: HostedVcpu, exit: Extract<VmExit, { kind: K }>): Next {
  const { vm } = vcpu;
  const handler: ExitHandler<K> = handlers[exit.kind];
  const next = handler(vm, vcpu, exit);
  return vm.ending ? { stop: vm.ending } : next;
}
