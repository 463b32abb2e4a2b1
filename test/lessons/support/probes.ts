/** Kernels that look for RAM: by loads, and by buffers that they name to their firmware. */
import type { Program } from '#machine';
import { kernel } from '../../../src/course/lab';

/** Loads a byte at each address and prints a digit for it: 0 if it could, else the cause of the trap (5: load access fault). */
export const loads = (addresses: readonly number[]): Program =>
  kernel(
    addresses
      .map(
        (address) => `    li s10, 0
    la s11, 1f
    li t0, ${address}
    lbu t1, 0(t0)
1:  addi a0, s10, '0'
    call putc`,
      )
      .join('\n'),
  );

/**
 * Names each buffer (address, bytes) to the debug console, to read into it, and prints y or n: whether the firmware would
 * (SBI, "DBCN": it must check that the supervisor may access the memory). There is no input, so nothing is stored.
 */
export const buffers = (list: readonly (readonly [bigint | number, number])[]): Program =>
  kernel(
    list
      .map(
        ([address, length]) => `    li a7, 0x4442434e
    li a6, 1
    li a0, ${length}
    li a1, ${address}
    li a2, 0
    ecall
    li t0, 'y'
    beqz a0, 1f
    li t0, 'n'
1:  mv a0, t0
    call putc`,
      )
      .join('\n'),
  );

/** Fills 16 KiB at 0x80300000, each word with another number, and has the firmware write out each stretch (address, bytes) of it. */
export const texts = (list: readonly (readonly [number, number])[]): Program =>
  kernel(`
    li t0, 0x80300000
    li t1, 0x80304000
    li t2, 0x6867666564630000
1:  srli t3, t0, 12             # other bytes in each page
    add t3, t3, t2
    sd t3, 0(t0)
    addi t2, t2, 1
    addi t0, t0, 8
    bltu t0, t1, 1b
${list
  .map(
    ([address, length]) =>
      `    li a7, 0x4442434e\n    li a6, 0\n    li a0, ${length}\n    li a1, ${address}\n    li a2, 0\n    ecall`,
  )
  .join('\n')}`);

/** Writes to the first and last word of each page from `first` to the end of 4 MiB, adds up what it finds there, and looks just outside. */
export const everyPage = (first: number): Program =>
  kernel(`
    li t0, ${first}
    li t1, 0x80400000
    li t3, 4096
1:  sd t0, 0(t0)
    add t4, t0, t3
    sd t4, -8(t4)
    mv t0, t4
    bltu t0, t1, 1b
    li t0, ${first}
    li a1, 0
2:  ld t2, 0(t0)
    add a1, a1, t2
    add t0, t0, t3
    ld t2, -8(t0)
    xor a1, a1, t2
    bltu t0, t1, 2b
    la s11, 3f
    ld t2, 0(t1)                # the first word beyond
3:  la s11, 4f
    sd t2, 0(t1)
4:  la s11, 5f
    jr t1
5:  li t1, 0x80000000
    la s11, 6f
    ld t2, -8(t1)               # the last one before
6:  la a0, 7f
    call put_value
    j 8f
7:  .asciz "sum "
    .balign 4
8:`);

/** Loads a word of each page of [first, first + bytes) and prints `all`. */
export const reads = (first: number, bytes: number): Program =>
  kernel(`
    li t0, ${first}
    li t1, ${first + bytes}
    li t3, 4096
1:  ld t2, 0(t0)
    add t0, t0, t3
    bltu t0, t1, 1b
    la a0, 2f
    call puts
    j 3f
2:  .asciz "all"
    .balign 4
3:`);
