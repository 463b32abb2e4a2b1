# From one process's kernel stack to another's: saves what a C function must keep. Called as context_switch(from, to).
    .macro move_context move, base
    \move ra, 0(\base)
    \move sp, 8(\base)
    .irp number, 0,1,2,3,4,5,6,7,8,9,10,11
    \move s\number, 16+8*\number(\base)
    .endr
    .endm

    .text
    .globl context_switch
context_switch:
    move_context sd, a0
    move_context ld, a1
    mv tp, a2                   # the frame of the process that runs now
    ret
