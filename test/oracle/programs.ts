/** Sources that our assembler and GNU as must turn into the same bytes. */

/** Every alias and pseudo-instruction that reaches no symbol outside its section. */
export const ALIAS_LINES = `
start:
1:      nop
        li a0, 5
        li a0, -1
        li a0, 0xffffffffffffffff
        li a0, 'A'
        mv a0, a1
        not a0, a1
        neg a0, a1
        negw a0, a1
        sext.w a0, a1
        zext.b a0, a1
        seqz a0, a1
        snez a0, a1
        sltz a0, a1
        sgtz a0, a1
        sgt a0, a1, a2
        sgtu a0, a1, a2
        add a0, a1, 5
        addw a0, a1, -5
        and a0, a1, 7
        or a0, a1, 7
        xor a0, a1, 7
        slt a0, a1, 7
        sltu a0, a1, 7
        sll a0, a1, 7
        srl a0, a1, 7
        sra a0, a1, 63
        sllw a0, a1, 7
        srlw a0, a1, 7
        sraw a0, a1, 31
        beqz a0, 1b
        bnez a0, 1f
        blez a0, 1b
        bgez a0, 1f
        bltz a0, 1b
        bgtz a0, 1f
        bgt a0, a1, 1b
        ble a0, a1, 1f
        bgtu a0, a1, 1b
        bleu a0, a1, 1f
1:      j start
        jal start
        jal t0, start
        jr a0
        jr 8(a0)
        jr a0, 8
        jalr a0
        jalr 8(a0)
        jalr a0, a1
        jalr a0, a1, 8
        jalr a0, 8(a1)
        jalr a0, (a1)
        ret
        call start
        call t0, start
        tail start
        jump start, t2
        la a0, start
        lla a0, start
        lw a0, start
        lbu a0, start
        sd a0, start, t0
        unimp
        rdcycle a0
        rdtime a0
        rdinstret a0
        csrr a0, mstatus
        csrw mstatus, a0
        csrs sie, a0
        csrc sip, a0
        csrw mstatus, 5
        csrs mstatus, 5
        csrc mstatus, 5
        csrwi 0x340, 31
        csrsi mstatus, 1 << 3
        csrci mstatus, 8
        csrrw a0, mstatus, 5
        csrrs a0, satp, 5
        csrrc a0, pmpcfg2, 5
        csrrw a0, 0x800 + 1, zero
        fence
        fence rw, w
        fence.tso
        fence.i
        pause
        ecall
        ebreak
        mret
        sret
        wfi
        sfence.vma
        sfence.vma a0
        sfence.vma a0, a1
        lw a0, (a1)
        sw a0, (a1)
        ld x10, 8(fp)
        fmv.s fa0, fa1
        fneg.d fa0, ft11
        fabs.s f0, f31
        fgt.d a0, fa0, fa1
        fge.s a0, fa0, fa1
        fmv.x.s a0, fa0
        fmv.s.x fa0, a0
        frcsr a0
        fscsr a0
        fscsr a0, a1
        frrm a0
        fsrm a0, a1
        fsrmi 1
        fsrmi a0, 1
        frflags a0
        fsflags a0
        fsflagsi a0, 31
        fld fa0, 8(a0)
        fsw fa0, (a0)
        fcvt.d.w fa0, a0
        fcvt.d.s fa0, fa1
        fcvt.d.l fa0, a0
        fcvt.w.d a0, fa0, rtz
        fmadd.d fa0, fa1, fa2, fa3
        lr.w a0, (a1)
        lr.d.aq a0, (a1)
        sc.d.rl a0, a2, (a1)
        amoadd.w.aqrl a0, a2, 0(a1)
        lui a0, %hi(start)
        addi a0, a0, %lo(start)
        lw a0, %lo(start)(a0)
        lui a0, 0xfffff
        .option rvc
        c.nop
        c.addi a0, 1
        c.j start
        c.beqz a0, 1f
1:      c.lwsp a0, 4(sp)
        c.ebreak
        .option norvc
`;

