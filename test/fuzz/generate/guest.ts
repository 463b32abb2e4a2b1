/** Guest programs: kernels that set up tables, take traps, use CSRs, run user code, change themselves, fence, wait and set timers. */
import { PteBit } from '#machine';
import type { Chance } from '../../machine/engine/lockstep/chance';
import { randomInstruction } from '../../machine/engine/lockstep/random-code';
import type { Op, Words } from '../case';
import { BASE, codeOf, MOST_STEPS, SCRATCH, STEP_BYTES } from '../layout';
import { sbiCall } from './sbi';
import { address, inRam, value } from './values';

const { V, R, W, X, U, G, A, D } = PteBit;
/** Pages for tables, from SCRATCH on. */
const TABLES = 6;
const tableAt = (n: number): number => SCRATCH + 4096 * n;
const BITS = [0, V, V, V, V | R, V | R | W | A | D, V | R | W | X | A | D, V | R | W | X | U | A | D, V | W, V | X | A, V | R | W, V | G | R | W | X | A | D, 0x3ff]; // prettier-ignore

const CSRS = ['sstatus', 'sie', 'sip', 'stvec', 'sscratch', 'sepc', 'scause', 'stval', 'satp', 'scounteren', 'senvcfg', 'cycle', 'time',
  'instret', 'hstatus', 'hgatp', 'vsatp', 'mstatus', 'stimecmp', 'fcsr', 'hvip', '0x5c0'] as const; // prettier-ignore
const CSR_WAYS = ['csrrw', 'csrrs', 'csrrc'] as const;
const STORES = ['sb', 'sh', 'sw', 'sd'] as const;
const LOADS = ['lb', 'lbu', 'lh', 'lhu', 'lw', 'lwu', 'ld'] as const;
const AMOS = ['amoadd.w', 'amoswap.d', 'amomaxu.d', 'amoand.w'] as const;
const SYSTEM = ['wfi', 'sret', 'mret', 'ebreak', 'fence', 'fence.i', 'sfence.vma', 'unimp'] as const;

/** A page-table entry: mostly for memory of its own or a further table, sometimes for a place that is none of its business. */
function entry(chance: Chance): bigint {
  const place = chance.oneIn(3)
    ? BigInt(tableAt(chance.below(TABLES)))
    : chance.oneIn(2)
      ? inRam(chance)
      : address(chance);
  const aligned = chance.oneIn(4) ? (place >> 21n) << 21n : place; // as a superpage has to be
  const ppn = BigInt.asUintN(44, aligned >> 12n);
  return (ppn << 10n) | BigInt(chance.pick(BITS)) | (chance.oneIn(30) ? value(chance) << 54n : 0n);
}

/** Page 0 maps the first GiB of RAM to itself, so that the kernel lives on; the rest is left to chance. */
export function tables(chance: Chance): Words[] {
  return Array.from({ length: TABLES }, (_, n) => {
    const words = Array.from({ length: 1 + chance.below(24) }, () => entry(chance));
    if (n === 0) {
      words[1] = BigInt(tableAt(1) / 4 + V);
      words[2] = chance.oneIn(8) ? entry(chance) : BigInt(BASE / 4 + (V | R | W | X | A | D));
    }
    return { at: BigInt(tableAt(n)), words: Array.from(words, (word: bigint | undefined) => word ?? 0n) };
  });
}

const satp = (chance: Chance): bigint =>
  (BigInt(chance.pick([0, 8, 8, 8, 8, 9, 10, 1, 15])) << 60n) |
  (BigInt(chance.oneIn(4) ? chance.below(0x1_0000) : 0) << 44n) |
  (chance.oneIn(5) ? address(chance) >> 12n : BigInt(tableAt(chance.oneIn(4) ? chance.below(TABLES) : 0) / 4096));

