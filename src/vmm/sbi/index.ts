/** The firmware that a guest finds: all SBI extensions of this hypervisor, and the way to the one that a guest calls. */
import type { VmExit } from '../exit';
import type { HostedVcpu, Vm } from '../vm';
import { base } from './base';
import { dbcn } from './dbcn';
import { notSupported, type SbiExtension, type SbiOutcome } from './extension';
import { hsm } from './hsm';
import { ipi } from './ipi';
import { legacy } from './legacy';
import { pmu } from './pmu';
import { rfence } from './rfence';
import { srst } from './srst';
import { sta } from './sta';
import { susp } from './susp';
import { timer } from './timer';

const extensions: ReadonlyMap<bigint, SbiExtension> = new Map(
  [base((id) => extensions.has(id)), timer, ipi, rfence, hsm, srst, dbcn, pmu, susp, sta, ...legacy].map((each) => [
    each.id,
    each,
  ]),
);

/** Answers one call. What the guest asks for and we do not have is NOT_SUPPORTED, never a failure of ours. */
export function sbiCall(vm: Vm, vcpu: HostedVcpu, call: Extract<VmExit, { kind: 'ecall' }>): SbiOutcome {
  return extensions.get(call.extension)?.call(vm, vcpu, call.fn, call.args) ?? notSupported;
}

/** The name of an extension, for traces; undefined if there is none with this ID. */
export const sbiName = (id: bigint): string | undefined => extensions.get(id)?.name;
