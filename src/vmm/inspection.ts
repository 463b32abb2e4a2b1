/** What somebody who looks into a run sees of a VCPU: the processor as its guest believes it to be, and what translates below it. Looking changes nothing. */
import type { VirtualCsrName, VirtualHart } from './vcpu';

/** The table that the hart walks below, or instead of, the guest's own. Its entries lie at host-physical addresses. */
export interface Beneath {
  /** `shadow`: instead of the guest's table. `g-stage`: after it. `shared`: the guest's own, which it keeps in terms of the host. */
  readonly kind: 'shadow' | 'g-stage' | 'shared';
  /** What satp or hgatp says of it while the guest runs; 0 while there is none. */
  readonly atp: bigint;
}

export interface Inspection {
  /** The guest's privilege, as the guest believes it. */
  readonly mode: 'S' | 'U';
  /** Instructions that the guest has begun: the same under every technique. */
  readonly begun: bigint;
  /** The guest's own supervisor CSRs, by the names that it knows them by. None if it knows that it has none. */
  readonly csrs: readonly (readonly [name: string, value: bigint])[];
  /** Missing where the hart translates by the guest's tables alone. */
  readonly beneath?: Beneath;
}

/** Of a VCPU that keeps its guest's CSRs, or whose hart has them under other names. */
export function inspectVirtual(virtual: VirtualHart, beneath: Beneath): Inspection {
  const { csr, mode, pending } = virtual;
  const value = (name: VirtualCsrName): bigint => (name === 'sip' ? csr.sip | pending : csr[name]);
  const names = Object.keys(csr) as VirtualCsrName[];
  return { mode, begun: virtual.cycles(), csrs: names.map((name) => [name, value(name)]), beneath };
}
