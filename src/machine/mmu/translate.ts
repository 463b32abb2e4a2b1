/** From virtual to physical addresses for one hart: whose eyes, which tables, one stage or two, and which exception if it fails (Privileged, "satp" and "Two-Stage Address Translation"). */
import type { PhysicalMemory } from '../engine/memory';
import { ACCESS_FAULT, GUEST_PAGE_FAULT, PAGE_FAULT, Trap, type Access, type GuestFault } from '../hart/cause';
import { Csr, Status } from '../hart/fields';
import { M, S, U } from '../hart/privilege';
import type { HartState } from '../hart/state';
import { GuestTables, type GuestMiss } from './guest-tables';
import { PAGE_SIZE, type Pte } from './pte';
import type { Pmp } from './pmp';
import { dataView, runningView, type View } from './view';
import { GUEST_SCHEMES, SCHEMES, walk, type PteMemory, type WalkFault, type WalkRequest } from './walk';

/** The exception for a failed walk: a page fault, but an access fault if the table could not be read or written. */
export const causeOf = (fault: WalkFault, access: Access): number =>
  fault === 'no-memory' ? ACCESS_FAULT[access] : PAGE_FAULT[access];

/** The same for the G-stage: "any exception is always reported for the original access type". */
const missOf = (miss: GuestMiss, access: Access, implicit?: GuestFault['implicit']): Failure =>
  miss.fault === 'no-memory' ? { cause: ACCESS_FAULT[access] } : { cause: GUEST_PAGE_FAULT[access], miss, implicit };

/** Bits of menvcfg and henvcfg, in the high half. */
const ENVIRONMENT = { ADUE: 1 << 29, PBMTE: 1 << 30 } as const;

/** What a translation came to: the number of the physical page, or why it failed. */
type Translated = { readonly page: number } | Failure;
interface Failure {
  readonly cause: number;
  readonly miss?: GuestMiss;
  readonly implicit?: GuestFault['implicit'];
}

/** What page tables may contain, and what becomes of A and D. */
type Extensions = Pick<WalkRequest, 'accessedDirty' | 'svnapot' | 'svpbmt'>;

/** Address spaces of one hart. Virtual addresses come as halves: `low` unsigned, `high` signed or unsigned 32 bits. */
export class Mmu {
  readonly #hart: HartState;
  readonly #pmp: Pmp;
  readonly #tables: PteMemory;
  /** Page-table entries read so far, by walks of both stages. */
  references = 0;
  /** Bytes that the entry found by the last `find` maps, the guest's own if there are two stages; 4 KiB where there is no table. */
  span = PAGE_SIZE;
  readonly #isa: Readonly<Record<'svadu' | 'svade' | 'svnapot', boolean>>;
  /** What the last `find` that failed has to say about a guest. */
  #guestFault: GuestFault = { gva: false, tval2: 0n };

  constructor(hart: HartState, memory: PhysicalMemory, pmp: Pmp) {
    this.#hart = hart;
    this.#pmp = pmp;
    this.#tables = pageTablesIn(memory, pmp, () => this.references++);
    const { isa } = hart;
    this.#isa = { svadu: isa.has('Svadu'), svade: isa.has('Svade'), svnapot: isa.has('Svnapot') };
  }

