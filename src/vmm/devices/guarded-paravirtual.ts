/** The wall around the devices' operations. A driver's mistake passes it, as it is meant for the device; a part's becomes a PartFailure. */
import { DriverError, type Buffers, type ReadyQueue } from '#machine';
import type { ParavirtualDevices } from '../paravirtual-devices';
import { checked, describe, failureOf, PartFailure } from '../part-failure';

const PART = 'paravirtualDevices';
const STATUSES = [0, 1, 2, 3] as const;
const LONGEST = 2 ** 32;

export const guardParavirtualDevices = (part: ParavirtualDevices): ParavirtualDevices => ({
  transfer: (command, disk, memory) =>
    checked(PART, `${PART}.transfer`, STATUSES, () => part.transfer(command, disk, memory)),
  take: (queue) => operation('take', queue, () => headOf(part.take(queue), queue)),
  chain: (queue, head) => operation('chain', queue, () => buffersOf(part.chain(queue, head))),
  give: (queue, head, written) => operation('give', queue, () => flagOf(part.give(queue, head, written))),
  listen: (queue, on) => operation('listen', queue, () => part.listen(queue, on)),
});

/** One operation on a queue; its indices must still be indices behind it, because a snapshot holds them. */
function operation<T>(name: keyof ParavirtualDevices, queue: ReadyQueue, call: () => T): T {
  let result: T;
  try {
    result = call();
  } catch (error) {
    if (error instanceof DriverError) throw error;
    if (error instanceof Lie) throw new PartFailure(PART, `your \`${PART}.${name}\` ${error.message}`);
    throw failureOf(PART, `${PART}.${name}`, error);
  }
  for (const index of ['nextAvail', 'nextUsed'] as const) {
    if (isWhole(queue[index], 2 ** 16)) continue;
    const sentence = `left ${index} at ${describe(queue[index])}; it must be a whole number from 0 to 65535.`;
    throw new PartFailure(PART, `your \`${PART}.${name}\` ${sentence}`);
  }
  return result;
}

/** A result that cannot be one. The message goes on after the operation's name. */
class Lie extends Error {}

function headOf(result: unknown, { size }: ReadyQueue): number | undefined {
  if (result === undefined || isWhole(result, size)) return result;
  throw new Lie(`returned ${describe(result)}; it must return undefined or a whole number from 0 to ${size - 1}.`);
}

function flagOf(result: unknown): boolean {
  if (typeof result === 'boolean') return result;
  throw new Lie(`returned ${describe(result)}; it must return true or false.`);
}

function buffersOf(result: unknown): Buffers {
  const { readable, writable } = (result ?? {}) as Partial<Record<keyof Buffers, unknown>>;
  if (!isList(readable) || !isList(writable))
    throw new Lie(`returned ${describe(result)}; it must return { readable, writable }, two lists of buffers.`);
  for (const buffer of [...readable, ...writable]) {
    const { address, size } = (buffer ?? {}) as Partial<Record<'address' | 'size', unknown>>;
    if (isWhole(address, Infinity) && isWhole(size, LONGEST)) continue;
    throw new Lie(
      `returned a buffer with address ${describe(address)} and size ${describe(size)}; both must be whole numbers.`,
    );
  }
  return { readable, writable } as Buffers;
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const isWhole = (value: unknown, end: number): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < end;
