# The debug console (SBI, "DBCN") with buffers that the guest may and may not name, and the error of each call.
    .equ DBCN, 0x4442434e
    .equ BUFFER, 0x80300000

_start:
    la sp, stack_top
    la t0, unexpected_trap
    csrw stvec, t0
    li t0, BUFFER               # what write must print and a refused read must not change
    li t1, 0x0a6b6f             # "ok\n"
    sd t1, 0(t0)

    la s0, calls
each_call:
    ld a0, 32(s0)
    beqz a0, done
    call puts
    li a7, DBCN
    ld a6, 0(s0)
    ld a0, 8(s0)
    ld a1, 16(s0)
    ld a2, 24(s0)
    ecall
    bltz a0, 1f
    call puthex
    j 2f
1:  neg s1, a0
    li a0, '-'
    call putc
    mv a0, s1
    call puthex
2:  li a0, 10
    call putc
    addi s0, s0, 40
    j each_call
done:
    li t0, BUFFER
    ld a1, 0(t0)
    la a0, text_buffer
    call put_value
    li a0, 0
    j shutdown

    .balign 8
calls:                          # function, a0, a1, a2, what it is
    .dword 0, 3, BUFFER, 0, text_write
    .dword 0, 0, BUFFER, 0, text_empty
    .dword 2, 'x', 0, 0, text_byte
    .dword 3, 0, 0, 0, text_fid
    .dword 0, 3, 0x1000000, 0, text_nowhere
    .dword 0, 3, 0x10000000, 0, text_device
    .dword 0, 3, BUFFER, 1, text_high
    .dword 0, 0x7fffffff, BUFFER, 0, text_end
    .dword 0, 0x8000000000000000, BUFFER, 0, text_long
    .dword 0, 0xffffffffffffffff, BUFFER, 0, text_longest
    .dword 0, 16, 0xfffffffffffffff8, 0, text_wrap
    .dword 1, 3, 0x1000000, 0, text_read_nowhere
    .dword 1, 0xffffffffffffffff, BUFFER, 0, text_read_longest
    .dword 1, 8, BUFFER, 0, text_read
    .dword 0, 0, 0, 0, 0

text_write:         .asciz "write: "
text_empty:         .asciz "write nothing: "
text_byte:          .asciz "write a byte: "
text_fid:           .asciz "no such function: "
text_nowhere:       .asciz "write from nowhere: "
text_device:        .asciz "write from a device: "
text_high:          .asciz "write from above 2^64: "
text_end:           .asciz "write beyond the end of memory: "
text_long:          .asciz "write 2^63 bytes: "
text_longest:       .asciz "write 2^64 - 1 bytes: "
text_wrap:          .asciz "write around the end of all addresses: "
text_read_nowhere:  .asciz "read to nowhere: "
text_read_longest:  .asciz "read 2^64 - 1 bytes: "
text_read:          .asciz "read, nobody types: "
text_buffer:        .asciz "buffer: "
    .balign 4
    .include "lib.s"
