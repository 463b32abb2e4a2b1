/** What page-torture.s prints; recorded from QEMU 7.2 with OpenSBI, checked by test/system/guests-qemu.test.ts. */
export const pageTorture = `\
0x40000000 dfc dfc dfc dfc entry 0x0
0x40001000 dfc dfc dfc dfc entry 0x1
0x40002000 -fc -fc -fc dfc entry 0x43
0x40003000 --c --c --c dfc entry 0xc7
0x40004000 df- df- -f- dfc entry 0x49
0x40005000 -f- -f- -f- dfc entry 0x4b
0x40006000 --- --- --- dfc entry 0xcf
0x40007000 dfc dfc dfc dfc entry 0xc5
0x40008000 dfc dfc dfc dfc entry 0xcd
0x40009000 dfc -fc dfc -fc entry 0x53
0x4000a000 dfc --c dfc --c entry 0xd7
0x4000b000 dfc dfc dfc df- entry 0x59
0x4000c000 dfc --c dfc --- entry 0xdf
0x4000d000 -fc -fc -fc dfc entry 0x43
0x4000e000 --c --c --c dfc entry 0xc7
0x4000f000 dfc --c dfc --c entry 0xd7
0x40010000 --c --c --c dfc entry 0xe7
0x40011000 dfc dfc dfc dfc entry 0xcf
0x40012000 dfc dfc dfc dfc entry 0xcf
0x40013000 dfc dfc dfc dfc entry 0xcf
0x40014000 571 571 571 dfc entry 0xcf
0x40015000 dfc 57c dfc 571 entry 0xdf
0x40200000 dfc dfc dfc dfc
0x8000000000 dfc dfc dfc dfc
0xffffffc000000000 dfc dfc dfc dfc
`;
