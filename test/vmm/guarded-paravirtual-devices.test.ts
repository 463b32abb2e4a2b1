/** What the devices' part throws or returns: a driver's mistake goes to the device, a part's to its author. */
import { DriverError, MemoryStore, type DmaMemory, type ReadyQueue } from '#machine';
import { referenceParts } from '#reference';
import { guardParts, PartFailure, type ParavirtualDevices } from '#vmm';

const memory: DmaMemory = { allows: () => true, read: (_, size) => new Uint8Array(size), write: () => true };
const queue = (): ReadyQueue => ({
  memory,
  size: 8,
  descriptors: 0,
  driver: 0x80,
  device: 0x100,
  indirect: false,
  eventIndex: false,
  nextAvail: 0,
  nextUsed: 0,
});

/** What comes of calling one operation that has been replaced by something that need not be right. */
function failure(name: keyof ParavirtualDevices, operation: (of: ReadyQueue) => unknown): Error {
  const paravirtualDevices = { ...referenceParts.paravirtualDevices, [name]: operation };
  const guarded = guardParts({ ...referenceParts, paravirtualDevices }).paravirtualDevices;
  try {
    if (name === 'transfer') guarded.transfer(0n, new MemoryStore(new Uint8Array(4096)), memory);
    else if (name === 'listen') guarded.listen(queue(), true);
    else if (name === 'give') guarded.give(queue(), 0, 0);
    else if (name === 'chain') guarded.chain(queue(), 0);
    else guarded.take(queue());
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
}

test.each<[keyof ParavirtualDevices, unknown, string]>([
  ['transfer', 4, 'returned 4; it must return 0, 1, 2 or 3.'],
  ['transfer', undefined, 'returned undefined; it must return 0, 1, 2 or 3.'],
  ['take', 8, 'returned 8; it must return undefined or a whole number from 0 to 7.'],
  ['take', NaN, 'returned NaN; it must return undefined or a whole number from 0 to 7.'],
  ['take', null, 'returned null; it must return undefined or a whole number from 0 to 7.'],
  ['give', 1, 'returned 1; it must return true or false.'],
  ['chain', undefined, 'returned undefined; it must return { readable, writable }, two lists of buffers.'],
  ['chain', { readable: [] }, 'returned an object; it must return { readable, writable }, two lists of buffers.'],
  [
    'chain',
    { readable: [{ address: 1n, size: 4 }], writable: [] },
    'returned a buffer with address 1n and size 4; both must be whole numbers.',
  ],
  [
    'chain',
    { readable: [], writable: [{ address: 4, size: -1 }] },
    'returned a buffer with address 4 and size -1; both must be whole numbers.',
  ],
])('a `%s` that returns %p', (name, result, words) => {
  const error = failure(name, () => result);
  expect(error).toBeInstanceOf(PartFailure);
  expect(error.message).toBe(`your \`paravirtualDevices.${name}\` ${words}`);
});

test('an index that is not one of 16 bits any more', () => {
  expect(failure('listen', (of) => void (of.nextUsed = 0x1_0000)).message).toBe(
    'your `paravirtualDevices.listen` left nextUsed at 65536; it must be a whole number from 0 to 65535.',
  );
});

test("a DriverError is the driver's, from an operation on a queue; anything else is the part's", () => {
  const mistake = new DriverError('a loop');
  const throws = (error: Error) => (): never => {
    throw error;
  };
  expect(failure('chain', throws(mistake))).toBe(mistake);
  expect(failure('take', throws(new TypeError('x'))).message).toBe('your `paravirtualDevices.take` threw TypeError: x');
  expect(failure('transfer', throws(mistake))).toBeInstanceOf(PartFailure);
});
