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

export const QEMU_DIFFERENCES: readonly QemuDifference[] = [
  { name: 'czero.eqz', why: ZICOND, tested: 'machine/isa/manual.test.ts' },
  { name: 'czero.nez', why: ZICOND, tested: 'machine/isa/manual.test.ts' },
  {
    name: 'ctzw',
    why: 'Unprivileged, "Zbb", ctzw: "if the least-significant word is 0, 32 is returned"; QEMU gives 63 for 0x8000000000000000',
    tested: 'machine/isa/manual.test.ts',
  },
];

export const differsOnQemu = (name: string): boolean => QEMU_DIFFERENCES.some((difference) => difference.name === name);
