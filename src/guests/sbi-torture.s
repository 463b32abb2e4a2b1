# Calls the firmware with what it must refuse, and prints the error of each call. SBI 2.0.
# A call changes a0 and a1 only: every other register is compared before and after.
_start:
    la sp, stack_top
    la t0, unexpected_trap
    csrw stvec, t0
    la s0, calls
each_call:
    ld a0, 56(s0)
    beqz a0, done
    call puts
    ld a7, 0(s0)
    ld a6, 8(s0)
    ld a0, 16(s0)
    ld a1, 24(s0)
    ld a2, 32(s0)
    ld a3, 40(s0)
    ld a4, 48(s0)
    li a5, 0x5a5a
    li t0, 0x1234
    li t6, 0x4321
    ecall
    mv s1, a0
    mv s2, a1
    ld t1, 0(s0)                # what must be as before
    xor t1, t1, a7
    ld t2, 8(s0)
    xor t2, t2, a6
    or t1, t1, t2
    ld t2, 32(s0)
    xor t2, t2, a2
    or t1, t1, t2
    ld t2, 40(s0)
    xor t2, t2, a3
    or t1, t1, t2
    li t2, 0x5a5a
    xor t2, t2, a5
    or t1, t1, t2
    li t2, 0x1234
    xor t2, t2, t0
    or t1, t1, t2
    li t2, 0x4321
    xor t2, t2, t6
    or s3, t1, t2
    li a0, ' '
    call putc
    bltz s1, 1f
    mv a0, s1
    call puthex
    j 2f
1:  li a0, '-'
    call putc
    neg a0, s1
    call puthex
2:  beqz s3, 3f
    la a0, text_clobbered
    call puts
3:  li a0, 10
    call putc
    addi s0, s0, 64
    j each_call
done:
    li a0, 0
    j shutdown

text_clobbered: .asciz " (and registers that a call must keep)"
    .balign 8
calls:                          # EID, FID, a0 .. a4, what it is
    .dword 0x10, 0, 0, 0, 0, 0, 0, text_base
    .dword 0x10, 3, 0x10, 0, 0, 0, 0, text_probe
    .dword 0x10, 7, 0, 0, 0, 0, 0, text_base_fid
    .dword 0x10, 0xffffffffffffffff, 0, 0, 0, 0, 0, text_base_negative
    .dword 0x12345678, 0, 0, 0, 0, 0, 0, text_unknown
    .dword 0xffffffffffffffff, 0, 0, 0, 0, 0, 0, text_negative
    .dword 0x0a000000, 0, 0, 0, 0, 0, 0, text_firmware
    .dword 0x54494d45, 1, 0, 0, 0, 0, 0, text_timer_fid
    .dword 0x735049, 1, 0, 0, 0, 0, 0, text_ipi_fid
    .dword 0x735049, 0, 1, 0x40, 0, 0, 0, text_ipi_hart
    .dword 0x735049, 0, 0, 0, 0, 0, 0, text_ipi_nobody
    .dword 0x52464e43, 0, 1, 0, 0, 0, 0, text_fence_i
    .dword 0x52464e43, 1, 1, 0, 0, 0xffffffffffffffff, 0, text_fence_all
    .dword 0x52464e43, 2, 1, 0, 0x1000, 0x1000, 0xffff, text_fence_asid
    .dword 0x52464e43, 1, 1, 0, 0xfffffffffffff000, 0x2000, 0, text_fence_wrap
    .dword 0x52464e43, 1, 0, 0xffffffffffffffff, 0, 0x1000, 0, text_fence_everyone
    .dword 0x52464e43, 1, 1, 0x40, 0, 0x1000, 0, text_fence_hart
    .dword 0x52464e43, 7, 1, 0, 0, 0, 0, text_fence_fid
    .dword 0x48534d, 0, 0, 0x80200000, 0, 0, 0, text_start_self
    .dword 0x48534d, 0, 7, 0x80200000, 0, 0, 0, text_start_nobody
    .dword 0x48534d, 2, 0, 0, 0, 0, 0, text_status
    .dword 0x48534d, 2, 7, 0, 0, 0, 0, text_status_nobody
    .dword 0x48534d, 9, 0, 0, 0, 0, 0, text_hsm_fid
    .dword 0x53525354, 0, 3, 0, 0, 0, 0, text_reset_type
    .dword 0x53525354, 0, 0, 5, 0, 0, 0, text_reset_reason
    .dword 0x53525354, 1, 0, 0, 0, 0, 0, text_reset_fid
    .dword 0, 0, 0, 0, 0, 0, 0, 0

text_base:          .asciz "base: version"
text_probe:         .asciz "base: probe itself"
text_base_fid:      .asciz "base: no such function"
text_base_negative: .asciz "base: function -1"
text_unknown:       .asciz "no such extension"
text_negative:      .asciz "extension -1"
text_firmware:      .asciz "firmware extension"
text_timer_fid:     .asciz "timer: no such function"
text_ipi_fid:       .asciz "IPI: no such function"
text_ipi_hart:      .asciz "IPI: to hart 64"
text_ipi_nobody:    .asciz "IPI: to nobody"
text_fence_i:       .asciz "fence.i"
text_fence_all:     .asciz "sfence.vma of everything"
text_fence_asid:    .asciz "sfence.vma of one ASID"
text_fence_wrap:    .asciz "sfence.vma beyond the last address"
text_fence_everyone: .asciz "sfence.vma on all harts"
text_fence_hart:    .asciz "sfence.vma on hart 64"
text_fence_fid:     .asciz "fence: no such function"
text_start_self:    .asciz "start hart 0"
text_start_nobody:  .asciz "start hart 7"
text_status:        .asciz "status of hart 0"
text_status_nobody: .asciz "status of hart 7"
text_hsm_fid:       .asciz "HSM: no such function"
text_reset_type:    .asciz "reset: reserved type"
text_reset_reason:  .asciz "reset: reserved reason"
text_reset_fid:     .asciz "reset: no such function"
    .balign 4
    .include "lib.s"
