/** Where QEMU 7.2 is not an oracle: what it lacks, and what it does otherwise than the manual says. Each with the section that decides. */
export interface QemuDifference {
  /** The row, the CSR, or what happens. */
  readonly name: string;
  /** What the manual says, and where; and what QEMU does. */
  readonly why: string;
  /** The test that holds the manual's answer. */
  readonly tested: string;
}

const ZICOND = 'Unprivileged, "Zicond": QEMU has it from version 8 on';

const HLVX =
  'Privileged, "Hypervisor Virtual-Machine Load and Store Instructions": needs X in both stages; QEMU asks for R';
const EPC = 'Privileged, "sepc" and "mepc": "the low bit of sepc is always zero"; QEMU keeps it';
const COUNTEREN = 'Privileged, "mcounteren" and "scounteren": they are 32-bit registers; QEMU keeps 64 bits';
const CSR_TEST = 'machine/hart/csr.test.ts';

export const QEMU_DIFFERENCES: readonly QemuDifference[] = [
  { name: 'czero.eqz', why: ZICOND, tested: 'machine/isa/manual.test.ts' },
  { name: 'czero.nez', why: ZICOND, tested: 'machine/isa/manual.test.ts' },
  {
    name: 'ctzw',
    why: 'Unprivileged, "Zbb", ctzw: "if the least-significant word is 0, 32 is returned"; QEMU gives 63 for 0x8000000000000000',
    tested: 'machine/isa/manual.test.ts',
  },
  { name: 'sepc', why: EPC, tested: CSR_TEST },
  { name: 'mepc', why: EPC, tested: CSR_TEST },
  { name: 'scounteren', why: COUNTEREN, tested: CSR_TEST },
  { name: 'mcounteren', why: COUNTEREN, tested: CSR_TEST },
  {
    name: 'mret with MPRV',
    why: 'Privileged, "Privilege and Global Interrupt-Enable Stack": "If xPP≠M, xRET also sets MPRV=0"; QEMU leaves it',
    tested: 'machine/hart/traps.test.ts',
  },
  {
    name: 'AMO on a hole, misaligned AMO',
    why: 'Privileged, "mcause": AMOs raise store/AMO exceptions; QEMU says load',
    tested: 'machine/hart/traps.test.ts',
  },
  {
    name: 'misaligned access to a hole',
    why: 'Privileged, "mtval": "the virtual address of the portion of the access that caused the fault"; QEMU gives one before the access',
    tested: 'machine/hart/traps.test.ts',
  },
  {
    name: 'page table on a hole',
    why: 'Privileged, "Virtual Address Translation Process", step 2: "raise an access-fault exception"; QEMU raises a page fault',
    tested: 'machine/mmu/translate.test.ts',
  },
  {
    name: 'fetch from a user page in S-mode, with SUM',
    why: 'Privileged, "sstatus", SUM: "S-mode software can never execute instructions from user pages"; QEMU does after it has loaded from the page',
    tested: 'machine/mmu/walk.test.ts',
  },
  {
    name: 'load with MPRV from a page that M-mode executes',
    why: 'Privileged, "mstatus", MPRV: "load and store memory addresses are translated and protected as though the current privilege mode were set to MPP"; QEMU uses the translation of the fetch',
    tested: 'machine/mmu/translate.test.ts',
  },
  {
    name: 'mtinst and htinst',
    why: 'Privileged, "Transformed Instruction or Pseudoinstruction for mtinst or htinst": 0 is allowed, too, and QEMU writes it where we transform',
    tested: 'machine/hart/hypervisor/trap-instruction.test.ts',
  },
  {
    name: 'GVA',
    why: 'Privileged, "hstatus" and "mstatus", GVA: 1 only if a guest virtual address is written to xtval; QEMU sets it for other traps out of guests',
    tested: 'machine/hart/hypervisor/traps.test.ts',
  },
  {
    name: 'hlv and hsv while satp is Bare',
    why: 'Privileged, "Hypervisor Virtual-Machine Load and Store Instructions": a VS-stage fault is a page fault; QEMU looks at satp and raises an access fault',
    tested: 'machine/mmu/two-stage.test.ts',
  },
  {
    name: 'xtval of a virtual instruction',
    why: 'Privileged, "Virtual-instruction exceptions": xtval is written as for an illegal instruction; QEMU writes 0',
    tested: 'machine/hart/hypervisor/privilege.test.ts',
  },
  {
    name: 'G-stage faults on the tables of the VS-stage',
    why: 'Privileged, "Guest-Page Faults": the exception is that of the original access; QEMU says load for a fetch',
    tested: 'machine/mmu/two-stage.test.ts',
  },
  {
    name: 'MXR and the G-stage',
    why: 'Privileged, "hstatus" and "vsstatus": MXR of vsstatus is for the VS-stage alone, that of mstatus for both; QEMU takes that of the running mode for both',
    tested: 'machine/mmu/two-stage.test.ts',
  },
  {
    name: 'privileged instructions and CSRs of S-mode in VU-mode, hypervisor instructions in guests',
    why: 'Privileged, "Virtual-instruction exceptions": cause 22; QEMU says illegal instruction',
    tested: 'machine/hart/hypervisor/privilege.test.ts',
  },
  {
    name: 'exceptions 2 and 6 delegated to VS-mode',
    why: 'Privileged, "Trap Cause Codes": only interrupts of VS-level change their code; QEMU writes 1 and 5 to vscause',
    tested: 'machine/hart/hypervisor/traps.test.ts',
  },
  { name: 'hlvx.hu', why: HLVX, tested: 'machine/mmu/two-stage.test.ts' },
  { name: 'hlvx.wu', why: HLVX, tested: 'machine/mmu/two-stage.test.ts' },
  {
    name: 'mtval2 and htval of other traps than guest-page faults',
    why: 'Privileged, "mtval2" and "htval": 0; QEMU leaves the address of an earlier fault',
    tested: 'machine/hart/hypervisor/traps.test.ts',
  },
  {
    name: 'hlv and hsv without SUM',
    why: 'Privileged, "vsstatus": its SUM decides whether VS-mode, and so hlv with SPVP, may access user pages; QEMU takes it as set',
    tested: 'machine/mmu/two-stage.test.ts',
  },
  {
    name: 'htval after a trap into VS-mode',
    why: 'Privileged, "htval": written when a trap is taken into HS-mode; QEMU clears it in any case',
    tested: 'machine/hart/hypervisor/traps.test.ts',
  },
  {
    name: "a device's wire that falls before the PLIC's request is claimed",
    why: 'PLIC 1.0.0, "Interrupt Gateways": if the source deasserts the interrupt after the core has accepted the request, "the interrupt request remains present in the IP bit"; QEMU takes it back',
    tested: 'machine/irq/plic.test.ts',
  },
];

export const differsOnQemu = (name: string): boolean => QEMU_DIFFERENCES.some((difference) => difference.name === name);
