/** What M-mode firmware does before it enters a kernel, for machines whose S-mode software is TypeScript and that have no firmware (compare OpenSBI, sbi_hart.c). */
import { Exception } from './cause';
import type { Hart } from './hart';

/** Exceptions that firmware keeps: calls from S-mode are meant for it. */
const KEPT = 1n << BigInt(Exception.environmentCallFromS);

/** Delegates all that S-mode can handle, opens all memory and all counters to S and U, and leaves the hart in S-mode with interrupts off. */
export function enterSupervisor(hart: Hart): void {
  const all = 0xffff_ffff_ffff_ffffn;
  hart.csr.write('medeleg', all & ~KEPT);
  hart.csr.write('mideleg', all);
  hart.csr.write('mcounteren', all);
  hart.csr.write('pmpaddr0', all);
  hart.csr.write('pmpcfg0', 0x1fn); // NAPOT over everything: R, W, X
  hart.mode = 'S';
}
