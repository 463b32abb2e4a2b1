/** Inner loops: blocks that become a WebAssembly loop, which V8 optimizes far better than a jump table. */
import { targetOf, type Block } from './blocks';

/**
 * For each block that begins an inner loop, its number -> the number of the loop's last block. Such a loop is contiguous, contains no
 * other loop, is entered at its beginning only, and from within the region only: the inside of a WebAssembly loop cannot be
 * entered, so that a return into it would be executed by the interpreter from then on. Outer loops are left out for the same
 * reason: after an exit in their middle it would take a whole round until they are entered again.
 */
export function innerLoops(blocks: readonly Block[]): ReadonlyMap<number, number> {
  const numbers = new Map(blocks.map(({ start }, i) => [start, i]));
  const sources: number[][] = blocks.map(() => []);
  blocks.forEach((block, i) => {
    for (const at of successors(block)) {
      const number = numbers.get(at);
      if (number !== undefined) sources[number].push(i);
    }
  });
  const lastOf = new Map<number, number>();
  sources.forEach((from, head) => {
    const last = Math.max(...from);
    if (last >= head) lastOf.set(head, last);
  });
  const isInside = (number: number, head: number, last: number): boolean =>
    !blocks[number].isReturn && !lastOf.has(number) && sources[number].every((from) => from >= head && from <= last);
  return new Map(
    [...lastOf].filter(([head, last]) => {
      for (let number = head + 1; number <= last; number++) if (!isInside(number, head, last)) return false;
      return true;
    }),
  );
}

/** The halfwords at which execution may go on behind the block. Not those of jalr: its targets are entries of their own. */
function successors({ instructions, end }: Block): number[] {
  const last = instructions[instructions.length - 1];
  switch (last.row.does.kind) {
    case 'branch':
      return [targetOf(last), end];
    case 'jal':
      return [targetOf(last)];
    case 'jalr':
      return [];
    default:
      return [end];
  }
}
