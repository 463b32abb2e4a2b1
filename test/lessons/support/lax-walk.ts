/** A walk of descriptor chains from which one thing at a time can be left out: what most wrong solutions of lesson 10 are made of. */
import { DriverError, type Buffer, type Buffers, type ReadyQueue } from '#machine';
import { INDIRECT, NEXT, WRITE } from './descriptor';

/** What may be wrong; nothing is unless it is said. */
export interface Lax {
  /** How many descriptors a chain may have, of a queue and in the table at hand; default: the queue's size. */
  readonly most?: (queue: ReadyQueue, entries: number) => number;
  readonly indexUnchecked?: true;
  /** How many bytes of a buffer are looked at; default: all. */
  readonly looked?: (size: number) => number;
  readonly anyOrder?: true;
  /** Where indirect descriptors may be; default: where the feature was negotiated, one level deep, without a next one. */
  readonly mayNest?: (queue: ReadyQueue, inTable: boolean, flags: number) => boolean;
  /** The sum of all sizes; default: as it is. */
  readonly sum?: (bytes: number) => number;
  /** What counts as a device's buffer; default: WRITE. */
  readonly indirectIsData?: true;
  /** How a descriptor is fetched; default: 16 bytes at once. */
  readonly fetch?: (queue: ReadyQueue, at: number) => DataView;
  /** Reads address and size again once they have been checked. */
  readonly readsAgain?: true;
}

const strict = (queue: ReadyQueue, inTable: boolean, flags: number): boolean =>
  queue.indirect && !inTable && !(flags & NEXT);

export function fetched(queue: ReadyQueue, at: number, size = 16): DataView {
  const bytes = queue.memory.read(at, size);
  if (!bytes) throw new DriverError('no memory');
  return new DataView(bytes.buffer, bytes.byteOffset, size);
}

/** Address and entries of an indirect table. */
function tableOf(descriptor: DataView): [number, number] {
  const size = descriptor.getUint32(8, true);
  if (size === 0 || size % 16 !== 0) throw new DriverError('indirect table');
  return [Number(descriptor.getBigUint64(0, true)), size / 16];
}

/** The first `size` bytes of a buffer are memory. */
function inMemory({ memory }: ReadyQueue, descriptor: DataView, size: number): void {
  const access = descriptor.getUint16(12, true) & WRITE ? 'write' : 'read';
  if (size > 0 && !memory.allows(Number(descriptor.getBigUint64(0, true)), size, access))
    throw new DriverError('memory');
}

export function laxWalk(lax: Lax): (queue: ReadyQueue, head: number) => Buffers {
  const { most = ({ size }) => size, looked = (size) => size, mayNest = strict, sum = (bytes) => bytes } = lax;
  const { fetch = fetched } = lax;
  return (queue, head) => {
    const [readable, writable]: [Buffer[], Buffer[]] = [[], []];
    let [table, entries, inTable, bytes, length, index] = [queue.descriptors, queue.size, false, 0, 0, head];
    for (;;) {
      if (index >= entries && !lax.indexUnchecked) throw new DriverError('index');
      const at = table + 16 * index;
      let view = fetch(queue, at);
      const flags = view.getUint16(12, true);
      if (flags & INDIRECT && !(lax.indirectIsData && flags & WRITE)) {
        if (!mayNest(queue, inTable, flags)) throw new DriverError('indirect');
        [table, entries] = tableOf(view);
        [inTable, index] = [true, 0];
        if (++length > 2 * queue.size) throw new DriverError('tables without end');
        continue;
      }
      if (++length > most(queue, entries) + (inTable ? 1 : 0)) throw new DriverError('length');
      const ours = (flags & WRITE) !== 0;
      if (!ours && writable.length > 0 && !lax.anyOrder) throw new DriverError('order');
      bytes = sum(bytes + view.getUint32(8, true));
      if (bytes > 2 ** 32) throw new DriverError('sum');
      inMemory(queue, view, looked(view.getUint32(8, true)));
      if (lax.readsAgain) view = fetch(queue, at);
      (ours ? writable : readable).push({ address: Number(view.getBigUint64(0, true)), size: view.getUint32(8, true) });
      if (!(flags & NEXT)) return { readable, writable };
      index = view.getUint16(14, true);
    }
  };
}
