/** A virtual CPU as the run loop, the handlers and the student's parts see it; each technique makes its own. */
import type { Access, StopReason, VmExit } from './exit';

/** Names of the supervisor CSRs that a guest kernel owns a virtual copy of. */
export type VirtualCsrName =
  'sstatus' | 'sie' | 'sip' | 'stvec' | 'sscratch' | 'sepc' | 'scause' | 'stval' | 'satp' | 'scounteren' | 'senvcfg';

/** The CSRs that belong to a guest on a hart with the hypervisor extension: VS-mode's own, those that have no twin there, and what the hypervisor holds for it. */
export type GuestCsrName =
  | 'vsstatus'
  | 'vsie'
  | 'vstvec'
  | 'vsscratch'
  | 'vsepc'
  | 'vscause'
  | 'vstval'
  | 'vsatp'
  | 'vstimecmp'
  | 'scounteren'
  | 'senvcfg'
  | 'hvip'
  | 'htimedelta'
  | 'hgatp';

/** The CSRs by which a hypervisor says what guests may do without it. */
export type GuestControlName =
  'hstatus' | 'hedeleg' | 'hideleg' | 'hcounteren' | 'henvcfg' | 'hstateen0' | 'hstateen1' | 'hstateen2' | 'hstateen3';

/** The trap that arrived at the hypervisor while the guest ran: what scause, stval and sepc of the host say. */
export interface GuestTrap {
  /** Exception code, Privileged table "Supervisor cause register values" (2 illegal instruction, 8 ecall from U, 12/13/15 page faults ...). */
  readonly cause: number;
  /** 64-bit stval: faulting guest-virtual address, or the instruction's bits. */
  readonly tval: bigint;
}

/** A trap or interrupt to put into a guest: exception code, whether it is an interrupt, and the value for stval. */
export interface Injection {
  readonly cause: number;
  readonly interrupt: boolean;
  readonly tval: bigint;
}

/** What the guest's own page table says of one access (the walk of Privileged "Virtual Address Translation Process"). */
export type GuestWalk =
  | { readonly ok: true; readonly gpa: bigint }
  /** 12, 13 or 15 for a page fault, 1, 5 or 7 where the guest's table itself lies outside the guest's memory. */
  | { readonly ok: false; readonly cause: number };

/**
 * The guest's supervisor state. Under trap-and-emulate it is virtual: the host hart is always in U-mode while the guest runs, and `mode`
 * remembers what the guest believes. Under hardware the CSRs are VS-mode's real ones, by the names that the guest knows.
 */
export interface VirtualHart {
  /** Hart id that the guest sees, 0-based. */
  readonly id: number;
  /** Whether it has floating-point registers, and so sstatus.FS (bits 14:13) and SD (63). */
  readonly hasFloats: boolean;
  /** Guest-virtual address of the instruction at hand. */
  pc: bigint;
  /** The guest's privilege as the guest believes it. */
  mode: 'S' | 'U';
  /** Integer registers; x0 reads 0 and ignores writes. Values are unsigned 64-bit. */
  readonly x: { get(register: number): bigint; set(register: number, value: bigint): void };
  /** Virtual CSRs: plain 64-bit storage. Which bits a write may change is for the emulating part to decide (WARL). sip: see `pending`. */
  readonly csr: Record<VirtualCsrName, bigint>;
  /** Interrupts that the VM's devices and timer hold pending, as sip bits SEIP (9) and STIP (5). sip reads as csr.sip | pending. */
  readonly pending: bigint;
  /** The `time` CSR: ticks since the VM started. */
  time(): bigint;
  /** The `cycle` CSR: instructions that this VCPU has begun. */
  cycles(): bigint;
  /** The `instret` CSR: those of them that completed; an instruction that raises an exception (ecall too) does not. */
  retired(): bigint;
  /** Walks the guest's own page table for an access in the guest's present mode; has no side effect. */
  walk(gva: bigint, access: Access): GuestWalk;
  /**
   * Call after the guest changed satp or executed sfence.vma: what the hypervisor derived from its tables is stale. `gva`: the
   * address that sfence.vma names in rs1, if it names one; without it, everything is stale.
   * (Not after a change of mode, sstatus.SUM or sstatus.MXR: each of these has a shadow of its own.)
   */
  translationChanged(why: 'satp' | 'sfence.vma', gva?: bigint): void;
}

/** Interrupts a VM can raise at its VCPU; SBI timer and IPI, PLIC line. */
export type VirtualInterrupt = 'software' | 'timer' | 'external';

export interface Vcpu {
  readonly id: number;
  /** The VM that this VCPU belongs to. */
  readonly vm: VmView;
  /** Program counter, guest-virtual. */
  pc: bigint;
  readonly x: { get(register: number): bigint; set(register: number, value: bigint): void };
  /**
   * Only a runnable VCPU may be entered. Writing 'blocked' makes it wait: it reads 'runnable' again as soon as an
   * interrupt is pending that the guest has enabled (at once, if one is pending already).
   */
  state: 'runnable' | 'blocked' | 'stopped';
  /**
   * Instructions that the hart has begun for this VCPU so far, those that made it exit included: what is left of its turn after
   * an exit. Every `run` adds at least 1.
   */
  readonly ran: number;
  /** Enters the guest for at most `budget` instructions (1 .. 2^31 - 1) and comes back with the reason. */
  run(budget: number): VmExit;
  /** Makes the guest take this exception now: its kernel's handler is where it continues. */
  inject(trap: Injection): void;
  /** Raises or lowers an interrupt; a blocked VCPU becomes runnable when an enabled one is raised. */
  setInterrupt(interrupt: VirtualInterrupt, level: boolean): void;
}

/** What the run loop may know and change of a VM. */
export interface VmView {
  readonly id: number;
  readonly name: string;
  /** Set once, when the VM is over; its VCPUs are then 'stopped' and must not be entered again. */
  stop?: StopReason;
}
