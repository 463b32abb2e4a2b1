/** Plans of boards, a host that notes what is taken from it, and what slots say by their definition: byte by byte. */
import type { MemoryMap, MemoryPlan, MemoryPlanned, Piece, Slot } from '#vmm';
import { requires } from '../../../src/course/lab';

export const PAGE = 4096;
export const RAM = 0x8000_0000;
export const MIB = 2 ** 20;

export const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

/** RAM of these ranges (start, size), with all the devices of the small board around it. */
export function plan(ram: readonly (readonly [number, number])[], pieceBytes = 2 ** 40): MemoryPlan {
  return {
    ram: ram.map(([gpa, size]) => ({ gpa, size })),
    devices: [
      { name: 'uart', gpa: 0x1000_0000, size: 0x100 },
      { name: 'plic', gpa: 0xc00_0000, size: 0x60_0000 },
      { name: 'test', gpa: 0x10_0000, size: 0x1000 },
    ],
    pieceBytes,
  };
}

/** Hands out memory with gaps between, so that nothing follows anything by chance; `bytes` in all. */
export class NotingHost {
  readonly taken: { hpa: number; size: number }[] = [];
  readonly allocate = (size: number): number | undefined => {
    if (size > this.#left) return undefined;
    const hpa = this.#next;
    this.taken.push({ hpa, size });
    this.#left -= size;
    this.#next += size + 3 * PAGE;
    return hpa;
  };
  #left: number;
  #next = 0x9000_0000;

  constructor(bytes = 2 ** 50) {
    this.#left = bytes;
  }
}

/** The slots of a plan that can be had. */
export function slotsOf(map: MemoryMap, wanted: MemoryPlan, host = new NotingHost()): readonly Slot[] {
  const planned = map.assemble(wanted, host.allocate);
  requires(!('refused' in planned), `you refused ${shown(wanted)}, which can be had: ${refusal(planned)}`);
  return planned;
}

export const refusal = (planned: MemoryPlanned): string | undefined =>
  'refused' in planned ? planned.refused : undefined;

/** `RAM 0x80000000-0x803fffff and ...` */
export const shown = ({ ram, pieceBytes }: MemoryPlan): string =>
  `${ram.map(({ gpa, size }) => `RAM ${hex(gpa)}-${hex(gpa + size - 1)}`).join(' and ')}${pieceBytes < 2 ** 40 ? ` in pieces of ${pieceBytes} bytes` : ''}`;

/** Where a guest-physical byte lies in the host: a slot maps its bytes one to one. */
export function hostOf(gpa: bigint, slots: readonly Slot[]): number | undefined {
  const slot = slots.find((each) => gpa >= each.gpa && gpa - each.gpa < BigInt(each.size));
  return slot && slot.hpa + Number(gpa - slot.gpa);
}

/**
 * Checks an answer of `translate` at its seams: slots map bytes in order, so pieces whose ends are right, and whose every page begins
 * right, are right. Undefined if so, else a sentence.
 */
export function fault(
  pieces: readonly Piece[] | undefined,
  { gpa, length, slots }: { gpa: bigint; length: number; slots: readonly Slot[] },
): string | undefined {
  const what = `${length} bytes at ${hex(gpa)}`;
  const missing = firstMissing(gpa, length, slots);
  if (pieces === undefined)
    return missing === undefined ? `${what} are all RAM, and you said that they are not.` : undefined;
  if (missing !== undefined) return `of ${what}, the byte at ${hex(missing)} is not RAM, and you gave pieces.`;
  let at = gpa;
  for (const piece of pieces) {
    const offsets = [piece.length - 1, ...Array.from({ length: Math.ceil(piece.length / PAGE) }, (_, n) => n * PAGE)];
    const wrong = offsets.find((offset) => hostOf(at + BigInt(offset), slots) !== piece.hpa + offset);
    if (wrong !== undefined) {
      const byte = at + BigInt(wrong);
      return `of ${what}, the byte at ${hex(byte)} lies at ${hex(hostOf(byte, slots) ?? 0)} in the host; you said ${hex(piece.hpa + wrong)}.`;
    }
    at += BigInt(piece.length);
  }
  return undefined;
}

/** The first byte of the range that is not RAM; slots have whole pages, so one look a page is enough. */
function firstMissing(gpa: bigint, length: number, slots: readonly Slot[]): bigint | undefined {
  for (let at = gpa; at < gpa + BigInt(length); at = (at / BigInt(PAGE) + 1n) * BigInt(PAGE)) {
    if (hostOf(at, slots) === undefined) return at;
  }
  return undefined;
}
