/** Moves idx before it writes the entry. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';

export const group = 'Equivalence';
export const sentence =
  "You write idx first and the entry afterwards. The driver's processor may look in between, and what it finds is the entry of the last round.";

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  give(queue, head, written) {
    const next = (queue.nextUsed + 1) & 0xffff;
    queue.memory.write(queue.device + 2, Uint8Array.of(next & 0xff, next >> 8));
    const { memory } = queue;
    const entryOnly = (at: number, bytes: Uint8Array): boolean => at === queue.device + 2 || memory.write(at, bytes);
    const quiet = { ...queue, memory: { allows: memory.allows.bind(memory), read: memory.read.bind(memory), write: entryOnly } }; // prettier-ignore
    const wanted = right.give(quiet, head, written);
    queue.nextUsed = next;
    return wanted;
  },
};
