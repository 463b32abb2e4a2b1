/** What user-programs.s prints; recorded from QEMU 7.2 with OpenSBI, checked by test/system/guests-qemu.test.ts. */
export const userPrograms = `\
process 0: hello from U-mode
process 1: hello from U-mode
process 0: bad access, scause 0xf
  stval 0x10008
process 0: bad access, scause 0xd
  stval 0x80200000
process 0: bad access, scause 0xc
  stval 0x20000
process 0: bad access, scause 0xd
  stval 0x30008
process 0: exits with 0xd2
process 1: exits with 0x1a4
pages mapped on demand: 0x20
entry of a code page: 0x5b
entry of a written page: 0xd7
entry of a page that was only read: 0x57
`;
