/** What M-mode firmware does before it enters a kernel, for machines whose S-mode software is TypeScript and that have no firmware (compare OpenSBI, sbi_hart.c). */
import { Exception } from './cause';
import type { Hart } from './hart';

/** Exceptions that firmware keeps: calls from S-mode are meant for it. */
const KEPT = 1n << BigInt(Exception.environmentCallFromS);

const ALL = 0xffff_ffff_ffff_ffffn;

/** menvcfg: all but FIOM, whose fences are stronger than anybody asks for here. */
const ENVIRONMENT = ALL & ~1n;

/** Opens to the modes below M what extensions of this hart bring: timers, operations on cache blocks, kinds of page-table entries. */
export function openExtensions({ csr, isa }: Hart): void {
  csr.write('menvcfg', ENVIRONMENT);
  if (isa.has('Smstateen')) for (let n = 0; n < 4; n++) csr.write(`mstateen${n}`, ALL);
}

/** Delegates all that S-mode can handle, opens memory, counters and extensions to S and U, and leaves the hart in S-mode with interrupts off. */
export function enterSupervisor(hart: Hart): void {
  hart.csr.write('medeleg', ALL & ~KEPT);
  hart.csr.write('mideleg', ALL);
  hart.csr.write('mcounteren', ALL);
  openExtensions(hart);
  hart.csr.write('pmpaddr0', ALL);
  hart.csr.write('pmpcfg0', 0x1fn); // NAPOT over everything: R, W, X
  hart.mode = 'S';
}
