# Loads, stores and jumps where this board has nothing: holes between devices, beyond memory, the end of all addresses.
# Each is an access fault of the guest's own, and the guest goes on.
_start:
    la sp, stack_top
    la t0, catch_trap
    csrw stvec, t0
    la s0, places
each_place:
    ld a0, 0(s0)
    beqz a0, done
    call puthex
    la a0, text_load
    la s11, 1f
    li s10, -1
    ld t0, 0(s0)
    lbu t0, 0(t0)
1:  call report
    la a0, text_store
    la s11, 1f
    li s10, -1
    ld t0, 0(s0)
    sb t0, 0(t0)
1:  call report
    la a0, text_fetch
    la s11, 1f
    li s10, -1
    ld t0, 0(s0)
    jr t0
1:  call report
    li a0, 10
    call putc
    addi s0, s0, 8
    j each_place
done:
    la a0, text_done
    call puts
    li a0, 0
    j shutdown

# Prints the text a0 and the cause, and a mark if stval is not the address that was used.
report:
    addi sp, sp, -16
    sd ra, 0(sp)
    call puts
    mv a0, s10
    call puthex
    ld t0, 0(s0)
    beq s9, t0, 1f
    li a0, '!'
    call putc
1:  ld ra, 0(sp)
    addi sp, sp, 16
    ret

text_load:  .asciz " load "
text_store: .asciz " store "
text_fetch: .asciz " fetch "
text_done:  .asciz "back home\n"
    .balign 8
places:
    .dword 0x400                # below the boot ROM
    .dword 0x200000             # between the finisher and the CLINT
    .dword 0x1fffffe
    .dword 0x88000000           # the first byte beyond 128 MiB of memory
    .dword 0xfffffffe           # the last halfword below 4 GiB
    .dword 0x100000000
    .dword 0x80000080200000     # bit 55, above an address of the guest's memory
    .dword 0x8000000080200000   # bit 63
    .dword 0xfffffffffffffffe
    .dword 0
    .include "lib.s"
