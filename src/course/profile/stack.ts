/**
 * Who called the code that runs: the return addresses on a stack without frame pointers, found by reading how each function begins
 * (RISC-V ABIs Specification, "Integer Register Convention": sp is x2, ra x1; a function takes its frame from sp and keeps ra in it).
 */
import { decode, type Instruction, type Symbols } from '#machine';

/** What must be known of the guest at the moment; addresses as it uses them, values unsigned 64-bit. */
export interface View {
  readonly pc: bigint;
  /** x0 .. x31. */
  readonly x: readonly bigint[];
  /** `width` bytes; undefined where nothing can be read. */
  read(address: bigint, width: 8): bigint | undefined;
  /** The instruction's bits; undefined where nothing can be fetched. */
  fetch(address: bigint): number | undefined;
}

/** Of a function's frame, at one of its instructions. */
interface Frame {
  /** Bytes from sp up to where it was when the function was called. */
  readonly size: bigint;
  /** Where the return address is: so many bytes below that place, or still in ra, or nowhere, after a call by a function that never returns. */
  readonly ra: bigint | 'register' | 'lost';
}

const RA = 1;
const SP = 2;
const T0 = 5;
const MOST_FRAMES = 64;
/** Instructions of a function that are looked at, from its beginning. */
const LONGEST_FUNCTION = 4096;

/**
 * The functions that are active, the outermost first, by name: as far as return addresses lead behind calls in functions that have a
 * name. Empty if the running code has none.
 */
export function stackOf(view: View, names: Symbols): string[] {
  const stack: string[] = [];
  let { pc } = view;
  let sp = view.x[SP];
  let ra: bigint | undefined = view.x[RA];
  for (;;) {
    const symbol = names.nearest(pc);
    if (!symbol) break;
    stack.unshift(symbol.name);
    const frame = frameAt(view, pc - symbol.offset, pc);
    if (!frame || stack.length === MOST_FRAMES) break;
    sp = BigInt.asUintN(64, sp + frame.size);
    const back = frame.ra === 'register' ? ra : frame.ra === 'lost' ? undefined : view.read(sp - frame.ra, 8);
    if (back === undefined || !isBehindCall(view, back)) break;
    pc = back;
    ra = undefined; // a function that has called another one must have saved it
  }
  return stack;
}

const NO_FRAME: Frame = { size: 0n, ra: 'register' };

/**
 * The frame that the function at `start` has when it is about to execute the instruction at `pc`, by its instructions from `start` on.
 * Behind a jump away, a return above all, the frame is again what it was before it was given up. Undefined if the code cannot be read.
 */
function frameAt(view: View, start: bigint, pc: bigint): Frame | undefined {
  let frame = NO_FRAME;
  let whole = NO_FRAME;
  let at = start;
  for (let i = 0; at < pc && i < LONGEST_FUNCTION; i++) {
    const instruction = instructionAt(view, at);
    if (!instruction) return undefined;
    at += BigInt(instruction.length);
    const next = after(instruction, frame);
    if (next.size > frame.size || (next.ra !== 'register' && frame.ra === 'register')) whole = next;
    frame = leaves(instruction) ? whole : next;
  }
  return at === pc ? frame : undefined;
}

/** The frame after `addi sp, sp, imm`, after ra was stored to it or loaded from it, and after a call. */
function after(instruction: Instruction, frame: Frame): Frame {
  const { row, rd, rs1, rs2, imm } = instruction;
  if (isCall(instruction) && rd === RA && frame.ra === 'register') return { ...frame, ra: 'lost' };
  if (rs1 !== SP) return frame;
  if (row.name === 'addi' && rd === SP) return { ...frame, size: frame.size - BigInt(imm) };
  if (row.name === 'sd' && rs2 === RA) return { ...frame, ra: frame.size - BigInt(imm) };
  if (row.name === 'ld' && rd === RA) return { ...frame, ra: 'register' };
  return frame;
}

/** What stands behind it is reached from elsewhere. */
const leaves = ({ row, rd }: Instruction): boolean =>
  rd === 0 && (row.does.kind === 'jal' || row.does.kind === 'jalr' || row.name.endsWith('ret'));

/** A call is a jump that leaves its return address in ra, or in t0 (Unprivileged, "Unconditional Jumps"). */
function isBehindCall(view: View, address: bigint): boolean {
  return [2n, 4n].some((length) => {
    const before = instructionAt(view, address - length);
    return before?.length === Number(length) && isCall(before);
  });
}

const isCall = ({ row, rd }: Instruction): boolean =>
  (rd === RA || rd === T0) && (row.does.kind === 'jal' || row.does.kind === 'jalr');

function instructionAt(view: View, address: bigint): Instruction | undefined {
  const word = view.fetch(address);
  return word === undefined ? undefined : decode(word);
}
