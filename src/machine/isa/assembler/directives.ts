/** Directives: statements that begin with a dot. GNU as manual, "Assembler Directives" and "RISC-V Directives". */
import type { Assembly } from './assembly';
import { littleEndian } from './instructions';
import { Mistake } from './program';
import { operandsOf, stringLiteral } from './source';

type Directive = (assembly: Assembly, operands: readonly string[], name: string) => void;

/** Directives that say nothing to an assembler which neither links nor relaxes nor compresses by itself. */
const WITHOUT_EFFECT = [
  '.globl',
  '.global',
  '.local',
  '.weak',
  '.type',
  '.size',
  '.file',
  '.ident',
  '.option',
  '.attribute',
];

const ignore: Directive = () => {};
const section: Directive = (assembly, _, name) => void assembly.enter(name);

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

/** Code is padded with what can be executed: zeros up to an even address, a c.nop, then nops. */
function nopBytes(length: number): Uint8Array {
  const odd = length % 2;
  const half = (length - odd) % 4;
  const nops = (length - odd - half) / 4;
  return Uint8Array.from([
    ...new Array<number>(odd).fill(0),
    ...(half ? [1, 0] : []),
    ...Array.from({ length: nops }, () => [0x13, 0, 0, 0]).flat(),
  ]);
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

const directives: Readonly<Record<string, Directive>> = {
  ...Object.fromEntries(WITHOUT_EFFECT.map((name) => [name, ignore])),
  ...{ '.text': section, '.data': section, '.rodata': section, '.bss': section },
  '.section': (assembly, [name = '', flags]) =>
    void assembly.enter(name, flags === undefined ? undefined : String.fromCharCode(...stringLiteral(flags))),
  '.previous': (assembly) => assembly.leave(),
  ...{
    '.byte': integers(1),
    '.half': integers(2),
    '.short': integers(2),
    '.2byte': integers(2),
    '.hword': integers(2),
  },
  ...{ '.word': integers(4), '.long': integers(4), '.int': integers(4), '.4byte': integers(4) },
  ...{ '.quad': integers(8), '.dword': integers(8), '.8byte': integers(8) },
  ...{ '.ascii': strings([]), '.asciz': strings([0]), '.string': strings([0]) },
  ...{ '.zero': space, '.space': space, '.skip': space, '.fill': fill },
  ...{ '.align': align(false), '.p2align': align(false), '.balign': align(true), '.org': org },
  ...{ '.equ': define(true), '.set': define(true), '.equiv': define(false) },
};

/** What to do for each directive, by its name with the dot. */
export const DIRECTIVES: ReadonlyMap<string, Directive> = new Map(Object.entries(directives));
