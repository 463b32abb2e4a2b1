/** Which values a CSR can ever read, whatever was written: the WARL fields and reserved bits of the Privileged manual, from its figures and text alone. */
import { extract, mask } from '../../src/machine/bits';

/** Bits high:low, which read 0. */
type Zero = readonly [high: number, low: number];

/** Fields that are reserved, read-only zero on RV64 without the extension that has them, or beyond a register of 32 bits. */
const ZERO: Readonly<Record<string, readonly Zero[]>> = {
  // "Machine Status Register": WPRI bits, and big-endian, VS and XS, of which there is none
  mstatus: [[62, 40], [37, 36], [31, 23], [16, 15], [10, 9], [6, 6], [4, 4], [2, 2], [0, 0]],
  sstatus: [[62, 34], [31, 20], [17, 15], [12, 9], [7, 6], [4, 2], [0, 0]],
  vsstatus: [[62, 34], [31, 20], [17, 15], [12, 9], [7, 6], [4, 2], [0, 0]],
  // "Hypervisor Status Register"
  hstatus: [[63, 34], [31, 23], [19, 18], [11, 10], [5, 0]],
  // "mtvec": MODE 2 and 3 are reserved
  mtvec: [[1, 1]],
  stvec: [[1, 1]],
  vstvec: [[1, 1]],
  // "mepc": "the low bit of mepc is always zero"
  mepc: [[0, 0]],
  sepc: [[0, 0]],
  vsepc: [[0, 0]],
  // "Machine Trap Delegation Registers": "medeleg[11] is read-only zero"; causes that are reserved
  medeleg: [[63, 24], [19, 16], [14, 14], [11, 11]],
  // "Hypervisor Trap Delegation Registers", table of hedeleg: 9 to 11 and 20 to 23 are read-only zero
  hedeleg: [[63, 16], [14, 14], [11, 9]],
  hideleg: [[63, 11], [9, 7], [5, 3], [1, 0]],
  // "Machine Interrupt Registers": odd places for M and S, even ones for VS, 12 for guest external interrupts
  mie: [[63, 13], [8, 8], [4, 4], [0, 0]],
  mip: [[63, 13], [8, 8], [4, 4], [0, 0]],
  sie: [[63, 10], [8, 6], [4, 2], [0, 0]],
  sip: [[63, 10], [8, 6], [4, 2], [0, 0]],
  vsie: [[63, 10], [8, 6], [4, 2], [0, 0]],
  vsip: [[63, 10], [8, 6], [4, 2], [0, 0]],
  hie: [[63, 13], [11, 11], [9, 7], [5, 3], [1, 0]],
  hip: [[63, 13], [11, 11], [9, 7], [5, 3], [1, 0]],
  hvip: [[63, 11], [9, 7], [5, 3], [1, 0]],
  hgeie: [[0, 0]],
  // "mcounteren", "scounteren", "hcounteren", "mcountinhibit": 32 bits; TM cannot be inhibited
  mcounteren: [[63, 32]],
  scounteren: [[63, 32]],
  hcounteren: [[63, 32]],
  mcountinhibit: [[63, 32], [1, 1]],
  // "Machine Environment Configuration Register" and those like it
  menvcfg: [[60, 8], [3, 1]],
  henvcfg: [[60, 8], [3, 1]],
  senvcfg: [[63, 8], [3, 1]],
  // "Hypervisor Guest Address Translation and Protection Register": WARL 0 above VMID; the root is aligned to 16 KiB
  hgatp: [[59, 58], [1, 0]],
  // Unprivileged, "Floating-Point Control and Status Register"
  fcsr: [[63, 8]],
  frm: [[63, 3]],
  fflags: [[63, 5]],
}; // prettier-ignore

const field = (value: bigint, high: number, low: number): number => Number(extract(value, high, low));

/** Bare, Sv39, Sv48, Sv57 and their x4: the modes that RV64 defines. */
const isMode = (value: bigint): boolean => [0, 8, 9, 10].includes(field(value, 63, 60));
/** CBIE = 2 is reserved ("CBIE" of the envcfg registers). */
const isEnvironment = (value: bigint): boolean => field(value, 5, 4) !== 2;
/** SD sums up FS ("SD"), and UXL says 64. */
const isStatus = (value: bigint): boolean =>
  field(value, 63, 63) === Number(field(value, 14, 13) === 3) && field(value, 33, 32) === 2;
/** "The combination R=0 and W=1 is reserved"; bits 6:5 of an entry are 0. */
const isProtection = (value: bigint): boolean =>
  Array.from({ length: 8 }, (_, i) => field(value, 8 * i + 7, 8 * i)).every(
    (entry) => (entry & 3) !== 2 && (entry & 0x60) === 0,
  );

const LEGAL: Readonly<Record<string, (value: bigint) => boolean>> = {
  mstatus: (value) => isStatus(value) && field(value, 35, 34) === 2 && field(value, 12, 11) !== 2, // SXL; MPP
  sstatus: isStatus,
  vsstatus: isStatus,
  hstatus: (value) => field(value, 33, 32) === 2, // VSXL
  satp: isMode,
  vsatp: isMode,
  hgatp: isMode,
  menvcfg: isEnvironment,
  henvcfg: isEnvironment,
  senvcfg: isEnvironment,
  pmpcfg0: isProtection,
  pmpcfg2: isProtection,
  // "Machine Trap Delegation Registers", with the hypervisor extension: bits 10, 6, 2 and, with GEILEN, 12 are read-only one
  mideleg: (value) => (value & 0x1444n) === 0x1444n && (value & ~0x1666n) === 0n,
};

export function isLegal(name: string, value: bigint): boolean {
  const zero = (ZERO[name] ?? []).every(([high, low]) => (value & mask(high, low)) === 0n);
  const bits = name.startsWith('pmpaddr') ? 54n : 64n; // bits 55:2 of an address
  return zero && value >> bits === 0n && (LEGAL[name]?.(value) ?? true);
}
