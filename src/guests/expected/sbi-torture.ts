/** What sbi-torture.s prints; recorded from QEMU 7.2 with OpenSBI, checked by test/system/guests-qemu.test.ts. */
export const sbiTorture = `\
base: version 0x0
base: probe itself 0x0
base: no such function -0x2
base: function -1 -0x2
no such extension -0x2
extension -1 -0x2
firmware extension -0x2
timer: no such function -0x2
IPI: no such function -0x2
IPI: to hart 64 -0x3
IPI: to nobody 0x0
fence.i 0x0
sfence.vma of everything 0x0
sfence.vma of one ASID 0x0
sfence.vma beyond the last address 0x0
sfence.vma on all harts 0x0
sfence.vma on hart 64 -0x3
fence: no such function -0x2
start hart 0 -0x6
start hart 7 -0x3
status of hart 0 0x0
status of hart 7 -0x3
HSM: no such function -0x2
reset: reserved type -0x3
reset: reserved reason -0x3
reset: no such function -0x2
`;
