# Its trap handler begins with an instruction that traps: no instruction ever completes again.
_start:
    la sp, stack_top
    la a0, text
    call puts
    la t0, handler
    csrw stvec, t0
    ebreak
    .balign 4
handler:
    ebreak
text:
    .asciz "round and round\n"
    .balign 4
    .include "lib.s"
