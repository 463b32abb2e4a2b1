/**
 * Random kernels: a trap handler that keeps things going, and pages of random instructions that run in S- and U-mode with and
 * without paging, are interrupted, change their page tables (with the fences that the manual asks for) and call their firmware.
 * The same seed gives the same kernel.
 */
import { assemble, PteBit, type Program } from '#machine';
import { Chance } from '../machine/engine/lockstep/chance';
import { randomInstruction } from '../machine/engine/lockstep/random-code';

const { V, R, W, X, U, A, D } = PteBit;
const PAGE = 0x1000;

/** Where things are: physical, and at the same virtual addresses for the kernel. */
const BASE = 0x8020_0000;
const CODE = BASE + 0x1_0000;
const CODE_BYTES = 0x2000;
const DATA = BASE + 0x1_8000;
const DATA_PAGES = 8;
const TABLES = BASE + 0x3_0000;
const [LEAVES, MIDDLE, USER_LEAVES, USER_MIDDLE, ROOT_39, ROOT_48, ROOT_57] = [0, 1, 2, 3, 4, 5, 6].map(
  (i) => TABLES + PAGE * i,
);
/** The same code and data for user programs, if there is paging. */
const USER = 0x4020_0000;

const RANDOM_STATUS = [1 << 18, 1 << 19]; // SUM, MXR
/** x8 .. x12 point into data (random-code.ts), x30 to the code. */
const POINTERS = [8, 9, 10, 11, 12];
const CODE_POINTER = 30;

/** An entry for a page that lies at `physical`. */
const leaf = (physical: number, bits: number): number => physical / 4 + bits;
const pointerTo = (table: number): number => leaf(table, V);

export function randomKernel(seed: number): Program {
  const chance = new Chance(seed);
  const mode = chance.pick([0, 8, 8, 9, 10]);
  const source = `
    ${boot(chance, mode)}
    ${handler(chance, mode)}
    .balign 8
saved: .zero 64
    ${at(CODE)}
    ${randomCode(chance, CODE_BYTES)}
    ${at(DATA)}
    ${randomData(chance)}
    ${at(TABLES)}
    ${tables(chance)}`;
  return assemble(source, { origin: BigInt(BASE), file: `seed-${seed}.s` });
}

/** Zeros up to an address; everything is in one section. */
const at = (address: number): string => `.zero ${address} - .`.replace(' - .', ` - (. - _start) - ${BASE}`);

function boot(chance: Chance, mode: number): string {
  const root = { 0: 0, 8: ROOT_39, 9: ROOT_48, 10: ROOT_57 }[mode]!;
  const registers = Array.from({ length: 32 }, (_, x) => x).filter((x) => x > 0);
  const value = (x: number): string => {
    if (x === CODE_POINTER) return `${CODE}`;
    if (POINTERS.includes(x)) return `${pointer(chance, mode !== 0)}`;
    return `0x${chance.value().toString(16)}`;
  };
  const status = RANDOM_STATUS.filter(() => chance.oneIn(2)).reduce((all, bit) => all | bit, 0);
  return `
_start:
    la t0, trap
    ${chance.oneIn(3) ? 'addi t0, t0, 1   # vectored' : ''}
    csrw stvec, t0
    li t0, ${chance.below(8)}
    csrw scounteren, t0
    li t0, ${chance.pick([0, 0x20, 0x22, 0x222])}
    csrw sie, t0
    ${setTimer(chance.below(300))}
    li t0, ${status}
    csrw sstatus, t0
    li t0, ${mode}
    slli t0, t0, 60
    li t1, ${root / PAGE}
    or t0, t0, t1
    csrw satp, t0
    li t0, ${CODE + 2 * chance.below(CODE_BYTES / 2)}
    csrw sepc, t0
    li t0, 0x100
    csrs sstatus, t0
    ${registers.map((x) => `li x${x}, ${value(x)}`).join('; ')}
    sret`;
}

/** Mostly into data, often just before the end of a page; sometimes into the code, a device, or nowhere. */
function pointer(chance: Chance, paged: boolean): number {
  const kind = chance.below(16);
  if (kind === 0) return CODE + 8 * chance.below(CODE_BYTES / 8);
  if (kind === 1) return chance.pick([0x1000_0000, 0xc00_0000, 0x10_0010, 0x7fff_fff0]);
  const image = paged && chance.oneIn(2) ? USER : BASE;
  return image + (DATA - BASE) + PAGE * chance.below(DATA_PAGES) + chance.pick([0, 64, 0x800, 0xff8]);
}

const setTimer = (ticks: number): string => `
    csrr a0, time
    addi a0, a0, ${ticks}
    li a7, 0x54494d45
    li a6, 0
    ecall`;

/**
 * Interrupts are ended, exceptions skipped; both go on somewhere in the code, in S- or U-mode as a bit of `cycle` decides. Another
 * bit decides whether a page changes: without translation while it happens, so that nothing can be stale.
 */
