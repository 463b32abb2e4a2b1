/** Where everything is while random programs run, one after the other, on QEMU and on our hart. All of it lies in 1 MiB of RAM. */
import { RAM_BASE } from '../../../src/machine/engine/layout';

const PAGE = 0x1000;

/** The handler of S-mode has a page of its own, which page tables map at its own address. */
export const SUPERVISOR_HANDLER = RAM_BASE + 2 * PAGE;
/** In the same page, that of HS-mode. */
export const HYPERVISOR_HANDLER = SUPERVISOR_HANDLER + PAGE / 2;
/** What the handlers keep and log: a page mapped for S-mode. */
export const CELLS = RAM_BASE + 3 * PAGE;
/** The running program is copied to this page. */
export const CODE = RAM_BASE + 4 * PAGE;
/** Two pages of data, filled anew for each program. */
export const DATA = RAM_BASE + 5 * PAGE;
export const DATA_BYTES = 2 * PAGE;
/** Page tables: whole pages that are 0 but for what a program's record says. */
export const TABLES = RAM_BASE + 8 * PAGE;
/** Those of the G-stage, from its root of 16 KiB on. */
export const GUEST_TABLES = RAM_BASE + 0x1_0000;
/** The programs, record after record. */
export const RECORDS = RAM_BASE + 0x20000;
export const RECORDS_END = RAM_BASE + 0x100000;

/** Offsets of u64 cells in their page. */
export const CELL = {
  /** Registers of the program while a handler runs. */
  saved: 0,
  status: 0x40,
  /** Where the next trap is to be logged, and how many more there may be. */
  log: 0x48,
  traps: 0x50,
  /** Address behind the program, which ends by a trap there. */
  end: 0x58,
  record: 0x60,
  fold: 0x68,
} as const;
/** Offset of the log: LOG_WORDS u64 a trap: TRAP_WORDS. */
export const LOG = 0x180;
export const TRAP_WORDS = ['cause', 'tval', 'epc', 'status', 'second tval', 'hstatus', 'handler'] as const;
/** Numbers of handlers in the log: of M-mode; of S- or VS-mode; of HS-mode. */
export const TRAP_HANDLERS = ['m', 's', 'hs'];
export const LOG_WORDS = TRAP_WORDS.length;
/** After so many traps a program ends. */
export const MOST_TRAPS = 40;
/** Offset of the program's registers when it ended: x1 to x29, f0 to f31, fcsr. */
export const REGISTERS = 0xe00;

/** Registers that random code may not write: pointers into the data, the fuel of loops, and two that handlers change. */
export const POINTERS = [2, 8, 9, 18, 19, 20, 21];
export const FUEL = 29;
export const RESERVED = [...POINTERS, FUEL, 30, 31];
