/** Names of the bits in mstatus, mip and the delegation registers, and the numbers of the CSRs that the hart itself uses (Privileged, "Machine-Level CSRs"). */

/** Numbers of the CSRs that trap handling, interrupts, translation and counters use directly. */
// prettier-ignore
export const Csr = {
  fcsr: 0x003, stvec: 0x105, scounteren: 0x106, sepc: 0x141, scause: 0x142, stval: 0x143, satp: 0x180,
  mstatus: 0x300, medeleg: 0x302, mideleg: 0x303, mie: 0x304, mtvec: 0x305, mcounteren: 0x306, mcountinhibit: 0x320,
  mepc: 0x341, mcause: 0x342, mtval: 0x343, mip: 0x344, pmpcfg0: 0x3a0, pmpaddr0: 0x3b0, mcycle: 0xb00, minstret: 0xb02,
} as const;

/** Bits of mstatus that software can set here; all lie in its low half, so that 32-bit arithmetic does. */
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

/** mstatus.UXL and SXL, read-only 2: U- and S-mode have 64-bit registers. */
export const UXL_64 = 2n << 32n;
export const SXL_64 = 2n << 34n;

/** mstatus.SD: there is state to be saved. */
export const SD = 1n << 63n;

/** The bits of mstatus that sstatus shows. VS, XS and UBE are among them and read 0 here: no V, no other state, no big-endian. */
export const SSTATUS_BITS = 0x8000_0003_000d_e762n;

/** Interrupts that may be delegated: the three of S-mode. */
export const SUPERVISOR_INTERRUPTS = 0x222n;
/** All six interrupts of M- and S-mode, as bits of mip and mie. */
export const ALL_INTERRUPTS = 0xaaan;
/** Exceptions that may be delegated: all that S or U can raise. An ecall from M (11) cannot. */
export const DELEGABLE_EXCEPTIONS = 0xb3ffn;
