/** What there is to see of a guest at one moment: registers, CSRs of both sides, and memory through the tables that translate. Seeing changes nothing. */
import {
  csrsOf,
  GUEST_SCHEMES,
  pageNumber,
  pteFrom,
  Ram,
  SCHEMES,
  walk,
  type Access,
  type Pte,
  type Scheme,
  type WalkResult,
} from '#machine';
import type { Host } from '#vmm';

/** One table of translation, and who may be asked about it. */
export interface Stage {
  /** `guest`: the guest's own; the others as in Inspection.beneath. */
  readonly kind: 'guest' | 'shadow' | 'g-stage' | 'shared';
  /** The register that names it, and what that holds. */
  readonly register: string;
  readonly atp: bigint;
  /** Missing: addresses stay as they are. */
  readonly scheme?: Scheme;
  /** Physical address of the root. */
  readonly root: number;
  /** The entry at a physical address; undefined where there is no RAM. */
  read(address: number): Pte | undefined;
  /** Of what its entries hold, and what they lie in. */
  readonly leadsTo: 'guest-physical' | 'host-physical';
}

/** Name and value, unsigned 64-bit. */
export type CsrValue = readonly [name: string, value: bigint];

const PPN = (1n << 44n) - 1n;
const SUM = 1n << 18n;
const MXR = 1n << 19n;
const PAGE = 4096n;

const SUPERVISOR = [
  'sstatus', 'sie', 'sip', 'stvec', 'sscratch', 'sepc', 'scause', 'stval', 'satp', 'scounteren', 'senvcfg',
]; // prettier-ignore
const HYPERVISOR = [
  'hstatus', 'hedeleg', 'hideleg', 'hie', 'hvip', 'hgatp', 'htval', 'htinst', 'hcounteren', 'henvcfg', 'htimedelta',
]; // prettier-ignore
const MACHINE = [
  'mstatus', 'mie', 'mip', 'mtvec', 'mscratch', 'mepc', 'mcause', 'mtval', 'medeleg', 'mideleg', 'mcounteren',
]; // prettier-ignore

export class Sight {
  readonly pc: bigint;
  /** As the guest believes. */
  readonly mode: 'S' | 'U';
  /** What the hart is in while it executes the guest. */
  readonly hartMode: 'S' | 'U' | 'VS' | 'VU';
  readonly x: readonly bigint[];
  /** By the guest's names. */
  readonly guestCsrs: readonly CsrValue[];
  /** Of the mode below the guest: HS-mode or S-mode where a hypervisor is, M-mode where the guest has the hart for itself. */
  readonly hostCsrs: readonly CsrValue[];
  /** The guest's own table first. */
  readonly stages: readonly Stage[];
  readonly #host: Host;
  readonly #ram: Ram;

  constructor(host: Host) {
    const [vm] = host.vms;
    const [vcpu] = vm.vcpus;
    const [hart] = host.harts;
    const { mode, csrs, beneath } = vcpu.inspect();
    this.#host = host;
    this.#ram = new Ram(hart.memory);
    this.pc = vcpu.pc;
    this.mode = mode;
    this.hartMode = beneath === undefined ? mode : beneath.kind === 'g-stage' ? `V${mode}` : 'U';
    this.x = Array.from({ length: 32 }, (_, register) => vcpu.x.get(register));
    this.guestCsrs = csrs;
    const there = csrsOf(hart.isa);
    const names = beneath ? [...SUPERVISOR, ...HYPERVISOR] : MACHINE;
    this.hostCsrs = names.filter((name) => there.has(name)).map((name) => [name, hart.csr.read(name)]);
    const satp = this.#guestCsr('satp');
    this.stages = [
      ...(satp === undefined ? [] : [this.#stage('guest', 'satp', satp)]),
      ...(beneath ? [this.#stage(beneath.kind, beneath.kind === 'g-stage' ? 'hgatp' : 'satp', beneath.atp)] : []),
    ];
  }

  /** `width` bytes, at most 8 and within a page, at an address as the guest uses it; undefined if it may not, or there is no RAM. */
  read(gva: bigint, width: 1 | 2 | 4 | 8, access: Access = 'load'): bigint | undefined {
    const at = this.#physical(gva, access);
    if (at === undefined) return undefined;
    if ('gpa' in at) return this.#host.vms[0].memory.read(at.gpa, width);
    return this.#ram.contains(at.hpa, width) ? this.#ram.read(at.hpa, width) : undefined;
  }

  /** The instruction there: its 16 or 32 bits; undefined where the guest cannot fetch. */
  fetch(gva: bigint): number | undefined {
    const low = this.read(gva, 2, 'fetch');
    if (low === undefined || (low & 3n) !== 3n) return low === undefined ? undefined : Number(low);
    const high = this.read(gva + 2n, 2, 'fetch');
    return high === undefined ? undefined : Number((high << 16n) | low);
  }

  /** Walks a stage for one address, without a trace. */
  walk(stage: Stage, address: bigint, access: Access): WalkResult | undefined {
    const { scheme, root } = stage;
    const status = this.#guestCsr('sstatus') ?? 0n;
    return (
      scheme &&
      walk(
        {
          scheme,
          root,
          page: pageNumber(address),
          access,
          user: stage.kind !== 'guest' || this.mode === 'U',
          sum: (status & SUM) !== 0n,
          mxr: (status & MXR) !== 0n,
          svnapot: true,
          svpbmt: true,
          accessedDirty: 'ignore',
        },
        { read: (at) => stage.read(at), writeLow: () => false },
      )
    );
  }

  #guestCsr(name: string): bigint | undefined {
    return this.guestCsrs.find(([each]) => each === name)?.[1];
  }

  #physical(gva: bigint, access: Access): { gpa: bigint } | { hpa: number } | undefined {
    const [stage] = this.stages;
    if (!stage.scheme) return { gpa: gva };
    const found = this.walk(stage, gva, access);
    if (!found?.ok) return undefined;
    const address = BigInt(found.address) + (BigInt.asUintN(64, gva) % PAGE);
    return stage.leadsTo === 'guest-physical' ? { gpa: address } : { hpa: Number(address) };
  }

  #stage(kind: Stage['kind'], register: string, atp: bigint): Stage {
    const scheme = (kind === 'g-stage' ? GUEST_SCHEMES : SCHEMES)[Number(atp >> 60n)];
    const own = kind === 'guest';
    const { memory } = this.#host.vms[0];
    const read = (address: number): Pte | undefined => {
      const entry = own
        ? memory.read(BigInt(address), 8)
        : this.#ram.contains(address, 8)
          ? this.#ram.read(address, 8)
          : undefined;
      return entry === undefined ? undefined : pteFrom(entry);
    };
    const leadsTo = own ? 'guest-physical' : 'host-physical';
    return { kind, register, atp, scheme, root: Number(atp & PPN) * Number(PAGE), read, leadsTo };
  }
}