  /** Whose eyes an access uses that does not say. */
  viewFor(access: Access): View {
    return access === 'fetch' ? runningView(this.#hart) : dataView(this.#hart);
  }

  /**
   * The physical address for `size` bytes that lie within one page, or minus the exception's cause. PMP has been asked; whether
   * anything answers at that address has not.
   */
  find(low: number, high: number, size: number, access: Access, view = this.viewFor(access)): number {
    const page = (high >>> 0) * 2 ** 20 + (low >>> 12);
    const offset = low & (PAGE_SIZE - 1);
    this.span = PAGE_SIZE;
    const found = view.guest ? this.#twoStages(page, offset, access, view) : this.#oneStage(page, access, view);
    if ('cause' in found) return this.#failed(found, view);
    const address = found.page * PAGE_SIZE + offset;
    return this.allows(address, size, access, view) ? address : this.#failed({ cause: ACCESS_FAULT[access] }, view);
  }

  /** The trap for an access at virtual `address` for which the last `find` gave minus `cause`. */
  trapFor(cause: number, address: bigint): Trap {
    return new Trap(cause, address, this.#guestFault);
  }

  /**
   * Whether PMP lets the mode access these physical bytes. With a whole page: whether it lets it access every part of the
   * page, so that a TLB may keep it.
   */
  allows(address: number, size: number, access: Access, view = this.viewFor(access)): boolean {
    const { privilege, executable } = view;
    return (
      this.#pmp.allows(address, size, access, privilege) &&
      (!executable || this.#pmp.allows(address, size, 'fetch', privilege))
    );
  }

  #failed({ cause, miss, implicit }: Failure, view: View): number {
    const tval2 = miss ? (BigInt(miss.page) << 10n) | BigInt(miss.offset >> 2) : 0n;
    this.#guestFault = { gva: view.guest, tval2, implicit: tval2 ? implicit : undefined };
    return -cause;
  }

  #oneStage(page: number, access: Access, { privilege }: View): Translated {
    const satp = this.#hart.high(Csr.satp);
    const scheme = privilege === M ? undefined : SCHEMES[satp >>> 28];
    if (!scheme) return { page };
    const status = this.#hart.low(Csr.mstatus);
    // Not spread into the request, here and below, which takes several times as long as the walk.
    const { accessedDirty, svnapot, svpbmt } = this.#extensions();
    const result = walk(
      {
        accessedDirty,
        svnapot,
        svpbmt,
        scheme,
        root: this.#rootIn(Csr.satp),
        page,
        access,
        user: privilege === U,
        sum: (status & Status.SUM) !== 0,
        mxr: (status & Status.MXR) !== 0,
      },
      this.#tables,
    );
    if (!result.ok) return { cause: causeOf(result.fault, access) };
    this.span = result.span;
    return { page: result.address / PAGE_SIZE };
  }

  /** VS-stage, then G-stage. */
  #twoStages(page: number, offset: number, access: Access, view: View): Translated {
    const own = this.#guestsOwnStage(page, access, view);
    if ('cause' in own) return own;
    const mxr = (this.#hart.low(Csr.mstatus) & Status.MXR) !== 0;
    const host = this.#guestPhysical(own.page, access, mxr, view.executable);
    if (typeof host === 'number') return { page: host };
    return missOf({ fault: host.fault, page: own.page, offset }, access);
  }

  /** VS-stage: the guest-physical page. */
  #guestsOwnStage(page: number, access: Access, { privilege, executable }: View): Translated {
    const scheme = SCHEMES[this.#hart.high(Csr.vsatp) >>> 28];
    if (!scheme) return { page };
    const status = this.#hart.low(Csr.vsstatus);
    const tables = new GuestTables(this.#tables, (of, how) => this.#guestPhysical(of, how, false));
    const { accessedDirty, svnapot, svpbmt } = this.#guestExtensions();
    const result = walk(
      {
        accessedDirty,
        svnapot,
        svpbmt,
        scheme,
        root: this.#rootIn(Csr.vsatp),
        page,
        access,
        user: privilege === U,
        sum: (status & Status.SUM) !== 0,
        mxr: ((status | this.#hart.low(Csr.mstatus)) & Status.MXR) !== 0,
        executable,
      },
      tables,
    );
    if (result.ok) {
      this.span = result.span;
      return { page: result.address / PAGE_SIZE };
    }
    const { miss, missed } = tables;
    return miss ? missOf(miss, access, missed) : { cause: causeOf(result.fault, access) };
  }

  /** G-stage: the page in the machine's memory. All accesses count as made by U-mode. */
  #guestPhysical(page: number, access: Access, mxr: boolean, executable = false): number | { fault: WalkFault } {
    const scheme = GUEST_SCHEMES[this.#hart.high(Csr.hgatp) >>> 28];
    if (!scheme) return page;
    const { accessedDirty, svnapot, svpbmt } = this.#extensions();
    const result = walk(
      {
        accessedDirty,
        svnapot,
        svpbmt,
        scheme,
        root: this.#rootIn(Csr.hgatp),
        page,
        access,
        user: true,
        sum: false,
        mxr,
        executable,
      },
      this.#tables,
    );
    return result.ok ? result.address / PAGE_SIZE : result;
  }

  /** Bits 43:0 of satp, vsatp or hgatp, as an address. */
  #rootIn(register: number): number {
    return ((this.#hart.high(register) & 0xfff) * 2 ** 32 + this.#hart.low(register)) * PAGE_SIZE;
  }

  /** menvcfg decides for S-mode and for the G-stage, henvcfg for the VS-stage where menvcfg lets it. */
  #extensions(): Extensions {
    return this.#extensionsBy(this.#hart.high(Csr.menvcfg));
  }
  #guestExtensions(): Extensions {
    return this.#extensionsBy(this.#hart.high(Csr.menvcfg) & this.#hart.high(Csr.henvcfg));
  }
  #extensionsBy(environment: number): Extensions {
    const { svadu, svade, svnapot } = this.#isa;
    // Without either extension, hardware may do as it likes; ours sets the bits.
    const byHardware = svadu ? (environment & ENVIRONMENT.ADUE) !== 0 : !svade;
    return {
      accessedDirty: byHardware ? 'set' : 'fault',
      svnapot,
      svpbmt: (environment & ENVIRONMENT.PBMTE) !== 0,
    };
  }
}

/** Page tables lie in RAM, and PMP guards them as memory of S-mode. `referenced` hears of each entry that is read. */
function pageTablesIn(memory: PhysicalMemory, pmp: Pmp, referenced: () => void): PteMemory {
  return {
    read(address: number): Pte | undefined {
      referenced();
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
