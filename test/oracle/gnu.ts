/** GNU binutils for RISC-V as an oracle: its assembler and linker, and its disassembler. Names of the Debian package binutils-riscv64-unknown-elf. */
import { FULL_ISA, type Extension, type Row } from '../../src/machine/isa';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'riscv64-unknown-elf-';

/** Why the oracle cannot be asked; undefined if it can. In CI it must be there. */
export function gnuIsMissing(): string | undefined {
  if (spawnSync(`${PREFIX}as`, ['--version']).status === 0) return undefined;
  if (process.env.CI) throw new Error('binutils-riscv64-unknown-elf must be installed in CI');
  return 'binutils-riscv64-unknown-elf is not installed';
}

function inScratch<T>(work: (path: (name: string) => string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'worldswitch-gnu-'));
  try {
    return work((name) => join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Extensions that binutils 2.40 has not heard of. */
const UNKNOWN: readonly Extension[] = ['Zicntr', 'Zicond', 'Zihpm', 'Svadu'];

/** Whether GNU as and objdump know the row. */
export const gnuKnows = ({ extension }: Row): boolean => !UNKNOWN.includes(extension);

const MARCH = UNKNOWN.reduce((isa, name) => isa.replace(`_${name.toLowerCase()}`, ''), FULL_ISA.name);

/** Sections in our order: code, constants, then on a new page what is written. */
const script = (origin: bigint) => `SECTIONS { . = ${origin};
  .text : { *(.text*) } .rodata : { *(.rodata*) }
  . = ALIGN(4096); .data : { *(.data*) . = .; } .bss : { *(.bss*) } }`;

/** The bytes of a program, linked at `origin`; .bss is left out. Throws with the assembler's messages. */
export function gnuAssemble(source: string, origin: bigint): Uint8Array {
  return inScratch((path) => {
    writeFileSync(path('a.s'), source);
    writeFileSync(path('a.ld'), script(origin));
    const run = (tool: string, ...options: string[]) => execFileSync(`${PREFIX}${tool}`, options, { stdio: 'pipe' });
    run('as', `-march=${MARCH}`, '-mno-relax', '-o', path('a.o'), path('a.s'));
    run('ld', '--no-relax', '-e', '0', '-T', path('a.ld'), '-o', path('a.elf'), path('a.o'));
    run('objcopy', '-O', 'binary', '-R', '.riscv.attributes', path('a.elf'), path('a.bin'));
    return new Uint8Array(readFileSync(path('a.bin')));
  });
}

/** What objdump writes for each address: `addi a0,a0,1`, without comments and symbols, and targets as 0x numbers. */
export function gnuDisassemble(
  bytes: Uint8Array,
  origin: bigint,
  options: 'no-aliases' | 'aliases',
): Map<bigint, string> {
  return inScratch((path) => {
    // As an object file, which says for which extensions it was made: objdump would not know those of a raw binary.
    writeFileSync(path('a.s'), instructionsOf(bytes).join('\n'));
    execFileSync(`${PREFIX}as`, [`-march=${MARCH}`, '-mno-relax', '-o', path('a.o'), path('a.s')], { stdio: 'pipe' });
    const style = options === 'aliases' ? [] : ['-M', options];
    const text = execFileSync(`${PREFIX}objdump`, ['-d', '-z', ...style, `--adjust-vma=${origin}`, path('a.o')], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    const lines = text.matchAll(/^\s*([0-9a-f]+):\t[0-9a-f ]+\t(.*)$/gm);
    return new Map([...lines].map(([, address, line]) => [BigInt(`0x${address}`), normalized(line)]));
  });
}

/** `.insn 4, 0x13`: one line for each instruction, whether it is legal or not. */
function instructionsOf(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const lines: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = (bytes[at] & 3) === 3 ? 4 : 2;
    const word = length === 4 ? view.getUint32(at, true) : view.getUint16(at, true);
    lines.push(`.insn ${length}, 0x${word.toString(16)}`);
    at += length;
  }
  return [...lines, ''];
}

function normalized(line: string): string {
  const text = line
    .replace(/\s*(#|<).*$/, '')
    .replace('\t', ' ')
    .trim();
  return /^(c\.)?(b(eq|ne|l[te]|g[te])\w*|j|jal) /.test(text) ? text.replace(/(^|[ ,])([0-9a-f]+)$/, '$10x$2') : text;
}