function handler(chance: Chance, mode: number): string {
  const change = Array.from({ length: 6 }, () => {
    const table = chance.pick([LEAVES, USER_LEAVES]);
    const entry = table + 8 * ((DATA - BASE) / PAGE + chance.below(DATA_PAGES));
    return `li t0, ${entry}; ld t1, 0(t0); xori t1, t1, ${chance.pick([V, R, W, X, U, A, D, A | D, R | W, W | D])}; sd t1, 0(t0)`;
  });
  return `
    .balign 256
trap:
    ${'j entry; '.repeat(16)}    # one for each vector
entry:
    csrrw t6, sscratch, t6
    la t6, saved
    sd a0, 0(t6)
    sd a6, 8(t6)
    sd a7, 16(t6)
    sd t0, 24(t6)
    sd t1, 32(t6)
    csrr t0, scause
    bgez t0, exception
    csrci sip, 2
    ${setTimer(20 + chance.below(200))}
    la t6, saved
exception:
    csrr t0, cycle
    andi t0, t0, 0x38
    bnez t0, nothing
    csrr t1, satp
    csrw satp, zero
    sd t1, 40(t6)
    ${change.join('\n    ')}
    ld t1, 40(t6)
    csrw satp, t1
    ${chance.oneIn(2) ? 'sfence.vma' : ''}
nothing:
    csrr t0, sepc
    addi t0, t0, 2
    li t1, ${CODE_BYTES - 2}
    and t0, t0, t1
    csrr t1, cycle
    andi t1, t1, 0x40
    beqz t1, user
    li t1, 0x100
    csrs sstatus, t1
    li t1, ${CODE}
    j out
user:
    li t1, 0x100
    csrc sstatus, t1
    li t1, ${mode === 0 ? CODE : USER + CODE - BASE}
out:
    or t0, t0, t1
    csrw sepc, t0
    ld a0, 0(t6)
    ld a6, 8(t6)
    ld a7, 16(t6)
    ld t0, 24(t6)
    ld t1, 32(t6)
    csrrw t6, sscratch, t6
    sret`;
}

function randomCode(chance: Chance, bytes: number): string {
  const lines: string[] = [];
  for (let left = bytes; left > 0;) {
    const { word, length } = randomInstruction(chance, true);
    if (length > left) continue;
    lines.push(length === 2 ? `.half ${word & 0xffff}` : `.half ${word & 0xffff}, ${word >>> 16}`);
    left -= length;
  }
  return lines.join('\n');
}

const randomData = (chance: Chance): string =>
  Array.from({ length: DATA_PAGES * 64 }, () => `.dword 0x${chance.value().toString(16)}; .zero 56`).join('\n');

/** The kernel's pages, the user's, and the tables above them; table pages themselves cannot be written while there is translation. */
function tables(chance: Chance): string {
  const image = (user: number): Map<number, number> => {
    const entries = new Map<number, number>();
    if (!user)
      for (let offset = 0; offset < 0x1_0000; offset += PAGE)
        entries.set(offset, leaf(BASE + offset, V | R | W | X | A | D));
    for (let offset = CODE - BASE; offset < CODE - BASE + CODE_BYTES; offset += PAGE) {
      entries.set(
        offset,
        leaf(BASE + offset, V | X | chance.pick([R, R, R | W, 0]) | chance.pick([0, A, A | D]) | user),
      );
    }
    for (let page = 0; page < DATA_PAGES; page++) entries.set(DATA - BASE + PAGE * page, dataPage(chance, page, user));
    return entries;
  };
  const table = (entries: Map<number, number>, shift: number): string =>
    Array.from({ length: 512 }, (_, i) => `.dword ${entries.get(i * shift) ?? 0}`).join('\n');
  const one = (...entries: [number, number][]): string => table(new Map(entries), 1);
  return [
    table(image(0), PAGE),
    one([1, pointerTo(LEAVES)]), // 0x80200000
    table(image(U), PAGE),
    one([1, pointerTo(USER_LEAVES)]), // 0x40200000
    one([0, leaf(0, V | R | W | A | D)], [1, pointerTo(USER_MIDDLE)], [2, pointerTo(MIDDLE)]), // devices in the first gigabyte
    one([0, pointerTo(ROOT_39)], [511, pointerTo(ROOT_39)]),
    one([0, pointerTo(ROOT_48)], [511, pointerTo(ROOT_48)]),
  ].join('\n');
}

/** Where a page of data lies, sometimes on another's memory or outside RAM, and what may be done with it. */
function dataPage(chance: Chance, page: number, user: number): number {
  const place = chance.oneIn(8) ? chance.below(DATA_PAGES) : page;
  const rights = chance.pick([R | W | X, R | W, R | W, R | X, R, X, W, 0]);
  const bits = rights | chance.pick([A | D, A | D, A, 0]) | (chance.oneIn(12) ? 0 : V);
  const outside = chance.oneIn(20) ? chance.pick([0x1000_0000, 0x8100_0000, 0]) : undefined;
  return leaf(outside ?? DATA + PAGE * place, bits | (chance.oneIn(4) ? user ^ U : user));
}
