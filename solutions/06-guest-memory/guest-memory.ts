// 06 · A virtual machine's memory: which guest-physical addresses are RAM, and where in the host each piece of it lies.
//
// `assemble`: `plan.ram` says what shall be RAM, `plan.devices` where devices answer. Refuse, with one sentence, what no board can
// have: ranges that are not whole pages, or two things at one address. Else take memory from the host by `allocate(bytes)`, at most
// `plan.pieceBytes` at once, and give the slots: guest-physical, host-physical, size.
// `translate`: where in the host are these bytes of the guest? In several pieces, if need be; nowhere, if one of them is not RAM.
// #region solution: import { todo, type Parts } from '#vmm';
import type { MemoryPlan, MemoryPlanned, Parts, Piece, PlannedRange, Slot } from '#vmm';

const PAGE_SIZE = 4096;
// #endregion

export const guestMemory: Parts['guestMemory'] = {
  // #region solution: assemble: (plan, allocate) => todo('take memory for the plan, or refuse it'),
  assemble(plan, allocate) {
    const refused = malformed(plan) ?? overlapping(plan);
    return refused === undefined ? placed(plan, allocate) : { refused };
  },
  // #endregion

  // #region solution: translate: (gpa, length, slots) => todo('find these bytes of the guest in the host'),
  /** Never by `gpa + length`: whoever asks is a guest, and both are of its choice. Each slot says how far it reaches. */
  translate(gpa, length, slots) {
    const pieces: Piece[] = [];
    for (let left = length, at = gpa; left > 0;) {
      const slot = slots.find((each) => at >= each.gpa && at < each.gpa + BigInt(each.size));
      if (slot === undefined) return undefined; // also behind the last slot, and so behind 2^64
      const within = Number(at - slot.gpa); // exact: below the slot's size, whatever the guest gave
      const piece = Math.min(left, slot.size - within);
      pieces.push({ hpa: slot.hpa + within, length: piece });
      at += BigInt(piece);
      left -= piece;
    }
    return pieces;
  },
  // #endregion
};

// #region solution

/** RAM is made of pages, because a page table can only map pages: a half one would let the guest reach its neighbour's half. */
function malformed({ ram }: MemoryPlan): string | undefined {
  if (ram.length === 0) return 'it has no RAM.';
  const bad = ram.find(
    ({ gpa, size }) => !(size > 0) || !(gpa >= 0) || size % PAGE_SIZE !== 0 || gpa % PAGE_SIZE !== 0,
  );
  return bad && `RAM ${extent(bad)} is not made of whole pages of ${PAGE_SIZE} bytes.`;
}

/** On a real board two components at one address would both answer. Sorted, only neighbours can overlap. */
function overlapping({ ram, devices }: MemoryPlan): string | undefined {
  const all = [...ram.map((range) => ({ name: 'RAM', ...range })), ...devices];
  all.sort((a, b) => a.gpa - b.gpa);
  const at = all.findIndex((range, i) => i > 0 && range.gpa < endOf(all[i - 1]));
  if (at < 0) return undefined;
  const [first, second] = [all[at - 1], all[at]];
  return `${first.name} at ${extent(first)} and ${second.name} at ${extent(second)} claim the same addresses.`;
}

/** Neighbours for the guest need not be neighbours in the host: each piece goes where there is room. */
function placed({ ram, pieceBytes }: MemoryPlan, allocate: (bytes: number) => number | undefined): MemoryPlanned {
  const slots: Slot[] = [];
  for (const { gpa, size } of ram) {
    for (let at = lastPiece(size, pieceBytes); at >= 0; at -= pieceBytes) {
      const bytes = Math.min(pieceBytes, size - at);
      const hpa = allocate(bytes);
      if (hpa === undefined) return { refused: `the host has no ${bytes} bytes of memory left for it.` };
      slots.push({ gpa: BigInt(gpa + at), hpa, size: bytes });
    }
  }
  return slots;
}

/** From the last piece down: so their order in the host is another one, and whoever adds offsets without looking is found out. */
const lastPiece = (size: number, pieceBytes: number): number => Math.floor((size - 1) / pieceBytes) * pieceBytes;

const endOf = ({ gpa, size }: PlannedRange): number => gpa + size;
const extent = (range: PlannedRange): string => `0x${range.gpa.toString(16)}-0x${(endOf(range) - 1).toString(16)}`;
// #endregion
