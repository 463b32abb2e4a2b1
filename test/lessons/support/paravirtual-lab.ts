/** What the tests of lesson 10 have in common: a disk whose contents are known, guests that drive it, and single operations with their answers. */
import { MemoryStore, type Program } from '#machine';
import type { VmConfig } from '#vmm';
import { readGuest, requires, type Lab } from '../../../src/course/lab';
import type { Driver } from './virtqueue';

type TheLab = Lab<'paravirtualDevices'>;

/** A disk of so many sectors, each byte of which says where it is. */
export const disk = (sectors: number): MemoryStore =>
  new MemoryStore(Uint8Array.from({ length: 512 * sectors }, (_, i) => (i >> 9) * 31 + i * 7));

const DEVICES = (): VmConfig['devices'] => ({ virtio: { disks: [{ store: disk(64) }], entropySeed: 7n } });

/** The guest comes to its end, and does all that it does on bare metal. Default: a disk in virtio slot 0, an entropy device in slot 1. */
export function same(lab: TheLab, program: Program, devices = DEVICES): void {
  const { stop, detail } = lab.sameAsBareMetal(program, { devices });
  if (stop !== 'shutdown') throw new Error(`this guest is no test: on bare metal too, ${detail}`);
}

/** Exits of disk-reader while it reads so many blocks through a virtqueue, `atATime` for one notification; the clock's apart. */
export function blocksRead(lab: TheLab, blocks: number, atATime: number): number {
  const program = readGuest('disk-reader');
  const bytes = program.bytes.slice();
  const at = Number(program.symbols.get('disk')! - program.origin);
  const parameters = [3, blocks, atATime]; // virtio
  parameters.forEach((value, i) => new DataView(bytes.buffer).setBigUint64(at + 8 * i, BigInt(value), true));
  const store = disk(8 * blocks);
  const options = { devices: () => ({ virtio: { disks: [{ store }] } }), memoryBytes: 8 * 2 ** 20 };
  const [{ stop, console, counters }] = lab.run([{ ...program, bytes }], options);
  const words = new BigUint64Array(store.read(0, store.sectors).buffer);
  const sum = words.reduce((total, word) => BigInt.asUintN(64, total + word), 0n);
  const right = `blocks: 0x${blocks.toString(16)}\nsum: 0x${sum.toString(16)}\n`;
  requires(
    stop === 'shutdown' && console === right,
    `disk-reader printed ${JSON.stringify(console)}; right is ${JSON.stringify(right)}.`,
  );
  return counters.exits - counters.byKind.budget;
}

/** The next head must be this one. */
export function taken(lab: TheLab, driver: Driver, expected: number | undefined): void {
  const head = lab.part.take(driver.queue);
  requires(head === expected, `\`take\` gave ${head}; right is ${expected}.`);
}

/** The used entry with this index must be this one. */
export function usedIs(driver: Driver, index: number, expected: { readonly id: number; readonly len: number }): void {
  const { id, len } = driver.used(index & 0xffff);
  requires(
    id === expected.id && len === expected.len,
    `used entry ${index & 0xffff} is { id ${id}, len ${len} }; right is { id ${expected.id}, len ${expected.len} }.`,
  );
}

/** The next chain that is given back must interrupt, or must not. */
export function interrupts(lab: TheLab, driver: Driver, expected: boolean, when: string): void {
  const found = lab.part.give(driver.queue, 0, 4);
  requires(found === expected, `${when}, \`give\` says ${found}; right is ${expected}.`);
}