export const DATA_PROGRAM = `
        .equ SIZE, 4 * 8
        .set COUNTER, 3
        NAMED = SIZE + 1
        .equ LATE, end - first
first:  .byte 1, -1, 255, 'a', '\\n', '"', ';', '#'   # a comment; with "a string"
        .half 0x1234, -2
        .align 2
        .word SIZE, NAMED, COUNTER, LATE, 0xffffffff, -1 /* a third */
        .balign 16
        .dword 0x123456789abcdef0, -1, first, end, . , . + 8
        .quad SIZE << 2 + 1, 7 - 2 - 1, 2 + 3 * 4, (2 + 3) * 4, 1 | 6 & 4, 0xff ^ 0xf, ~0, -(-3), 100 / 7, 100 % 7, 1 << 63
        .word 1 == 1, 1 != 1, 2 < 1, 2 >= 2, -1 > 3, 1 <= 0, 2 && 4, 0 || 0, 3 || 0, 1 + 2 == 3, 1 && 0 || 1
        .ascii "no zero", "\\ttwo\\\\\\"\\0\\x41\\101"
        .asciz "with; # zero // /* end */"
        .string "another"
        .zero 5
        .space 3, 0xaa
        .skip 2
        .fill 2, 4, 7
        .p2align 3
end:    .org SIZE * 16
        addi a0, a0, 1
        .byte 1
        .p2align 4
        .set COUNTER, COUNTER + 1
        .word COUNTER
        .balign 32, 0x55
        .2byte 1; .4byte 2; .8byte 3; .long 4; .int 5; .short 6; .hword 7
        .balign 32                      # GNU as pads each section to its alignment
`;

export const SYMBOL_PROGRAM = `
        .globl _start
_start: la a0, message
        la a1, table
        la a2, buffer
1:      auipc a3, %pcrel_hi(table + 16)
        ld a4, %pcrel_lo(1b)(a3)
        addi a5, a3, %pcrel_lo(1b)
        sd a4, %pcrel_lo(1b)(a3)
        lui a0, %hi(table + 4)
        lw a1, %lo(table + 4)(a0)
        sw a1, %lo(table + 4)(a0)
        call far
        ld a0, counter
        sd a0, counter, t1
        bnez a0, .Lhere
        jal far
.Lhere: ret
        .section .rodata
message: .asciz "read only"
        .data
        .balign 8
table:  .dword message, table, buffer, far, end - _start
counter: .dword 0
        .bss
start_of_bss:
        .balign 64
buffer: .space 4096
        .text
        .balign 256
far:    li a0, 0
        j _start
        .balign 256                     # GNU as pads each section to its alignment
        .section .text.more, "ax"
        nop
        .previous
end:
`;

export const MACRO_PROGRAM = `
        .macro save register, offset=0
        sd \\register, \\offset(sp)
        .endm
        .macro busy count
        li t0, \\count
loop\\@: addi t0, t0, -1
        bnez t0, loop\\@
        .endm
        .macro many a, b, c
        .dword \\a, \\b, \\c
        .endm
        save ra
        save s0, 8
        save s1, offset=16
        busy 10
        busy 20
        many 1, 2+3, (4<<5)
        .set i, 0
        .rept 4
        .word i
        .set i, i + 1
        .rept 2
        .byte i
        .endr
        .byte 0, 0
        .endr
        .irp reg, a0, a1, a2
        mv \\reg, zero
        .endr
        .equ FEATURE, 1
        .if FEATURE
        li a0, 1
        .if FEATURE - 1
        li a0, 2
        .else
        li a0, 3
        .endif
        .else
        li a0, 4
        .endif
        .if FEATURE == 1 && i > 3
        li a0, 5
        .endif
        .ifdef FEATURE
        nop
        .endif
        .ifndef FEATURE
        ecall
        .endif
        .rept 2 ; ret ; .endr
`;

/** Mistakes, one each. */
export const ERRORS_IN_BOTH = [
  'addd a0, a0, a0',
  'add a0, a0',
  'addi a0, a0, 2048',
  'addi a0, a0, -2049',
  'lw a0, 4(a9)',
  'add a0, a1, b2',
  'slli a0, a0, 64',
  'slliw a0, a0, 32',
  'lui a0, 0x100000',
  'j nowhere',
  'a: nop\na: nop',
  '.unknown 1',
  '.word (1',
  '.ascii hello',
  '.rept 2\nnop',
  'c.lwsp zero, 0(sp)',
  'c.addi4spn a0, sp, 0',
  'c.lw a0, 2(a1)',
  'c.lw t6, 0(a1)',
  'c.lui a0, 32',
  'c.addi16sp sp, 8',
  'csrw nosuch, a0',
  'csrwi mstatus, 32',
  'lr.w a0, 4(a1)',
  'amoadd.w.rlaq a0, a1, (a2)',
  'li a0, later\nlater:',
  '.space later\nlater:',
];
