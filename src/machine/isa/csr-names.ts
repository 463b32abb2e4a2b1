/** Names and numbers of control and status registers: privileged manual, "CSR Listing". What each does is the hart's business. */

/** Name and hexadecimal number; `hpmcounter3-31 c03` stands for hpmcounter3 (0xc03) to hpmcounter31 (0xc1f). */
const UNPRIVILEGED = `
  fflags 001  frm 002  fcsr 003
  cycle c00  time c01  instret c02  hpmcounter3-31 c03
`;

const SUPERVISOR = `
  sstatus 100  sie 104  stvec 105  scounteren 106  senvcfg 10a  sstateen0-3 10c
  sscratch 140  sepc 141  scause 142  stval 143  sip 144  stimecmp 14d
  satp 180  scontext 5a8
`;

const HYPERVISOR = `
  hstatus 600  hedeleg 602  hideleg 603  hie 604  htimedelta 605  hcounteren 606  hgeie 607  henvcfg 60a  hstateen0-3 60c
  htval 643  hip 644  hvip 645  htinst 64a  hgatp 680  hcontext 6a8  hgeip e12
  vsstatus 200  vsie 204  vstvec 205
  vsscratch 240  vsepc 241  vscause 242  vstval 243  vsip 244  vstimecmp 24d  vsatp 280
`;

const MACHINE = `
  mvendorid f11  marchid f12  mimpid f13  mhartid f14  mconfigptr f15
  mstatus 300  misa 301  medeleg 302  mideleg 303  mie 304  mtvec 305  mcounteren 306  menvcfg 30a  mstateen0-3 30c
  mscratch 340  mepc 341  mcause 342  mtval 343  mip 344  mtinst 34a  mtval2 34b
  pmpcfg0-15 3a0  pmpaddr0-63 3b0  mseccfg 747
  mcycle b00  minstret b02  mhpmcounter3-31 b03  mcountinhibit 320  mhpmevent3-31 323
  tselect 7a0  tdata1-3 7a1  tinfo 7a4  tcontrol 7a5  mcontext 7a8
  dcsr 7b0  dpc 7b1  dscratch0-1 7b2
`;

function* entriesOf(listing: string): Iterable<[name: string, number: number]> {
  for (const [, name, first, last, hex] of listing.matchAll(/([a-z]+)(\d*)(?:-(\d+))? ([0-9a-f]{3})\b/g)) {
    const base = Number.parseInt(hex, 16);
    const count = last === undefined ? 1 : Number(last) - Number(first) + 1;
    for (let i = 0; i < count; i++) yield [name + (first && Number(first) + i), base + i];
  }
}

const entries = [UNPRIVILEGED, SUPERVISOR, HYPERVISOR, MACHINE].flatMap((listing) => [...entriesOf(listing)]);

/** The 12-bit number of each CSR by its name. A name here does not mean that the machine has the register. */
export const CSR_NUMBERS: Readonly<Record<string, number>> = Object.fromEntries(entries);

const names = new Map(entries.map(([name, number]) => [number, name]));

/** The name of a CSR by its number; undefined if the manual gives it none. */
export const csrName = (number: number): string | undefined => names.get(number);
