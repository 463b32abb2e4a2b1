/**
 * Operations on cache blocks (Unprivileged, "CMO"). There are no caches here, so of cleaning, flushing and invalidating only the
 * permission checks remain; cbo.zero stores zeros.
 */
import type { Instruction } from '../isa/row';
import { Exception, Trap } from './cause';
import type { Hart } from './hart';

/** Bytes of a cache block, naturally aligned; the device tree says so too. */
export const CACHE_BLOCK = 64;

/** Faults of these instructions are a store's, whatever right was asked for ("Exceptions" of the chapter). */
const AS_STORE: Readonly<Record<number, number | undefined>> = {
  [Exception.loadAccessFault]: Exception.storeAccessFault,
  [Exception.loadPageFault]: Exception.storePageFault,
  [Exception.loadGuestPageFault]: Exception.storeGuestPageFault,
};

/** cbo.clean, cbo.flush, cbo.inval: permitted "whenever a load instruction or store instruction is permitted", and where a store is, a load is too. */
export function manageBlock(hart: Hart, { rs1, length }: Instruction): void {
  physicalBlock(hart, hart.x[rs1], 'load');
  hart.advance(length);
}

/** cbo.zero: the whole block around the address, in RAM. */
export function zeroBlock(hart: Hart, { rs1, length }: Instruction): void {
  const { memory, x } = hart;
  const block = physicalBlock(hart, x[rs1], 'store');
  const at = memory.linear(block, CACHE_BLOCK);
  if (at < 0) throw accessFault(hart, x[rs1]);
  memory.u8.fill(0, at, at + CACHE_BLOCK);
  memory.codeStored(block, CACHE_BLOCK);
  hart.advance(length);
}

/** The physical address of the block around `address`, all of which may be accessed so. Throws Trap with `address` as it is. */
function physicalBlock(hart: Hart, address: bigint, access: 'load' | 'store'): number {
  const physical = asStore(() => hart.virtual.translate(address, 1, access));
  const block = physical - (physical % CACHE_BLOCK);
  if (!hart.mmu.allows(block, CACHE_BLOCK, access)) throw accessFault(hart, address);
  return block;
}

function asStore<T>(translate: () => T): T {
  try {
    return translate();
  } catch (thrown) {
    if (!(thrown instanceof Trap)) throw thrown;
    throw new Trap(AS_STORE[thrown.cause] ?? thrown.cause, thrown.tval, thrown.guest);
  }
}

const accessFault = (hart: Hart, address: bigint): Trap =>
  new Trap(Exception.storeAccessFault, address, { gva: hart.mmu.viewFor('store').guest, tval2: 0n });
