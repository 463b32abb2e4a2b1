/** What the kernel prints for its default run; recorded from QEMU 7.2 with OpenSBI, checked by test/system/guests-qemu.test.ts. */
export const kernel = `\
kernel: hart 0, Sv39
disk: ram
forkstorm: chain of 5
forkstorm: 5 at once, exit codes add up to 15
forkstorm: tree with 4 leaves
mmap: 8 pages of zeros, stores add up to 28
mmap: after a child's store the parent sees 7
mmap: after the parent's store the child sees 7
mprotect: read-only: load 7, store 0x10f, jump 0x10c
mprotect: nothing: load 0x10d
mprotect: all again: load 7
mprotect: code: gives 7, store 0x10f
munmap: before the hole 1, in it 0x10d, behind it 4
mmap: into the hole: 0
munmap: all gone: 0x10d
mmap: a child's store to a shared page: 1
fence: a page that was given back and taken anew: 0
fence: a store just after mprotect: 0x10f
not ours: kernel 0x10d, device 0x10f, nothing 0x10c
selfmap: 5 tables; the last one is its own leaf, root at its place: 1
selfmap: untouched: V 0 A 0 D 0
selfmap: after a load: V 1 A 1 D 0
selfmap: after a store: V 1 A 1 D 1
selfmap: writable 1, after a fork 0, after a store 1
selfmap: swapped by the alias: 2222 1111, frame moved: 1
selfmap: and back: 1111 3333
selfmap: a store into the window 0x10f
selfmap: unmapped: V 0 A 0 D 0
spin: 2 of 2 came through 3 rounds
fstest: 26400 bytes read back, 0 inconsistencies
syscalls: 100
`;
