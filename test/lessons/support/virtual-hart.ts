/** A virtual hart of plain values, for asking a part about one trap or instruction at a time. */
import type { Access, VirtualCsrName, VirtualHart } from '#vmm';

const PAGE_FAULTS = { fetch: 12, load: 13, store: 15 } as const;

export interface PlainHart extends VirtualHart {
  /** How often the guest's table was walked. */
  walks: number;
  /** How often the shadow was called stale. */
  stale: number;
}

export interface Given {
  readonly mode?: 'S' | 'U';
  readonly pc?: bigint;
  readonly csr?: Partial<Record<VirtualCsrName, bigint>>;
  /** What the guest's own table allows; default: everything. */
  readonly allows?: (gva: bigint, access: Access) => boolean;
}

/** All CSRs are 0 but for those given. */
export function plainHart({ mode = 'S', pc = 0x8020_1234n, csr = {}, allows = () => true }: Given = {}): PlainHart {
  const x = Array.from({ length: 32 }, (_, i) => BigInt(i) * 0x0101n);
  const hart: PlainHart = {
    id: 0,
    pc,
    mode,
    csr: {
      sstatus: 0n,
      sie: 0n,
      sip: 0n,
      stvec: 0n,
      sscratch: 0n,
      sepc: 0n,
      scause: 0n,
      stval: 0n,
      satp: 0n,
      scounteren: 0n,
      senvcfg: 0n,
      ...csr,
    },
    x: {
      get: (register) => x[register],
      set: (register, value) => void (register !== 0 && (x[register] = BigInt.asUintN(64, value))),
    },
    hasFloats: false,
    pending: 0n,
    time: () => 1000n,
    cycles: () => 10_000n,
    retired: () => 9_000n,
    walks: 0,
    stale: 0,
    walk: (gva, access) => {
      hart.walks++;
      return allows(gva, access) ? { ok: true, gpa: 0x8030_0000n } : { ok: false, cause: PAGE_FAULTS[access] };
    },
    translationChanged: () => {
      hart.stale++;
    },
  };
  return hart;
}

/** Everything of it that a guest can see, as text. */
export function stateOf({ pc, mode, csr, x }: VirtualHart): string {
  const registers = Array.from({ length: 32 }, (_, i) => x.get(i));
  return JSON.stringify([pc, mode, csr, registers], (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString(16) : value,
  );
}
