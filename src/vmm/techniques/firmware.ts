/** What OpenSBI does to a hart before it enters a kernel: delegation, counters, and memory that is not the kernel's (OpenSBI lib/sbi/sbi_hart.c). */
import { BOARD, Exception, openExtensions, type Hart } from '#machine';

/** What a kernel deals with by itself. The others come to the firmware first, which hands them on. */
const DELEGATED = [
  Exception.instructionAddressMisaligned,
  Exception.breakpoint,
  Exception.environmentCallFromU,
  Exception.instructionPageFault,
  Exception.loadPageFault,
  Exception.storePageFault,
];

const ALL = 2n ** 64n - 1n;

/** pmpcfg: one byte an entry. */
const TOP_OF_RANGE = 0x08n;
const NATURAL_POWER_OF_2 = 0x18n;
const READ_WRITE_EXECUTE = 0x07n;

/** The hart as a kernel finds it. A VM has neither ROM nor CLINT, and here they belong to M-mode: nobody else may touch them. */
export function enterKernel(hart: Hart): void {
  const { csr } = hart;
  openExtensions(hart);
  csr.write(
    'medeleg',
    DELEGATED.reduce((all, cause) => all | (1n << BigInt(cause)), 0n),
  );
  csr.write('mideleg', ALL);
  csr.write('mcounteren', ALL);
  csr.write('pmpaddr0', BigInt(BOARD.rom.base + BOARD.rom.size) >> 2n); // from 0
  csr.write('pmpaddr1', naturalRange(BOARD.clint));
  csr.write('pmpaddr2', ALL);
  csr.write('pmpcfg0', ((NATURAL_POWER_OF_2 | READ_WRITE_EXECUTE) << 16n) | (NATURAL_POWER_OF_2 << 8n) | TOP_OF_RANGE);
}

/** pmpaddr for a range whose size is a power of 2 and its alignment (Privileged, "Physical Memory Protection CSRs", NAPOT). */
const naturalRange = ({ base, size }: { base: number; size: number }): bigint => BigInt(base / 4 + size / 8 - 1);
