/** A driver as virtio 1.2 describes it, for tests: it can be told to break every rule. Written from the specification alone. */
import { directDma, PhysicalMemory, Ram, VirtioMmio, type DmaMemory, type VirtioDevice } from '#machine';
import { REG, ACKNOWLEDGE, DRIVER, DRIVER_OK, FEATURES_OK, NEXT, WRITE, VERSION_1 } from './registers';

export * from './registers';

export const RAM_BASE = 0x8000_0000;
export const RAM_BYTES = 2 ** 20;
/** Where queue n of `size` entries has its areas, and where data goes: 64 KiB a queue. */
const queueAt = (n: number): number => RAM_BASE + n * 0x1_0000;
export const DATA = RAM_BASE + 0x8_0000;

export interface Descriptor {
  readonly address: number | bigint;
  readonly size: number;
  readonly flags?: number;
  readonly next?: number;
}

/** A chain's buffers: bytes to send, or room to receive. */
export type Part = Uint8Array | number;

export interface BenchOptions {
  /** Wraps the port to memory. */
  readonly port?: (dma: DmaMemory, ram: Ram) => DmaMemory;
  readonly latency?: number;
}

/** What a driver works with: memory, a slot's registers, its wire, and time. Tests have one without a processor here; another is a guest. */
export interface Rig {
  readonly ram: Pick<Ram, 'read' | 'write' | 'copyIn' | 'copyOut' | 'fill'>;
  readonly slot: VirtioMmio;
  readonly irq: boolean;
  load(register: number, width: 1 | 2 | 4): bigint;
  store(register: number, width: 1 | 2 | 4, value: bigint): void;
  /** Time passes. */
  pass(instructions: number): void;
}

/** Memories of the rigs that a test has made, for the next test: to make one is slow. */
const lent: PhysicalMemory[] = [];
afterEach(() => lent.splice(0).forEach((memory) => memory.release()));

/** A device and memory, and nothing else. */
class DirectRig implements Rig {
  readonly ram: Ram;
  readonly slot: VirtioMmio;
  irq = false;
  /** The machine's clock, in instructions. */
  #now = 0;

  constructor(device: VirtioDevice, { port = (dma) => dma, latency }: BenchOptions) {
    const memory = new PhysicalMemory(RAM_BYTES);
    lent.push(memory);
    this.ram = new Ram(memory);
    const clock = { now: () => this.#now };
    const wait = latency ? { clock, instructions: latency, deadlineChanged: () => undefined } : undefined;
    const irq = { set: (level: boolean) => void (this.irq = level) };
    this.slot = new VirtioMmio({ dma: port(directDma(this.ram), this.ram), irq, latency: wait }, device);
  }

  load(register: number, width: 1 | 2 | 4): bigint {
    return this.slot.load(register, width);
  }
  store(register: number, width: 1 | 2 | 4, value: bigint): void {
    this.slot.store(register, width, value);
  }
  pass(instructions: number): void {
    this.#now += instructions;
    this.slot.update();
  }
}

export class Bench {
  readonly #rig: Rig;
  readonly #queues: { size: number; avail: number; used: number; free: number }[] = [];
  #data = DATA;

  constructor(of: VirtioDevice | Rig, options: BenchOptions = {}) {
    this.#rig = 'slot' in of ? of : new DirectRig(of, options);
  }

