# Counts for ever and never calls anybody: only a timer of the hypervisor's own gets the processor back.
_start:
    la sp, stack_top
    csrw sie, zero              # nothing may interrupt this guest; the hypervisor still must
    csrci sstatus, 2
    la a0, greeting
    call puts
1:  addi s0, s0, 1
    j 1b
greeting:
    .asciz "spinning\n"
    .balign 4
    .include "lib.s"
