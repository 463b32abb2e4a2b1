/** The firmware that a guest finds: all SBI extensions of this hypervisor, and the way to the one that a guest calls. */
import { countIn } from '../counters';
import type { VmExit } from '../exit';
import type { HostedVcpu, Vm } from '../vm';
import { base } from './base';
import { dbcn } from './dbcn';
import { notSupported, type SbiExtension, type SbiOutcome } from './extension';
import { hsm } from './hsm';
import { ipi } from './ipi';
import { legacy } from './legacy';
import { pmu } from './pmu';
import { paravirtual } from './paravirtual';
import { rfence } from './rfence';
import { srst } from './srst';
import { sta } from './sta';
import { susp } from './susp';
import { timer } from './timer';

/** By ID, as a number: none has more than 32 bits, and what a guest asks for beyond 2^53 is rounded to what is no ID either. */
const extensions: ReadonlyMap<number, SbiExtension> = new Map(
  [base(find), timer, ipi, rfence, hsm, srst, dbcn, paravirtual, pmu, susp, sta, ...legacy].map((each) => [
    Number(each.id),
    each,
  ]),
);

/** What a guest asks its firmware for: a7, a6 and a0 .. a5. */
export type SbiCall = Pick<Extract<VmExit, { kind: 'ecall' }>, 'extension' | 'fn' | 'args'>;

/** Answers one call. What the guest asks for and we do not have is NOT_SUPPORTED, never a failure of ours. */
export function sbiCall(vm: Vm, vcpu: HostedVcpu, { extension, fn, args }: SbiCall): SbiOutcome {
  const found = find(vcpu, extension);
  countIn(vm.counters.sbiCalls, found?.name ?? 'unknown');
  return found?.call(vm, vcpu, fn, args) ?? notSupported;
}

function find(vcpu: HostedVcpu, id: bigint): SbiExtension | undefined {
  const extension = extensions.get(Number(id));
  return extension?.offered?.(vcpu) === false ? undefined : extension;
}

/** The name of an extension, for traces; undefined if there is none with this ID. */
export const sbiName = (id: bigint): string | undefined => extensions.get(Number(id))?.name;
