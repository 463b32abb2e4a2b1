/** Reads a guest: its source, which is assembled to where firmware puts a kernel, or the ELF file that `npm run guests` made. */
import fs from 'node:fs';
import path from 'node:path';
import { GUEST_ORIGIN, guests, portedGuests, type Guest } from '#guests';
import { assemble, endOf, loadImage, Symbols, type Image, type Program, type SourceLine } from '#machine';
import { UsageError } from '../errors';
import { didYouMean } from '../nearest';
import { packageRoot } from '../workspace';

const LIBRARY = 'lib.s';
const INCLUDE = `    .include "${LIBRARY}"\n`;

/** The guest of this name. */
export function findGuest(name: string): Guest {
  const all = [...guests, ...portedGuests];
  const found = all.find((guest) => guest.name === name);
  if (found) return found;
  const names = all.map((guest) => guest.name);
  throw new UsageError(`There is no guest "${name}".${didYouMean(name, names)} The guests are ${names.join(', ')}.`);
}

/** A guest of the course, ready to be loaded. */
export function readGuest(name: string): Program {
  const { file } = findGuest(name);
  const bytes = fs.readFileSync(path.join(folder(), file));
  return file.endsWith('.elf') ? programOf(loadImage(bytes, file)) : assembleGuest(bytes.toString('utf8'), file);
}

/** What a linker made, its segments laid out as in memory. Nothing says which line an instruction came from. */
export function programOf({ entry, segments, symbols }: Image): Program {
  const origin = Math.min(...segments.map(({ address }) => address));
  const bytes = new Uint8Array(Math.max(...segments.map((segment) => endOf(segment))) - origin);
  for (const segment of segments) bytes.set(segment.bytes, segment.address - origin);
  return {
    origin: BigInt(origin),
    bytes,
    symbols,
    labels: symbols,
    names: new Symbols(symbols),
    lines: new Map(),
    entry,
  };
}

/** What has been assembled last; a suite assembles the same kernels for every part that it grades. Nobody changes a Program. */
const assembled = new Map<string, Program>();
const MOST_ASSEMBLED = 200;

/**
 * Assembles a guest's source for 0x8020_0000. Our assembler knows no .include, so the library takes the place of the
 * last line if that includes it; its lines are still reported as its own. The same source gives the same Program.
 */
export function assembleGuest(source: string, file: string): Program {
  const key = `${file}\n${source}`;
  const program = assembled.get(key) ?? assembleAnew(source, file);
  assembled.delete(key);
  assembled.set(key, program);
  if (assembled.size > MOST_ASSEMBLED) assembled.delete([...assembled.keys()][0]);
  return program;
}

function assembleAnew(source: string, file: string): Program {
  const options = { origin: GUEST_ORIGIN, file };
  if (!source.endsWith(INCLUDE)) return assemble(source, options);
  const own = source.slice(0, -INCLUDE.length);
  const program = assemble(own + fs.readFileSync(path.join(folder(), LIBRARY), 'utf8'), options);
  const ownLines = own.split('\n').length - 1;
  const lines = [...program.lines].map(([address, line]): [bigint, SourceLine] => [address, relocated(line, ownLines)]);
  return { ...program, lines: new Map(lines) };
}

/** A small kernel for one test: a stack, `catch_trap` of lib.s as its trap handler, then `body`, then shutdown. */
export function kernel(body: string): Program {
  const start = '_start: la sp, stack_top; la t0, catch_trap; csrw stvec, t0';
  return assembleGuest(`${start}\n${body}\n    li a0, 0\n    j shutdown\n${INCLUDE}`, 'kernel.s');
}

function relocated(line: SourceLine, ownLines: number): SourceLine {
  return line.line <= ownLines ? line : { ...line, file: LIBRARY, line: line.line - ownLines };
}

const folder = (): string => path.join(packageRoot(__filename), 'src', 'guests');