/** An address that its tables may map. */
const virtual = (chance: Chance): bigint =>
  chance.oneIn(2)
    ? address(chance)
    : 0x4000_0000n + BigInt(chance.below(16) * 4096 + chance.pick([0, 8, 0xff8, 0xffc]));

const word = (chance: Chance): string => {
  const { word: bits, length } = randomInstruction(chance, true);
  return length === 2 ? `.half ${bits & 0xffff}` : `.half ${bits & 0xffff}, ${bits >>> 16}`;
};

const fill =
  (template: string): ((chance: Chance) => Op) =>
  (chance) => ({ does: template, with: { t0: virtual(chance), t1: value(chance) } });

const ACTS: readonly ((chance: Chance) => Op)[] = [
  (chance) => fill(`${chance.pick(STORES)} t1, 0(t0)`)(chance),
  (chance) => fill(`${chance.pick(LOADS)} t2, 0(t0)`)(chance),
  (chance) => fill(`${chance.pick(AMOS)} t2, t1, (t0)`)(chance),
  (chance) => fill(`lr.d t2, (t0); sc.d t3, t1, (t0)`)(chance),
  (chance) => ({ does: `${chance.pick(CSR_WAYS)} t2, ${chance.pick(CSRS)}, t0`, with: { t0: chance.oneIn(3) ? address(chance) : value(chance) } }),
  (chance) => ({ does: 'csrw satp, t0', with: { t0: satp(chance) } }),
  (chance) => ({ does: 'csrw satp, t0; sfence.vma', with: { t0: satp(chance) } }),
  (chance) => ({ does: 'sd t1, 0(t0)', with: { t0: BigInt(tableAt(chance.below(TABLES)) + 8 * chance.below(24)), t1: entry(chance) } }),
  (chance) => ({ does: 'sd t1, 0(t0); sfence.vma', with: { t0: BigInt(tableAt(chance.below(TABLES)) + 8 * chance.below(24)), t1: entry(chance) } }),
  (chance) => ({ does: 'sfence.vma t0, zero', with: { t0: virtual(chance) } }),
  (chance) => ({ does: chance.pick(SYSTEM) }),
  (chance) => ({ does: word(chance), with: registers(chance) }),
  (chance) => ({ does: word(chance), with: registers(chance) }),
  () => ({ does: 'li t0, 0x100; csrc sstatus, t0; auipc t1, 0; addi t1, t1, 16; csrw sepc, t1; sret' }), // to user mode
  (chance) => ({ does: 'jr t0', with: { t0: chance.oneIn(4) ? virtual(chance) : BigInt(codeOf(0) + STEP_BYTES * (24 + chance.below(MOST_STEPS - 24))) } }),
  (chance) => ({ does: 'sw t1, 0(t0); fence.i', with: { t0: BigInt(codeOf(0) + STEP_BYTES * chance.below(48) + 4 * chance.below(16)), t1: BigInt(randomInstruction(chance, true).word) } }),
  (chance) => ({ does: 'csrs sie, t0; csrsi sstatus, 2', with: { t0: BigInt(chance.pick([0x222, 0x20, 2])) } }),
  (chance) => ({ does: 'ecall', with: { a7: 0x54494d45n, a6: 0n, a0: BigInt(chance.below(20)) } }), // a timer that rings
  sbiCall,
  (chance) => ({ does: 'ecall', with: { a7: 0x48534dn, a6: 0n, a0: 1n, a1: BigInt(codeOf(1)), a2: value(chance) } }), // the other hart
]; // prettier-ignore

/** Pointers where random instructions expect them. */
const registers = (chance: Chance): Record<string, bigint> => ({
  s0: virtual(chance),
  s1: virtual(chance),
  a0: virtual(chance),
  a1: inRam(chance),
  a2: address(chance),
  t0: value(chance),
  t1: value(chance),
});

export const guestOps = (chance: Chance, most: number): Op[] =>
  Array.from({ length: 1 + chance.below(most) }, () => chance.pick(ACTS)(chance));
