/** From virtual to physical addresses for one hart: which mode's eyes, which table, and which exception if it fails (Privileged, "satp" and "mstatus"). */
import type { PhysicalMemory } from '../engine/memory';
import { ACCESS_FAULT, PAGE_FAULT, type Access } from '../hart/cause';
import { Csr, Status } from '../hart/fields';
import { M, S, U, type Privilege } from '../hart/privilege';
import type { HartState } from '../hart/state';
import { PAGE_SIZE, type Pte } from './pte';
import type { Pmp } from './pmp';
import { SCHEMES, walk, type PteMemory, type WalkFault } from './walk';

/** The privilege that loads and stores have: the running one, or MPP's while M-mode has MPRV set. */
export function dataPrivilege(hart: HartState): Privilege {
  const { privilege } = hart;
  const status = hart.low(Csr.mstatus);
  return privilege === M && status & Status.MPRV ? (((status & Status.MPP) >>> 11) as Privilege) : privilege;
}

/** The exception for a failed walk: a page fault, but an access fault if the table could not be read or written. */
export const causeOf = (fault: WalkFault, access: Access): number =>
  fault === 'no-memory' ? ACCESS_FAULT[access] : PAGE_FAULT[access];

/** Address spaces of one hart. Virtual addresses come as halves: `low` unsigned, `high` signed or unsigned 32 bits. */
export class Mmu {
  readonly #hart: HartState;
  readonly #pmp: Pmp;
  readonly #tables: PteMemory;
  readonly #accessedDirty: 'set' | 'fault';
  /** Bytes that the entry found by the last `find` maps; 4 KiB where there is no table. */
  span = PAGE_SIZE;

  /** `svade`: a clear A or D bit is a page fault instead of being set by hardware. */
  constructor(hart: HartState, memory: PhysicalMemory, pmp: Pmp, svade: boolean) {
    this.#hart = hart;
    this.#pmp = pmp;
    this.#tables = pageTablesIn(memory, pmp);
    this.#accessedDirty = svade ? 'fault' : 'set';
  }

  /**
   * The physical address for `size` bytes that lie within one page, or minus the exception's cause. PMP has been asked; whether
   * anything answers at that address has not.
   */
  find(low: number, high: number, size: number, access: Access): number {
    const privilege = access === 'fetch' ? this.#hart.privilege : dataPrivilege(this.#hart);
    const address = this.#translate(low, high, access, privilege);
    if (address < 0) return address;
    return this.#pmp.allows(address, size, access, privilege) ? address : -ACCESS_FAULT[access];
  }

  /**
   * Whether PMP lets the present mode access these physical bytes. With a whole page: whether it lets it access every part
   * of the page, so that a TLB may keep it.
   */
  allows(address: number, size: number, access: Access): boolean {
    const privilege = access === 'fetch' ? this.#hart.privilege : dataPrivilege(this.#hart);
    return this.#pmp.allows(address, size, access, privilege);
  }

  #translate(low: number, high: number, access: Access, privilege: Privilege): number {
    const satp = this.#hart.high(Csr.satp);
    const scheme = privilege === M ? undefined : SCHEMES[satp >>> 28];
    this.span = PAGE_SIZE;
    if (!scheme) return (high >>> 0) * 2 ** 32 + (low >>> 0);
    const status = this.#hart.low(Csr.mstatus);
    const result = walk(
      {
        scheme,
        root: ((satp & 0xfff) * 2 ** 32 + this.#hart.low(Csr.satp)) * PAGE_SIZE,
        page: (high >>> 0) * 2 ** 20 + (low >>> 12),
        access,
        user: privilege === U,
        sum: (status & Status.SUM) !== 0,
        mxr: (status & Status.MXR) !== 0,
        accessedDirty: this.#accessedDirty,
      },
      this.#tables,
    );
    if (!result.ok) return -causeOf(result.fault, access);
    this.span = result.span;
    return result.address + (low & (PAGE_SIZE - 1));
  }
}

/** Page tables lie in RAM, and PMP guards them as memory of S-mode. */
function pageTablesIn(memory: PhysicalMemory, pmp: Pmp): PteMemory {
  return {
    read(address: number): Pte | undefined {
      const at = memory.linear(address, 8);
      if (at < 0 || !pmp.allows(address, 8, 'load', S)) return undefined;
      return { low: memory.u32[at >> 2], high: memory.u32[(at >> 2) + 1] };
    },
    writeLow(address: number, low: number): boolean {
      if (!pmp.allows(address, 8, 'store', S)) return false;
      const at = memory.linear(address, 8);
      memory.u32[at >> 2] = low;
      memory.codeStored(address, 8);
      return true;
    },
  };
}
