// 06 · A virtual machine's memory: what is RAM where the guest looks for it, and where in the host each piece of it lies.
//
// `plan.ram` says which guest-physical ranges shall be RAM, `plan.devices` where devices answer. Refuse, with one sentence, what no
// board can have: ranges that are not whole pages, or two things at one address. Else take memory from the host by
// `allocate(bytes)`, at most `plan.pieceBytes` at once, and give the slots: guest-physical, host-physical, size.
import type { MemoryPlan, MemoryPlanned, Parts, PlannedRange, Slot } from '#vmm';

const PAGE_SIZE = 4096;

export const guestMemory: Parts['guestMemory'] = (plan, allocate) => {
  const refused = malformed(plan) ?? overlapping(plan);
  return refused === undefined ? placed(plan, allocate) : { refused };
};

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
