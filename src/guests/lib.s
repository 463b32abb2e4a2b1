# What the guests share: printing, and the end. Included at the end of each guest; calling convention of the RISC-V ABI.

# Writes the character in a0. SBI, "Legacy Extensions", console putchar.
putc:
    li a7, 1
    ecall
    ret

# Writes the text at a0, which ends with a zero byte.
puts:
    addi sp, sp, -16
    sd ra, 0(sp)
    sd s0, 8(sp)
    mv s0, a0
1:  lbu a0, 0(s0)
    beqz a0, 2f
    call putc
    addi s0, s0, 1
    j 1b
2:  ld ra, 0(sp)
    ld s0, 8(sp)
    addi sp, sp, 16
    ret

# Writes a0 as an unsigned hexadecimal number: 0x, then as many digits as it needs.
puthex:
    addi sp, sp, -32
    sd ra, 0(sp)
    sd s0, 8(sp)
    sd s1, 16(sp)
    mv s0, a0
    la a0, 8f
    call puts
    li s1, 60
1:  srl t0, s0, s1              # leading zeros are skipped, except in the last digit
    bnez t0, 2f
    addi s1, s1, -4
    bgtz s1, 1b
2:  srl a0, s0, s1
    andi a0, a0, 15
    la t0, 9f
    add a0, a0, t0
    lbu a0, 0(a0)
    call putc
    addi s1, s1, -4
    bgez s1, 2b
    ld ra, 0(sp)
    ld s0, 8(sp)
    ld s1, 16(sp)
    addi sp, sp, 32
    ret
8:  .asciz "0x"
9:  .ascii "0123456789abcdef"
    .balign 4

# Writes the text at a0, the number in a1 and the end of the line.
put_value:
    addi sp, sp, -16
    sd ra, 0(sp)
    sd a1, 8(sp)
    call puts
    ld a0, 8(sp)
    call puthex
    li a0, 10
    call putc
    ld ra, 0(sp)
    addi sp, sp, 16
    ret

# Ends the machine; a0 = 0: all went well, 1: the guest gave up. SBI, "System Reset Extension".
shutdown:
    mv a1, a0                   # reason: 0 none, 1 system failure
    li a0, 0                    # type: shutdown
    li a6, 0
    li a7, 0x53525354
    ecall
1:  j 1b

# A trap handler for guests that expect none: says what came, and gives up.
    .balign 4
unexpected_trap:
    la sp, stack_top
    la a0, 1f
    csrr a1, scause
    call put_value
    la a0, 2f
    csrr a1, stval
    call put_value
    li a0, 1
    j shutdown
1:  .asciz "unexpected trap, scause "
2:  .asciz "stval "
    .balign 4

# A trap handler for guests that provoke traps. They put the address where they want to continue into s11.
# Afterwards s10 = scause, s9 = stval, s8 = sstatus as the handler saw it, s7 = sepc. Continues in S-mode,
# interrupts off, wherever the trap came from.
    .balign 4
catch_trap:
    csrr s10, scause
    csrr s9, stval
    csrr s8, sstatus
    csrr s7, sepc
    csrw sepc, s11
    li s6, 0x100                # SPP = 1, SPIE = 0
    csrs sstatus, s6
    li s6, 0x20
    csrc sstatus, s6
    sret

# The same without a look at the trap, for those who provoke hundreds of them.
    .balign 4
skip_trap:
    csrw sepc, s11
    li s6, 0x100
    csrs sstatus, s6
    sret

    .balign 16
stack:
    .zero 1024
stack_top:
