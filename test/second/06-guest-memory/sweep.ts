/** A second correct `guestMemory`: overlaps by marking intervals' ends and counting, memory from the first byte on, ranges by recursion. */
import type { MemoryMap, MemoryPlan, Parts, PlannedRange, Slot } from '#vmm';

const PAGE = 4096n;

type Named = PlannedRange & { readonly name: string };

/** Everything on the board, RAM too. */
const components = ({ ram, devices }: MemoryPlan): Named[] => [
  ...ram.map((range) => ({ ...range, name: 'RAM' })),
  ...devices,
];

const text = ({ name, gpa, size }: Named): string => `${name} (0x${gpa.toString(16)}, ${size} bytes)`;

/** Goes through beginnings and ends in the order of addresses; an end before a beginning at the same place. */
function firstClash(all: readonly Named[]): readonly Named[] | undefined {
  const marks = all.flatMap((one) => [
    { at: one.gpa, begins: true, one },
    { at: one.gpa + one.size, begins: false, one },
  ]);
  marks.sort((a, b) => a.at - b.at || Number(a.begins) - Number(b.begins));
  const open = new Set<Named>();
  for (const { begins, one } of marks) {
    if (!begins) open.delete(one);
    else if (open.add(one).size > 1) return [...open];
  }
  return undefined;
}

class Board implements MemoryMap {
  assemble(plan: MemoryPlan, allocate: (bytes: number) => number | undefined): readonly Slot[] | { refused: string } {
    const problem = this.#problem(plan);
    if (problem !== undefined) return { refused: problem };
    const slots: Slot[] = [];
    for (const { gpa, size } of plan.ram) {
      let [at, left] = [BigInt(gpa), size];
      while (left > 0) {
        const bytes = left < plan.pieceBytes ? left : plan.pieceBytes;
        const hpa = allocate(bytes);
        if (hpa === undefined) return { refused: 'its RAM does not fit into the host.' };
        slots.push({ gpa: at, hpa, size: bytes });
        at += BigInt(bytes);
        left -= bytes;
      }
    }
    return slots;
  }

  translate(gpa: bigint, length: number, slots: readonly Slot[]): { hpa: number; length: number }[] | undefined {
    if (length === 0) return [];
    const [slot, ...rest] = slots.filter(({ gpa: start, size }) => start + BigInt(size) > gpa);
    if ((slot as Slot | undefined) === undefined || gpa < slot.gpa) return undefined;
    const within = Number(gpa - slot.gpa);
    const piece = { hpa: slot.hpa + within, length: Math.min(length, slot.size - within) };
    const others = this.translate(gpa + BigInt(piece.length), length - piece.length, rest);
    return others && [piece, ...others];
  }

  #problem(plan: MemoryPlan): string | undefined {
    if (plan.ram.length === 0) return 'a board needs RAM.';
    for (const { gpa, size } of plan.ram) {
      if (size <= 0 || BigInt(gpa) % PAGE !== 0n || BigInt(size) % PAGE !== 0n)
        return `RAM of ${size} bytes at 0x${gpa.toString(16)} is not made of pages.`;
    }
    const clash = firstClash(components(plan));
    return clash && `two things are at one address: ${clash.map(text).join(' and ')}.`;
  }
}

export const guestMemory: Parts['guestMemory'] = new Board();
