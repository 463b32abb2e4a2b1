/** Where everything is in the machine's one WebAssembly.Memory, shared by TypeScript and generated code: constants, so that they become immediates. */

/*
 * The memory, from address 0 (bytes):
 *
 *   hart 0 | hart 1 | ... | hart 7      MAX_HARTS blocks of HART_STRIDE: registers, CSRs, TLB banks
 *   slot 0 | slot 1 | ... | slot 2047   decoded instructions of one physical page each
 *   guest RAM                           at RAM; the guest sees it at RAM_BASE
 *
 * Pages of it that nobody touches cost the host nothing, so unused harts and slots are free.
 */

/** Harts that the layout has room for. */
export const MAX_HARTS = 8;

/** Byte offsets within a hart's block. */
export const HART = {
  /** x0..x31, i64 each. Reading slot 0 gives 0; writes to x0 go to slot TRASH instead. */
  X: 0x000,
  /** pc, i64. Up to date whenever TypeScript runs. */
  PC: 0x110,
  /** Instructions left in this slice, i32. */
  BUDGET: 0x118,
  /** Linear address of the TLB bank for loads and stores, i32. */
  DATA_BANK: 0x11c,
  /** Linear address of the TLB bank for fetches, i32. */
  FETCH_BANK: 0x120,
  /** Privilege of the running code, i32: 0 U, 1 S, 3 M. */
  PRIVILEGE: 0x124,
  /** Virtual address of the access that generated code could not do, i64. */
  ADDRESS: 0x128,
  /** Physical address that LR reserved, i64; -1 when nothing is reserved. */
  RESERVATION: 0x130,
  /** The virtualization mode V, i32: 1 in VS and VU, else 0. */
  VIRTUAL: 0x138,
  /** Linear address of the TLB bank for hlv and hsv, i32; 0 where they are not allowed. */
  GUEST_BANK: 0x13c,
  /** f0..f31, i64 each. */
  F: 0x140,
  /**
   * What generated code may do about floating point, i32: bit `rm` is set if FS is Dirty and an instruction with this rounding mode
   * rounds to nearest, bit 8 if NX is set too, bit 30 if FS is not Off. Follows mstatus and fcsr (hart/floating-point.ts).
   */
  FLOAT: 0x240,
  /** Interrupts that devices and timers hold pending, i32: bits of mip. */
  LINES: 0x244,
  /**
   * mtime when the slice began, i64; and the instructions from the beginning of that tick to the end of the slice, i32. So time is
   * TICKS + (SLICE_END - BUDGET) / INSTRUCTIONS_PER_TICK.
   */
  TICKS: 0x248,
  SLICE_END: 0x250,
  /** The 4096 CSR slots, i64 each. What a slot holds is its row's business (hart/csr.ts); most hold the CSR's value. */
  CSR: 0x8000,
  /** The TLB banks, BANK_COUNT of BANK bytes. */
  TLB: 0x10000,
} as const;

/** The register slot that takes writes to x0. */
export const TRASH = 32;

/*
 * A TLB bank: a read, a write and an execute table, direct-mapped by virtual page number. An entry is 16 bytes:
 *   +0 i64 virtual address of the page, -1 when empty
 *   +8 i32 addend: linear address = low half of the virtual address + addend (execute table: linear address of the page's slot)
 */
export const TLB_ENTRY = 16;
/** Entries of a read or a write table. */
export const DATA_ENTRIES = 16384;
/** Entries of an execute table. */
export const FETCH_ENTRIES = 1024;
/** Byte offsets of the three tables in a bank, and its size. */
export const READ_TABLE = 0;
export const WRITE_TABLE = DATA_ENTRIES * TLB_ENTRY;
export const FETCH_TABLE = 2 * DATA_ENTRIES * TLB_ENTRY;
export const BANK = FETCH_TABLE + FETCH_ENTRIES * TLB_ENTRY;

/**
 * One bank for each way to look at memory, so that a change of mode flushes nothing. S_SUM: S-mode with sstatus.SUM set. The last
 * three hold what both stages of a guest's translation come to, so a guest's accesses cost no more than others.
 */
export const BANKS = { U: 0, S: 1, S_SUM: 2, M: 3, VU: 4, VS: 5, VS_SUM: 6 } as const;
/** More for U-mode, behind those: each for an address space that has an ASID (satp), so that a change of satp flushes nothing in them. */
export const ASID_BANKS = [7, 8, 9, 10, 11, 12, 13] as const;
export const BANK_COUNT = 14;

const align = (address: number, size: number): number => Math.ceil(address / size) * size;

/** Bytes from one hart's block to the next. */
export const HART_STRIDE = align(HART.TLB + BANK_COUNT * BANK, 0x10000);
/** Linear address of hart `id`'s block. */
export const hartAt = (id: number): number => id * HART_STRIDE;
/** Linear address of a TLB bank of hart `id`. */
export const bankAt = (id: number, bank: number): number => hartAt(id) + HART.TLB + bank * BANK;

/*
 * A slot: the decoded records of one physical page, one for each halfword and two that mean "end of page". A record:
 *   +0 u16 handler (interpreter/numbers.ts)   +2 u16 rd x 8 (x0: TRASH x 8)   +4 u16 rs1 x 8   +6 u16 rs2 x 8   +8 i32 imm
 *   +12 u16 instructions from here to the end of the basic block   +14 u16 arrivals: how often a jump or a block before it led here
 * An undecoded record is all 0. Instructions that round have no immediate, but in its place +8 u16 rs3 x 8, +10 u8 rm.
 * Behind the records are:
 *   FIRST_HANDLERS  a u16 for each halfword: the record's handler as decoded, which a region's handler may have replaced
 *   REGION_ENTRIES  a u32 for each halfword: 0, or the region that can be entered there, as its index in the table of functions
 *                   << 16, and the number of the block that it is to begin at
 *   NEXT_SLOT       u32 address of the slot of the page that the instruction in the last halfword goes on in, if it was decoded
 *   REGIONS_USED    u32 that each of the page's regions sets to 1 whenever it is entered
 */
export const RECORD = 16;
export const RECORD_RD = 2;
export const RECORD_RS1 = 4;
export const RECORD_RS2 = 6;
export const RECORD_IMM = 8;
export const RECORD_RS3 = 8;
export const RECORD_RM = 10;
export const RECORD_REST = 12;
export const RECORD_ARRIVALS = 14;
/** Records of instructions in a slot, and their size in bytes: behind them is the end of the page, at its first and second halfword. */
export const RECORDS = 2048;
export const PAGE_RECORDS = RECORDS * RECORD;
/** Byte offsets in a slot, and the size of a slot. */
export const FIRST_HANDLERS = PAGE_RECORDS + 2 * RECORD;
export const REGION_ENTRIES = FIRST_HANDLERS + 2 * RECORDS;
export const NEXT_SLOT = REGION_ENTRIES + 4 * RECORDS;
export const REGIONS_USED = NEXT_SLOT + 4;
export const SLOT = NEXT_SLOT + RECORD;
/** Pages that can be decoded at a time. */
export const SLOTS = 2048;
/** Linear address of slot 0. */
export const SLOT_BASE = hartAt(MAX_HARTS);

/** Linear address of guest RAM. */
export const RAM = align(SLOT_BASE + SLOTS * SLOT, 0x10000);
/** Physical address of guest RAM, as on QEMU's virt board. */
export const RAM_BASE = 0x8000_0000;
