/** A first file system for a processor without F and D: one program, made by our own assembler, that says hello and powers off. */
import { assemble } from '#machine';
import { makeElf } from '../../machine/elf-maker';
import { archive, member } from './cpio';

/** A file is mapped by pages: byte 0x78, the first behind the headers, lies at 0x78 of a page. */
const ORIGIN = 0x1_0078n;

export const HELLO = 'Hello from an integer-only init.\n';

/** System calls by number (include/uapi/asm-generic/unistd.h); reboot's magic numbers: reboot(2). */
const SOURCE = `
  .equ WRITE, 64
  .equ REBOOT, 142
_start:
  li a7, WRITE
  li a0, 1
  la a1, text
  li a2, ${HELLO.length}
  ecall
  li a7, REBOOT
  li a0, 0xfee1dead
  li a1, 672274793
  li a2, 0x4321fedc   # power off
  ecall
stay: j stay
  .section .rodata
text: .ascii ${JSON.stringify(HELLO)}
`;

/** An archive with /init, the folder that the kernel puts its console in, and nothing else. */
export function tinyInitrd(): Uint8Array {
  const { bytes, entry } = assemble(SOURCE, { origin: ORIGIN });
  const init = makeElf({ entry, parts: [{ address: ORIGIN, bytes }] });
  return archive(member('dev', 0o40755), member('init', 0o100755, init));
}
