/** A VM's slots: what the part `guestMemory` plans, checked, so that no VM can be given memory that is not its own. */
import { InputError } from '#machine';
import { PartFailure } from '../part-failure';
import type { FrameAllocator } from '../memory/frames';
import { MemorySlots, type Slot } from '../memory/slots';
import type { MemoryMap, PlannedRange } from '../memory-plan';
import type { Parts } from '../parts';
import { devicePlaces } from '../vm-board';
import { rangesOf, stretchesOf, type VmConfig } from '../vm-config';

/** Takes the VM's RAM from the host's `frames`, each piece at a multiple of `alignment`. Throws InputError for a plan that is refused. */
export function allocateSlots(
  config: VmConfig,
  { guestMemory }: Pick<Parts, 'guestMemory'>,
  frames: FrameAllocator,
  alignment?: number,
): MemorySlots {
  const { name, memoryBytes, pieceBytes = memoryBytes, devices = {} } = config;
  const plan = { ram: rangesOf(config), devices: devicePlaces(devices), pieceBytes };
  const given: Omit<Slot, 'gpa'>[] = [];
  const planned = guestMemory.assemble(plan, (size) => {
    const hpa = frames.allocateRange(size, alignment);
    if (hpa !== undefined) given.push({ hpa, size });
    return hpa;
  });
  if ('refused' in planned) throw new InputError(`VM "${name}": ${planned.refused}`);
  return checked(planned, stretchesOf(config), given, guestMemory);
}

/** All of the plan's RAM and nothing else, in memory that was given for it, each byte of it used once. */
function checked(
  planned: readonly Slot[],
  ram: readonly PlannedRange[],
  given: readonly Omit<Slot, 'gpa'>[],
  map: MemoryMap,
): MemorySlots {
  const wrong = (sentence: string): PartFailure =>
    new PartFailure('guestMemory', `your \`guestMemory.assemble\` ${sentence}`);
  const slots = new MemorySlots(map);
  try {
    for (const slot of planned) slots.add(slot);
  } catch (error) {
    throw wrong(`gave slots that cannot be: ${(error as Error).message}.`);
  }
  const isOurs = ({ hpa, size }: Slot): boolean =>
    given.some((range) => hpa >= range.hpa && hpa + size <= range.hpa + range.size);
  if (!planned.every(isOurs)) throw wrong('gave a slot in memory that `allocate` had not given.');
  const inHost = [...planned].sort((a, b) => a.hpa - b.hpa);
  if (inHost.some(({ hpa }, i) => i > 0 && hpa < inHost[i - 1].hpa + inHost[i - 1].size))
    throw wrong('put two slots on the same memory of the host.');
  const total = (ranges: readonly { size: number }[]): number => ranges.reduce((sum, { size }) => sum + size, 0);
  const inRam = ({ gpa, size }: Slot): boolean =>
    ram.some((range) => gpa >= range.gpa && gpa + BigInt(size) <= range.gpa + range.size);
  if (!planned.every(inRam) || total(planned) !== total(ram)) throw wrong("gave slots that are not the plan's RAM.");
  return slots;
}
