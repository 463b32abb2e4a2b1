/** Hart masks: how a call names several harts at once. SBI ch. 3.1 "Hart list parameter". */
import type { HostedVcpu, Vm } from '../vm';

const ALL_HARTS = 2n ** 64n - 1n;

/**
 * The VCPUs that (mask, base) names: hart base + i for each bit i of `mask`; all harts if `base` is -1.
 * Undefined if it names one that this VM does not have.
 */
export function hartsOf(vm: Vm, mask: bigint, base: bigint): readonly HostedVcpu[] | undefined {
  if (base === ALL_HARTS) return vm.vcpus;
  const ids = bitsOf(mask).map((bit) => base + BigInt(bit));
  const harts = vm.vcpus.filter((vcpu) => ids.includes(BigInt(vcpu.id)));
  return harts.length === ids.length ? harts : undefined;
}

function bitsOf(mask: bigint): number[] {
  return Array.from({ length: 64 }, (_, bit) => bit).filter((bit) => (mask >> BigInt(bit)) & 1n);
}
