/** Names of the bits in the status, interrupt and delegation registers, and the numbers of the CSRs that the hart itself uses (Privileged, "Machine-Level CSRs" and "Hypervisor Extension"). */

/** Numbers of the CSRs that trap handling, interrupts, translation and counters use directly. */
// prettier-ignore
export const Csr = {
  fcsr: 0x003,
  stvec: 0x105, scounteren: 0x106, senvcfg: 0x10a, sepc: 0x141, scause: 0x142, stval: 0x143, stimecmp: 0x14d, satp: 0x180,
  vsstatus: 0x200, vsie: 0x204, vstvec: 0x205, vsscratch: 0x240, vsepc: 0x241, vscause: 0x242, vstval: 0x243, vsip: 0x244, vstimecmp: 0x24d, vsatp: 0x280,
  mstatus: 0x300, medeleg: 0x302, mideleg: 0x303, mie: 0x304, mtvec: 0x305, mcounteren: 0x306, menvcfg: 0x30a,
  mcountinhibit: 0x320,
  mepc: 0x341, mcause: 0x342, mtval: 0x343, mip: 0x344, mtinst: 0x34a, mtval2: 0x34b, pmpcfg0: 0x3a0, pmpaddr0: 0x3b0,
  hstatus: 0x600, hedeleg: 0x602, hideleg: 0x603, htimedelta: 0x605, hcounteren: 0x606, hgeie: 0x607, henvcfg: 0x60a,
  htval: 0x643, hvip: 0x645, htinst: 0x64a, hgatp: 0x680, hgeip: 0xe12,
  mcycle: 0xb00, minstret: 0xb02,
} as const;

/** Bits of mstatus that lie in its low half, where 32-bit arithmetic does. Those of S-mode are at the same place in vsstatus. */
export const Status = {
  SIE: 1 << 1,
  MIE: 1 << 3,
  SPIE: 1 << 5,
  MPIE: 1 << 7,
  SPP: 1 << 8,
  /** Two bits: the privilege before the trap into M-mode. */
  MPP: 3 << 11,
  /** Two bits: the state of the floating-point unit, of which 0 is Off and 3 is Dirty. */
  FS: 3 << 13,
  MPRV: 1 << 17,
  SUM: 1 << 18,
  MXR: 1 << 19,
  TVM: 1 << 20,
  TW: 1 << 21,
  TSR: 1 << 22,
} as const;

/** Bits that a trap writes at the same place into bits 63:32 of mstatus (where PV is called MPV) and into hstatus (SPV). */
export const GuestStatus = {
  /** xtval holds a guest virtual address. */
  GVA: 1 << 6,
  /** The virtualization mode before the trap. */
  PV: 1 << 7,
} as const;

/** The other bits of hstatus; all in its low half. */
export const HypervisorStatus = {
  /** The privilege before the last trap from a guest; that of hlv and hsv. */
  SPVP: 1 << 8,
  /** hlv and hsv are allowed in U-mode. */
  HU: 1 << 9,
  /** Six bits: which guest external interrupt is the VS-level one, 0 for none. */
  VGEIN: 0x3f << 12,
  VTVM: 1 << 20,
  VTW: 1 << 21,
  VTSR: 1 << 22,
} as const;
export const VGEIN_AT = 12;

/** Bits of menvcfg, henvcfg and senvcfg in their low half that allow operations on cache blocks. CBIE is two bits: 0 forbids, 1 and 3 allow. */
export const Environment = { CBIE: 3 << 4, CBCFE: 1 << 6, CBZE: 1 << 7 } as const;

/** Guest external interrupts that a hart has: GEILEN. They are numbered from 1. */
export const GUEST_INTERRUPTS = 8;

/** mstatus.UXL, vsstatus.UXL, hstatus.VSXL (bits 33:32) and mstatus.SXL (35:34), read-only 2: all modes have 64-bit registers. */
export const UXL_64 = 2n << 32n;
export const SXL_64 = 2n << 34n;

/** mstatus.SD: there is state to be saved. */
export const SD = 1n << 63n;

/** The bits of mstatus that sstatus shows. VS, XS and UBE are among them and read 0 here: no V, no other state, no big-endian. */
export const SSTATUS_BITS = 0x8000_0003_000d_e762n;

/** Interrupts that may be delegated: the three of S-mode. */
export const SUPERVISOR_INTERRUPTS = 0x222n;
/** The three of M-mode. */
export const MACHINE_INTERRUPTS = 0x888n;
/** The three of VS-mode, each one place above that of S-mode. */
export const GUEST_LEVEL_INTERRUPTS = 0x444n;
/** What the hypervisor extension adds: those of VS-mode, and guest external interrupts for HS-mode (SGEI). */
export const HYPERVISOR_INTERRUPTS = 0x1444n;
/** Exceptions that M-mode may delegate: all that S or U can raise. An ecall from M (11) cannot. */
export const DELEGABLE_EXCEPTIONS = 0xb3ffn;
/** Those that guests add: an ecall from VS, guest-page faults and the virtual instruction. */
export const GUEST_EXCEPTIONS = 0xf0_0400n;
/** Exceptions that HS-mode may delegate (table "Bits of hedeleg that must be writable or must be read-only zero"). */
export const DELEGABLE_TO_GUEST = 0xb1ffn;
