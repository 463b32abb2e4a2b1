/** The extent of a region: the basic blocks of one page that can be reached from its hot ones. */
import type { Instruction, Semantics } from '../../isa/row';
import { RECORDS } from '../layout';

/** An instruction and the halfword of the page at which it is. */
export type Placed = Instruction & { readonly at: number };

/** Instructions that are executed one behind the other; at least one. */
export interface Block {
  readonly start: number;
  readonly instructions: readonly Placed[];
  /** The halfword behind the last instruction; RECORDS if that is in the next page. */
  readonly end: number;
  /** It is entered from outside: a call returns here, or TypeScript has done what is before it. */
  readonly isReturn: boolean;
}

/** What has been executed of the page. */
export interface PageCode {
  /** The instruction at a halfword, if generated code does it. */
  generated(at: number): Instruction | undefined;
  /** The same, if TypeScript does it. */
  forTypeScript(at: number): Instruction | undefined;
  /** Whether the block that begins at this halfword is executed often enough to be compiled. */
  isWarm(at: number): boolean;
  /** Whether another region has the block that begins at this halfword. */
  isElsewhere(at: number): boolean;
}

const JUMPS: readonly Semantics['kind'][] = ['branch', 'jal', 'jalr'];
export const isJump = ({ row }: Instruction): boolean => JUMPS.includes(row.does.kind);

/** The halfword to which a jump or taken branch leads; it may lie outside the page. */
export const targetOf = ({ at, imm }: Placed): number => at + imm / 2;

/** The blocks that can be reached from `roots`, in the order of their addresses. */
export function blocksFrom(page: PageCode, roots: Iterable<number>): Block[] {
  const code = placing(page);
  const starts = new Set<number>();
  const returns = new Set<number>();
  const found = [...roots];
  const reach = (at: number): void => {
    if (at >= 0 && at < RECORDS && code.isWarm(at) && !code.isElsewhere(at)) found.push(at);
  };
  const reachReturn = (at: number): void => {
    reach(at);
    returns.add(at);
  };
  for (let start = found.pop(); start !== undefined; start = found.pop()) {
    if (starts.has(start) || !code.generated(start)) continue;
    starts.add(start);
    const { instructions, end } = straight(code, start, (last, behind) => isJump(last) || code.isElsewhere(behind));
    const last = instructions[instructions.length - 1];
    const { kind } = last.row.does;
    if (kind === 'branch' || kind === 'jal') reach(targetOf(last));
    if (kind === 'branch') reach(end);
    else if (!isJump(last)) reachReturn(end + (code.forTypeScript(end)?.length ?? 0) / 2);
    else if (last.rd !== 0) reachReturn(end);
  }
  return [...starts]
    .sort((a, b) => a - b)
    .map((start) => {
      const endsBefore = (last: Placed, behind: number): boolean =>
        isJump(last) || starts.has(behind) || code.isElsewhere(behind);
      return { start, ...straight(code, start, endsBefore), isReturn: returns.has(start) };
    });
}

interface PlacedCode extends PageCode {
  generated(at: number): Placed | undefined;
}

/** Each instruction is asked for several times, and decoded once. */
function placing(page: PageCode): PlacedCode {
  const known = new Map<number, Placed | undefined>();
  const generated = (at: number): Placed | undefined => {
    if (known.has(at)) return known.get(at);
    const instruction = page.generated(at);
    const placed = instruction && { ...instruction, at };
    known.set(at, placed);
    return placed;
  };
  return { ...page, generated };
}

/** The instructions from `start` to one that `ends`, or to one that generated code does not do. */
function straight(
  code: PlacedCode,
  start: number,
  ends: (last: Placed, behind: number) => boolean,
): { instructions: Placed[]; end: number } {
  const instructions: Placed[] = [];
  let end = start;
  while (end < RECORDS) {
    const instruction = code.generated(end);
    if (!instruction) break;
    instructions.push(instruction);
    end += instruction.length / 2;
    if (ends(instruction, end)) break;
  }
  return { instructions, end };
}