  get ram(): Rig['ram'] {
    return this.#rig.ram;
  }
  get slot(): VirtioMmio {
    return this.#rig.slot;
  }
  get irq(): boolean {
    return this.#rig.irq;
  }
  read(register: number, width: 1 | 2 | 4 = 4): number {
    return Number(this.#rig.load(register, width));
  }
  write(register: number, value: number, width: 1 | 2 | 4 = 4): void {
    this.#rig.store(register, width, BigInt(value >>> 0));
  }
  get status(): number {
    return this.read(REG.status);
  }
  get mistake(): string | undefined {
    return this.slot.core!.mistake;
  }

  offered(): bigint {
    const word = (sel: number): bigint => {
      this.write(REG.deviceFeaturesSel, sel);
      return BigInt(this.read(REG.deviceFeatures));
    };
    return word(0) | (word(1) << 32n);
  }

  accept(features: bigint): void {
    for (const word of [0, 1]) {
      this.write(REG.driverFeaturesSel, word);
      this.write(REG.driverFeatures, Number((features >> BigInt(32 * word)) & 0xffff_ffffn));
    }
  }

  /** Section 3.1.1 up to step 6; gives the status after FEATURES_OK. */
  negotiate(features: bigint): number {
    for (const status of [0, ACKNOWLEDGE, ACKNOWLEDGE | DRIVER]) this.write(REG.status, status);
    this.accept(features);
    this.write(REG.status, ACKNOWLEDGE | DRIVER | FEATURES_OK);
    return this.status;
  }

  /** The whole of section 3.1.1, with queues of `size`; ready to work. */
  start(features = VERSION_1, size = 8): this {
    this.negotiate(features);
    for (let n = 0; n < this.slot.core!.device.queues.length; n++) this.setUp(n, size);
    this.write(REG.status, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
    return this;
  }

  /** Addresses of a queue's areas, each far from the others. */
  areas(n: number): { desc: number; driver: number; device: number } {
    return { desc: queueAt(n), driver: queueAt(n) + 0x4000, device: queueAt(n) + 0x8000 };
  }

  setUp(n: number, size: number, areas: Partial<Record<'desc' | 'driver' | 'device', number>> = {}): void {
    const at = { ...this.areas(n), ...areas };
    this.ram.fill(queueAt(n), 0x1_0000);
    this.write(REG.queueSel, n);
    this.write(REG.queueSize, size);
    for (const area of ['desc', 'driver', 'device'] as const) {
      this.write(REG[area], at[area] % 2 ** 32);
      this.write(REG[area] + 4, Math.floor(at[area] / 2 ** 32));
    }
    this.write(REG.queueReady, 1);
    this.#queues[n] = { size, avail: 0, used: 0, free: 0 };
  }

  /** Writes one descriptor into a table. */
  describe(table: number, index: number, { address, size, flags = 0, next = 0 }: Descriptor): void {
    const at = table + 16 * index;
    this.ram.write(at, 8, BigInt(address));
    this.ram.write(at + 8, 4, BigInt(size));
    this.ram.write(at + 12, 2, BigInt(flags));
    this.ram.write(at + 14, 2, BigInt(next));
  }

  /** Makes a head available without a notification. */
  offer(n: number, head: number): void {
    const queue = this.#queues[n];
    const { driver } = this.areas(n);
    this.ram.write(driver + 4 + 2 * (queue.avail % queue.size), 2, BigInt(head));
    queue.avail = (queue.avail + 1) & 0xffff;
    this.ram.write(driver + 2, 2, BigInt(queue.avail));
  }

  notify(n: number): void {
    this.write(REG.queueNotify, n);
  }

  /** Buffers in guest memory for the parts of a chain. */
  place(parts: readonly Part[]): Descriptor[] {
    return parts.map((part) => {
      const size = typeof part === 'number' ? part : part.length;
      const address = this.#data;
      this.#data += size;
      if (this.#data > RAM_BASE + RAM_BYTES) throw new Error('the test needs more memory');
      if (typeof part !== 'number') this.ram.copyIn(address, part);
      return { address, size, flags: typeof part === 'number' ? WRITE : 0 };
    });
  }

  /** Links buffers through the queue's table, from the next free descriptors on; gives the head. */
  link(n: number, buffers: readonly Descriptor[]): number {
    const queue = this.#queues[n];
    const { desc } = this.areas(n);
    const indices = buffers.map((_, i) => (queue.free + i) % queue.size);
    buffers.forEach((buffer, i) => {
      const last = i === buffers.length - 1;
      this.describe(desc, indices[i], {
        ...buffer,
        flags: (buffer.flags ?? 0) | (last ? 0 : NEXT),
        next: last ? 0 : indices[i + 1],
      });
    });
    queue.free = (queue.free + buffers.length) % queue.size;
    return indices[0];
  }

  /** One request: placed, linked, offered, notified. Gives where its room is; `used` tells what came back. */
  send(n: number, parts: readonly Part[]): { head: number; room: Descriptor[] } {
    const buffers = this.place(parts);
    const head = this.link(n, buffers);
    this.offer(n, head);
    this.notify(n);
    return { head, room: buffers.filter(({ flags }) => flags === WRITE) };
  }

  usedIdx(n: number): number {
    return Number(this.ram.read(this.areas(n).device + 2, 2));
  }

  /** The entries that were used since the last call. */
  used(n: number): { id: number; len: number }[] {
    const queue = this.#queues[n];
    const entries = [];
    for (; queue.used !== this.usedIdx(n); queue.used = (queue.used + 1) & 0xffff) {
      const at = this.areas(n).device + 4 + 8 * (queue.used % queue.size);
      entries.push({ id: Number(this.ram.read(at, 4)), len: Number(this.ram.read(at + 4, 4)) });
    }
    return entries;
  }

  bytes({ address, size }: Descriptor): Uint8Array {
    return this.ram.copyOut(Number(address), size);
  }

  pass(instructions: number): void {
    this.#rig.pass(instructions);
  }
}

/** The header of a block request, section 5.2.6. */
export function blockHeader(type: number, sector: number | bigint = 0): Uint8Array {
  const header = new DataView(new ArrayBuffer(16));
  header.setUint32(0, type, true);
  header.setBigUint64(8, BigInt(sector), true);
  return new Uint8Array(header.buffer);
}
