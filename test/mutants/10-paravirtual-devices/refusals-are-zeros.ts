/** Reads zeros where memory refuses. */
import type { DmaMemory } from '#machine';
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';

export const group = 'Safety';
export const sentence =
  'Where memory refuses, you go on with zeros. The driver believes that its request was done; what you have done was another one.';

const patient = (memory: DmaMemory): DmaMemory => ({
  allows: (address, size, access) => memory.allows(address, size, access),
  read: (address, size) => memory.read(address, size) ?? new Uint8Array(size),
  write: (address, bytes) => memory.write(address, bytes) || true,
});

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  take(queue) {
    const mine = { ...queue, memory: patient(queue.memory) };
    const head = right.take(mine);
    queue.nextAvail = mine.nextAvail;
    return head;
  },
  chain: (queue, head) => right.chain({ ...queue, memory: patient(queue.memory) }, head),
  give(queue, head, written) {
    const mine = { ...queue, memory: patient(queue.memory) };
    const wanted = right.give(mine, head, written);
    queue.nextUsed = mine.nextUsed;
    return wanted;
  },
};
