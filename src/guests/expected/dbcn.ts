/** What dbcn.s prints; recorded from the manual. */
export const dbcn = `\
write: ok
0x0
write nothing: 0x0
write a byte: x0x0
no such function: -0x2
write from nowhere: -0x3
write from a device: -0x3
write from above 2^64: -0x3
write beyond the end of memory: -0x3
write 2^63 bytes: -0x3
write 2^64 - 1 bytes: -0x3
write around the end of all addresses: -0x3
read to nowhere: -0x3
read 2^64 - 1 bytes: -0x3
read, nobody types: 0x0
buffer: 0xa6b6f
`;
