/** Names and numbers of control and status registers: privileged manual, "CSR Listing". What each does is the hart's business. */

/** `hpmcounter3` .. `hpmcounter31`: registers numbered alike, from 0xc03 on. */
function numbered(prefix: string, first: number, last: number, base: number): Record<string, number> {
  const result: Record<string, number> = {};
  for (let i = first; i <= last; i++) result[`${prefix}${i}`] = base + i;
  return result;
}

const UNPRIVILEGED = {
  ...{ fflags: 0x001, frm: 0x002, fcsr: 0x003 },
  ...{ cycle: 0xc00, time: 0xc01, instret: 0xc02, ...numbered('hpmcounter', 3, 31, 0xc00) },
};

const SUPERVISOR = {
  ...{ sstatus: 0x100, sie: 0x104, stvec: 0x105, scounteren: 0x106, senvcfg: 0x10a },
  ...{ sscratch: 0x140, sepc: 0x141, scause: 0x142, stval: 0x143, sip: 0x144, stimecmp: 0x14d },
  ...{ satp: 0x180, scontext: 0x5a8 },
};

const HYPERVISOR = {
  ...{ hstatus: 0x600, hedeleg: 0x602, hideleg: 0x603, hie: 0x604, htimedelta: 0x605, hcounteren: 0x606, hgeie: 0x607 },
  ...{
    henvcfg: 0x60a,
    htval: 0x643,
    hip: 0x644,
    hvip: 0x645,
    htinst: 0x64a,
    hgatp: 0x680,
    hcontext: 0x6a8,
    hgeip: 0xe12,
  },
  ...{ vsstatus: 0x200, vsie: 0x204, vstvec: 0x205, vsscratch: 0x240, vsepc: 0x241, vscause: 0x242, vstval: 0x243 },
  ...{ vsip: 0x244, vstimecmp: 0x24d, vsatp: 0x280 },
};

const MACHINE = {
  ...{ mvendorid: 0xf11, marchid: 0xf12, mimpid: 0xf13, mhartid: 0xf14, mconfigptr: 0xf15 },
  ...{ mstatus: 0x300, misa: 0x301, medeleg: 0x302, mideleg: 0x303, mie: 0x304, mtvec: 0x305, mcounteren: 0x306 },
  ...{ menvcfg: 0x30a, mcountinhibit: 0x320, ...numbered('mhpmevent', 3, 31, 0x320) },
  ...{ mscratch: 0x340, mepc: 0x341, mcause: 0x342, mtval: 0x343, mip: 0x344, mtinst: 0x34a, mtval2: 0x34b },
  ...{ ...numbered('pmpcfg', 0, 15, 0x3a0), ...numbered('pmpaddr', 0, 63, 0x3b0), mseccfg: 0x747 },
  ...{ mcycle: 0xb00, minstret: 0xb02, ...numbered('mhpmcounter', 3, 31, 0xb00) },
  ...{ tselect: 0x7a0, tdata1: 0x7a1, tdata2: 0x7a2, tdata3: 0x7a3, tinfo: 0x7a4, tcontrol: 0x7a5, mcontext: 0x7a8 },
  ...{ dcsr: 0x7b0, dpc: 0x7b1, dscratch0: 0x7b2, dscratch1: 0x7b3 },
};

/** The 12-bit number of each CSR by its name. A name here does not mean that the machine has the register. */
export const CSR_NUMBERS: Readonly<Record<string, number>> = {
  ...UNPRIVILEGED,
  ...SUPERVISOR,
  ...HYPERVISOR,
  ...MACHINE,
};

const names = new Map(Object.entries(CSR_NUMBERS).map(([name, number]) => [number, name]));

/** The name of a CSR by its number; undefined if the manual gives it none. */
export const csrName = (number: number): string | undefined => names.get(number);
