/** Where QEMU 7.2 is not an oracle: what it lacks, and what it does otherwise than the manual says. Each with the section that decides. */
export interface QemuDifference {
  /** The row or CSR. */
  readonly name: string;
  /** What the manual says, and where; and what QEMU does. */
  readonly why: string;
  /** The test that holds the manual's answer. */
  readonly tested: string;
}

const ZICOND = 'Unprivileged, "Zicond": QEMU has it from version 8 on';

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
];

export const differsOnQemu = (name: string): boolean => QEMU_DIFFERENCES.some((difference) => difference.name === name);
