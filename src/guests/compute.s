# Arithmetic, loads and stores, and nothing privileged until it prints: all of it should run on the processor itself.
    .equ NUMBERS, 4096
    .equ SIEVE, 0x80300000

_start:
    la sp, stack_top
    li s0, SIEVE                # sieve of Eratosthenes: a byte for each number, 0 for prime
    li s1, NUMBERS
    li s2, 2
    li s3, 0                    # primes
    li s4, 0                    # their sum
1:  add t0, s0, s2
    lbu t1, 0(t0)
    bnez t1, 3f
    addi s3, s3, 1
    add s4, s4, s2
    li t1, 1
    add t2, s2, s2
2:  bgeu t2, s1, 3f
    add t0, s0, t2
    sb t1, 0(t0)
    add t2, t2, s2
    j 2b
3:  addi s2, s2, 1
    bltu s2, s1, 1b
    la a0, text_primes
    mv a1, s3
    call put_value
    la a0, text_sum
    mv a1, s4
    call put_value
    li a0, 0
    j shutdown
text_primes:    .asciz "primes: "
text_sum:       .asciz "sum: "
    .balign 4
    .include "lib.s"
