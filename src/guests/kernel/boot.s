# Where firmware enters: S-mode, a0 = this hart, a1 = device tree, no translation. SBI ch. 9, "Hart State Management", HART_START.
    .section .text.boot
    .globl _start
_start:
    la sp, boot_stack_top
    li tp, 0                    # no process runs yet
    tail kernel_main

    .section .bss
    .balign 16
boot_stack:
    .zero 2048
boot_stack_top:
