/** Forgets what the chain had to be written before its indirect table. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';

export const group = 'Equivalence';
export const sentence =
  'A chain may have buffers of its own, readable and writable ones, before it goes on in an indirect table. You take the writable ones from the table only, so the first bytes that the device writes go to the wrong place.';

const INDIRECT = 4;

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  chain(queue, head) {
    const tables: { readonly at: number; readonly size: number }[] = [];
    const inTable = (at: number): boolean => tables.some((table) => at >= table.at && at < table.at + table.size);
    let before = 0;
    const { memory } = queue;
    const buffers = right.chain(
      {
        ...queue,
        memory: {
          allows: (address, size, access) => memory.allows(address, size, access),
          write: (address, bytes) => memory.write(address, bytes),
          read(address, size) {
            const bytes = memory.read(address, size);
            if (!bytes || inTable(address)) return bytes;
            const descriptor = new DataView(bytes.buffer, bytes.byteOffset);
            const flags = descriptor.getUint16(12, true);
            if (flags & INDIRECT)
              tables.push({ at: Number(descriptor.getBigUint64(0, true)), size: descriptor.getUint32(8, true) });
            else if (flags & 2) before++;
            return bytes;
          },
        },
      },
      head,
    );
    return tables.length > 0 ? { ...buffers, writable: buffers.writable.slice(before) } : buffers;
  },
};
