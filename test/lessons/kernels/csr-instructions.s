# Each CSR instruction, with each kind of operand that has a rule of its own.
_start:
    la sp, stack_top
    la t0, catch_trap
    csrw stvec, t0
    li s0, 0xf0f0
    li s1, 0x3333
    csrw sscratch, s0
    csrrw s2, sscratch, s1
    csrrs s3, sscratch, s0
    csrrc s4, sscratch, s1
    csrrwi s5, sscratch, 21
    csrrsi s6, sscratch, 10
    csrrci s7, sscratch, 6
    csrr s8, sscratch
    csrrw s0, sscratch, s0      # one register as source and destination
    csrrs s1, sscratch, s1
    csrrc s1, sscratch, s1
    csrrw zero, sscratch, s0    # x0 as destination: written all the same
    csrrs zero, sscratch, s2
    csrr s2, sscratch
    csrrw s3, sscratch, zero    # x0 as source: swap writes 0 ...
    csrr s4, sscratch
    csrrwi s5, sscratch, 31
    csrrs s6, sscratch, zero    # ... and set and clear write nothing
    csrrc s7, sscratch, zero
    csrrsi s8, sscratch, 0
    csrrci s9, sscratch, 0
    csrrwi s10, sscratch, 0
    csrr s10, sscratch
    csrrs s1, time, zero        # so that a read-only register can be read
    csrrci s1, instret, 0
    csrrsi s2, sstatus, 2
    csrrci s3, sstatus, 2
    csrr s4, sstatus
    csrrs s5, sie, s0
    csrr s6, sie
    li a0, 0
    j shutdown
    .include "lib.s"
