# Points its trap vector where nothing is and traps: from then on every fetch is the next trap, for ever.
_start:
    la sp, stack_top
    la a0, text
    call puts
    li t0, 0x88000000           # beyond 128 MiB of memory
    csrw stvec, t0
    ebreak
text:
    .asciz "falling\n"
    .balign 4
    .include "lib.s"
