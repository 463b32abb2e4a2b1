/** Kernels that translate: tables and frames at fixed places, entries and accesses as text. What an access finds is in t3, or its trap in s10 and s9. */
import type { Program } from '#machine';
import { kernel } from '../../../src/course/lab';

/** Guest-physical places of tables. MIDDLE is for addresses from 1 GiB on, LAST for the first 2 MiB of these; the others are free. */
export const TABLES = {
  ROOT: 0x80310000,
  MIDDLE: 0x80311000,
  LAST: 0x80312000,
  ROOT_2: 0x80313000,
  MIDDLE_2: 0x80314000,
  LAST_2: 0x80315000,
  TOP: 0x80316000,
  TOP_TOP: 0x80317000,
} as const;

/** Sixteen frames, of which each says who it is: the first word of number n is 0x1000 + n. */
export const frame = (n: number): number => 0x80320000 + 0x1000 * n;

/** The first guest-virtual address that LAST maps, and those of the pages behind it. */
export const page = (n: number): number => 0x40000000 + 0x1000 * n;

/** Bits of an entry: of a kernel's page, and of a user's, that all may use and that have been used; RO cannot be written. */
export const BITS = { POINTER: 0x01, RW: 0xc7, RO: 0xc3, RWX: 0xcf, USER: 0xd7, USER_RWX: 0xdf } as const;

/** Where gigabytes begin that are mapped at once: RAM's own, and the one that `translated` leaves free. */
export const [GIB_1, GIB_2, GIB_3] = [0x40000000, 0x80000000, 0xc0000000];

/** The same code at an address where U-mode may execute it: see `userCode`. */
const USER_CODE = 0x40200000;
const CODE = 0x80200000;

/** Stores an entry, through the map of all memory at its own address. */
export const set = (table: number, index: number, to: number, bits: number): string =>
  `    li t0, ${table + 8 * index}\n    li t1, ${value(to, bits)}\n    sd t1, 0(t0)\n`;

const value = (to: number, bits: number): string => `0x${(BigInt(to) / 4n + BigInt(bits)).toString(16)}`;

/** Reads an entry back. */
export const readEntry = (table: number, index: number): string =>
  `    li t0, ${table + 8 * index}\n    ld t1, 0(t0)\n`;

/** `sfence.vma`, for all or for one address. */
export const fence = (address?: number): string =>
  address === undefined ? '    sfence.vma\n' : `    li t0, ${address}\n    sfence.vma t0\n`;

/** The kernel's own access: a load, unless another instruction is given (t2 has the address, t3 the value). */
export const look = (address: number, instruction = 'ld t3, 0(t2)'): string =>
  `    la s11, 9f\n    li t2, ${address}\n    li t3, -1\n    ${instruction}\n9:\n`;

export const store = (address: number, word = 0x77): string =>
  `    la s11, 9f\n    li t2, ${address}\n    li t3, ${word}\n    sd t3, 0(t2)\n9:\n`;

/** The same access, by U-mode. Needs `userCode`. */
export const userLook = (address: number, instruction = 'ld t3, 0(t2)'): string =>
  `    la t0, 8f
    li t4, ${CODE - USER_CODE}
    sub t0, t0, t4
    csrw sepc, t0
    li t0, 0x100
    csrc sstatus, t0
    la s11, 9f
    li t2, ${address}
    li t3, -1
    sret
8:  ${instruction}
    ebreak
9:
`;

/** Lets U-mode execute the kernel's code at another address. */
export const userCode = (): string => set(TABLES.MIDDLE, 1, CODE, BITS.USER_RWX) + fence();

/** Points satp to a table of this mode (8 Sv39, 9 Sv48, 10 Sv57). */
export const translateBy = (root: number, mode = 8): string =>
  `    li t0, ${root / 4096}\n    li t1, ${mode}\n    slli t1, t1, 60\n    or t0, t0, t1\n    csrw satp, t0\n    sfence.vma\n`;

/** A kernel with memory at its own address, tables down to LAST, which is empty, and translation on. */
export function translated(body: string): Program {
  return kernel(`
    li t0, ${frame(0)}
    li t1, 0x1000
    li t2, ${frame(16)}
1:  sd t1, 0(t0)
    addi t1, t1, 1
    li t3, 0x1000
    add t0, t0, t3
    bne t0, t2, 1b
${set(TABLES.ROOT, 1, TABLES.MIDDLE, BITS.POINTER)}
${set(TABLES.ROOT, 2, GIB_2, BITS.RWX)}
${set(TABLES.MIDDLE, 0, TABLES.LAST, BITS.POINTER)}
${translateBy(TABLES.ROOT)}
${body}`);
}
