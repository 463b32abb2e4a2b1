/** Directives: statements that begin with a dot. GNU as manual, "Assembler Directives" and "RISC-V Directives". */
import type { Assembly } from './assembly';
import { littleEndian } from './instructions';
import { Mistake } from './program';
import { stringLiteral } from './source';

type Directive = (assembly: Assembly, operands: readonly string[], name: string) => void;

const section: Directive = (assembly, _, name) => void assembly.enter(name);

/** `.section name, "flags"`: what follows the flags is for linkers. */
const sectionWithFlags: Directive = (assembly, [name = '', flags]) =>
  void assembly.enter(name, flags === undefined ? undefined : String.fromCharCode(...stringLiteral(flags)));

const integers =
  (length: number): Directive =>
  (assembly, operands) => {
    for (const text of operands) {
      const expression = assembly.parse(text);
      const bytes = () => littleEndian(checkedInteger(assembly.finalNumber(expression), length), length);
      assembly.section.append(length, assembly.source, bytes);
    }
  };

/** Signed and unsigned numbers are both welcome. */
function checkedInteger(value: bigint, length: number): bigint {
  const bits = BigInt(8 * length);
  if (value < -(1n << (bits - 1n)) || value >= 1n << bits) throw new Mistake(`${value} does not fit into ${bits} bits`);
  return value;
}

const strings =
  (end: readonly number[]): Directive =>
  (assembly, operands) => {
    for (const text of operands) fixed(assembly, Uint8Array.from([...stringLiteral(text), ...end]));
  };

function fixed(assembly: Assembly, bytes: Uint8Array): void {
  if (bytes.length > 0) assembly.section.append(bytes.length, assembly.source, () => bytes);
}

/** `.zero count` and `.space count, fill`. */
const space: Directive = (assembly, [count = '', fill = '0']) => {
  const length = sizeOf(assembly.number(count));
  const value = Number(assembly.number(fill) & 0xffn);
  if (length > 0) assembly.section.append(length, assembly.source, () => new Uint8Array(length).fill(value));
};

/** `.fill repeat, size, value`. */
const fill: Directive = (assembly, [repeat = '', size = '1', value = '0']) => {
  const length = Math.min(sizeOf(assembly.number(size)), 8);
  const number = assembly.number(value);
  for (let i = sizeOf(assembly.number(repeat)); i > 0; i--) fixed(assembly, littleEndian(number, length));
};

/** Lengths beyond any section are refused by the section; here they only must be countable. */
function sizeOf(value: bigint): number {
  if (value < 0n || value > 1n << 32n) throw new Mistake(`${value} is not a number of bytes`);
  return Number(value);
}

/** `.align`, `.p2align` name the power of two, `.balign` the number; then the fill byte, and the most bytes to spend. */
const align =
  (inBytes: boolean): Directive =>
  (assembly, [amount = '', fillText = '', most = '']) => {
    const number = assembly.number(amount);
    if (!inBytes && (number < 0n || number > 24n))
      throw new Mistake(`the program cannot be aligned to 2^${number} bytes`);
    const boundary = inBytes ? Number(number) : 2 ** Number(number);
    if (boundary < 1 || boundary > 2 ** 24 || !Number.isInteger(Math.log2(boundary))) {
      throw new Mistake(`${number} is not a power of two up to 2^24`);
    }
    const { section: target } = assembly;
    const gap = (boundary - (target.size % boundary)) % boundary;
    if (most !== '' && gap > assembly.number(most)) return;
    target.alignment = Math.max(target.alignment, boundary);
    const nops = target.kind === 'code' && fillText === '';
    fixed(
      assembly,
      nops ? nopBytes(gap) : new Uint8Array(gap).fill(fillText === '' ? 0 : Number(assembly.number(fillText) & 0xffn)),
    );
  };

/** Code is padded with what can be executed: a zero up to an even address, a c.nop up to a word, then nops. */
function nopBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = length % 2;
  if ((length - at) % 4 === 2) {
    bytes[at] = 0x01; // 0x0001 is c.nop
    at += 2;
  }
  for (; at < length; at += 4) bytes[at] = 0x13; // 0x00000013 is nop
  return bytes;
}

/** Fills up to an offset from the start of the section, or to an address in it. */
const org: Directive = (assembly, [text = '', ...rest]) => {
  const target = assembly.valueNow(assembly.parse(text));
  const known = target && (target.section === undefined || target.section === assembly.section);
  if (!known) throw new Mistake(`"${text}" is not yet known here, or in another section`);
  const gap = target.number - BigInt(assembly.section.size);
  if (gap < 0n) throw new Mistake(`.org ${text} leads back: the section has ${assembly.section.size} bytes already`);
  space(assembly, [String(gap), ...rest], '.org');
};

const define =
  (redefinable: boolean): Directive =>
  (assembly, [name = '', value]) => {
    if (value === undefined || !/^[A-Za-z_.$][\w.$]*$/.test(name))
      throw new Mistake('a name and a value, parted by a comma, are needed');
    const expression = assembly.parse(value);
    assembly.define(name, assembly.valueNow(expression) ?? expression, redefinable);
  };

/** The same directive under several names. */
const named = (names: string, directive: Directive): [string, Directive][] =>
  names.split(' ').map((name) => [name, directive]);

/** What to do for each directive, by its name with the dot. */
export const DIRECTIVES: ReadonlyMap<string, Directive> = new Map([
  ...named('.text .data .rodata .bss', section),
  ...named('.section', sectionWithFlags),
  ...named('.previous', (assembly) => assembly.leave()),
  ...named('.byte', integers(1)),
  ...named('.half .short .hword .2byte', integers(2)),
  ...named('.word .long .int .4byte', integers(4)),
  ...named('.dword .quad .8byte', integers(8)),
  ...named('.ascii', strings([])),
  ...named('.asciz .string', strings([0])),
  ...named('.zero .space .skip', space),
  ...named('.fill', fill),
  ...named('.align .p2align', align(false)),
  ...named('.balign', align(true)),
  ...named('.org', org),
  ...named('.set .equ', define(true)),
  ...named('.equiv', define(false)),
  // These say nothing to an assembler that neither links nor relaxes nor compresses by itself.
  ...named('.globl .global .local .weak .type .size .file .ident .option .attribute', () => {}),
]);
