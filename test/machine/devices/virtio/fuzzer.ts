/** A random driver of one virtio device: mostly right, since most attacks need a device that works, and wrong in one way or several. It checks the device after each step. */
import { isDeepStrictEqual } from 'node:util';
import type { OverlayStore, PhysicalMemory } from '#machine';
import { Ram, VirtioBlock, VirtioConsole, VirtioMmio, VirtioNet, type VirtioDevice } from '#machine';
import { Chance } from '../../engine/lockstep/chance';
import { KINDS, OVERLAY_LIMIT, Watch, type Range } from './fuzzed-devices';
import { EVENT_IDX, INDIRECT_DESC, RAM_BASE, REG, RING_RESET, VERSION_1 } from './driver';

export const RAM_BYTES = 2 ** 16;
/** A queue: descriptor table, available ring and used ring, AREA_BYTES apart. No device here has more than three. */
const QUEUE_BYTES = 0x2000;
const AREA_BYTES = 0x800;
/** Request header, then indirect tables, then buffers. */
const DATA = RAM_BASE + 0x6000;
const INDIRECT_TABLES: Range = { address: DATA + 0x1000, size: 0x1000 };
const BUFFERS = DATA + 0x2000;

const area = (n: number): number => RAM_BASE + n * QUEUE_BYTES;
const viewed = (bytes: Uint8Array) => ({ bytes, view: new DataView(bytes.buffer) });

export class Fuzzer {
  readonly chance: Chance;
  readonly ram: Ram;
  readonly watch: Watch;
  readonly device: VirtioDevice;
  readonly slot: VirtioMmio;
  irq = false;
  now = 0;
  size = 8;
  /** What happened, so that the test knows that it tests something. */
  readonly seen = { used: 0, needsReset: 0, reset: 0, inFlight: 0 };

  /** Devices of odd seeds take their time, those of even ones answer at once. */
  constructor(kind: string, seed: number, memory: PhysicalMemory) {
    this.chance = new Chance(seed);
    this.device = KINDS[kind]();
    this.ram = new Ram(memory);
    const tables = this.device.queues.map((_, n) => ({ address: area(n), size: AREA_BYTES }));
    this.watch = new Watch(this.ram, [...tables, INDIRECT_TABLES], () => this.usedRings());
    const latency =
      seed % 2 ? { clock: { now: () => this.now }, instructions: 20, deadlineChanged: () => undefined } : undefined;
    this.slot = new VirtioMmio(
      { dma: this.watch.dma, irq: { set: (level) => void (this.irq = level) }, latency },
      this.device,
    );
  }

  get core() {
    return this.slot.core!;
  }
  write(register: number, value: number): void {
    this.slot.store(register, 4, BigInt(value >>> 0));
  }

  /** One random act of a driver, or of the world. */
  step(): void {
    const { chance } = this;
    this.watch.restart();
    const before = this.core.queues.map((_, n) => this.usedIdx(n));
    const act = chance.below(100);
    if (this.core.negotiation.status === 0 || act < 2) this.start();
    else if (this.core.mistake !== undefined && chance.oneIn(4))
      this.reset(); // until then it does nothing
    else if (act < 48) this.request();
    else if (act < 56) this.notify();
    else if (act < 85) this.time();
    else if (act < 90) this.outside();
    else if (act < 94) this.scribble();
    else if (act < 97) this.anyRegister();
    else if (act < 98) this.saveAndRestore();
    else this.reset();
    this.check(before);
  }

  start(): void {
    const { chance } = this;
    const features =
      VERSION_1 |
      (chance.oneIn(2) ? INDIRECT_DESC : 0n) |
      (chance.oneIn(2) ? EVENT_IDX : 0n) |
      (chance.oneIn(3) ? RING_RESET : 0n);
    this.size = 1 << (1 + chance.below(4));
    this.ram.fill(RAM_BASE, RAM_BYTES);
    for (const status of [0, 1, 3]) this.write(REG.status, status);
    for (const word of [0, 1]) {
      this.write(REG.driverFeaturesSel, word);
      this.write(REG.driverFeatures, Number((features >> BigInt(32 * word)) & 0xffff_ffffn));
    }
    this.write(REG.status, 11);
    this.core.queues.forEach((_, n) => this.setUp(n));
    this.write(REG.status, 15);
  }

  setUp(n: number): void {
    this.write(REG.queueSel, n);
    this.write(REG.queueSize, this.size);
    [REG.desc, REG.driver, REG.device].forEach((register, i) => {
      this.write(register, area(n) + AREA_BYTES * i);
      this.write(register + 4, 0);
    });
    this.write(REG.queueReady, 1);
  }

  usedIdx(n: number): number {
    const at = area(n) + 2 * AREA_BYTES + 2 - RAM_BASE;
    return this.ram.bytes[at] | (this.ram.bytes[at + 1] << 8);
  }

  /** Section 2.7.8 "The Virtqueue Used Ring": flags, idx, an entry of 8 bytes each, and avail_event. */
  usedRings(): Range[] {
    return this.core.queues.map(({ areas, size }) => ({ address: Number(areas.device), size: 4 + 8 * size + 2 }));
  }

  /** A chain that is a request of this device, with something wrong now and then. */
  request(): void {
    const { chance } = this;
    const n = chance.below(this.core.queues.length);
    const head = chance.below(this.size);
    this.header();
    const indirect = chance.oneIn(4);
    const table = indirect ? INDIRECT_TABLES.address + 16 * chance.below(64) : area(n);
    const length = 1 + chance.below(Math.min(this.size, 5));
    const writableFrom = chance.oneIn(16) ? chance.below(length + 1) : this.usualWritableFrom(n, length);
    for (let i = 0; i < length; i++)
      this.describe(table, indirect ? i : (head + i) % this.size, (head + i + 1) % this.size, {
        first: i === 0,
        final: i === length - 1,
        writable: i >= writableFrom,
        indirect,
        i,
      });
    if (indirect) this.descriptor(area(n) + 16 * head, table, 16 * length + (chance.oneIn(20) ? 1 : 0), 4, 0);
    this.offer(n, chance.oneIn(50) ? chance.next() & 0xffff : head);
    if (!chance.oneIn(4)) this.write(REG.queueNotify, n);
  }

  /** Where the device's part of a chain begins: a block request has a header and a status; else a queue has one direction. */
  usualWritableFrom(n: number, length: number): number {
    if (this.device.id === 2) return Math.min(length, 1 + this.chance.below(Math.max(1, length - 1)));
    return this.device.id === 4 || n % 2 === 0 ? 0 : length;
  }

  describe(
    table: number,
    index: number,
    next: number,
    {
      first,
      final,
      writable,
      indirect,
      i,
    }: { first: boolean; final: boolean; writable: boolean; indirect: boolean; i: number },
  ): void {
    const { chance } = this;
    const usual = first && this.device.id === 2 ? 16 : chance.pick([0, 1, 12, 16, 60, 511, 512, 513, 1024, 1530]);
    const size = chance.oneIn(60) ? chance.next() : usual;
    const place = first ? DATA : BUFFERS + chance.below(0x4000);
    const address = chance.oneIn(60) ? chance.value() : chance.oneIn(30) ? RAM_BASE + chance.below(RAM_BYTES) : place;
    const flags = (final ? 0 : 1) | (writable ? 2 : 0);
    const odd = chance.oneIn(80) ? chance.next() & 0xffff : flags;
    this.descriptor(
      table + 16 * index,
      address,
      size,
      odd,
      chance.oneIn(80) ? chance.next() & 0xffff : indirect ? i + 1 : next,
    );
  }

  readonly #descriptor = viewed(new Uint8Array(16));
  descriptor(at: number, address: number | bigint, size: number, flags: number, next: number): void {
    if (!this.ram.contains(at, 16)) return;
    const { view, bytes } = this.#descriptor;
    view.setBigUint64(0, BigInt(address), true);
    view.setUint32(8, size, true);
    view.setUint16(12, flags, true);
    view.setUint16(14, next, true);
    this.ram.copyIn(at, bytes);
  }

  header(): void {
    this.ram.write(DATA, 4, BigInt(this.chance.pick([0, 0, 1, 1, 4, 8, 11, 13, 14])));
    this.ram.write(DATA + 8, 8, this.chance.oneIn(8) ? this.chance.value() : BigInt(this.chance.below(66)));
  }

  offer(n: number, head: number): void {
    const { chance, ram } = this;
    const driver = area(n) + AREA_BYTES;
    const idx = Number(ram.read(driver + 2, 2));
    ram.write(driver + 4 + 2 * (idx % this.size), 2, BigInt(head));
    ram.write(driver + 2, 2, BigInt(idx + (chance.oneIn(60) ? chance.next() & 0xffff : 1)) & 0xffffn);
    ram.write(driver + 4 + 2 * this.size, 2, BigInt(chance.oneIn(2) ? idx : chance.below(0x1_0000))); // used_event
  }

  notify(): void {
    this.write(REG.queueNotify, this.chance.oneIn(8) ? this.chance.next() : this.chance.below(this.core.queues.length));
  }

  time(): void {
    this.now += this.chance.below(60);
    if (this.slot.untilAlarm() !== Infinity) this.seen.inFlight++;
    this.slot.update();
  }

  /** The other end of the cable, or somebody at the keyboard. */
  outside(): void {
    const { device, chance } = this;
    if (device instanceof VirtioNet) device.send(new Uint8Array(chance.pick([0, 13, 14, 60, 1514, 1518, 1519])));
    if (device instanceof VirtioConsole) device.input(new Uint8Array(chance.below(100)));
    if (device instanceof VirtioNet) device.setLink(!chance.oneIn(8));
  }

  scribble(): void {
    const { chance } = this;
    const bytes = new Uint8Array(1 + chance.below(32)).map(() => chance.below(256));
    this.ram.copyIn(RAM_BASE + chance.below(RAM_BYTES - 32), bytes);
  }

  anyRegister(): void {
    const { chance } = this;
    const width = chance.pick([1, 2, 4] as const);
    const offset = width * chance.below(0x200 / width);
    const value = chance.oneIn(2) ? BigInt(chance.below(16)) : BigInt(chance.next());
    this.slot.store(offset, width, BigInt.asUintN(8 * width, value));
    const read = this.slot.load(offset, width);
    if (read < 0n || read >= 1n << BigInt(8 * width)) throw new Error(`register ${offset} gives ${read}`);
  }

  /** A snapshot and back changes nothing. */
  saveAndRestore(): void {
    const saved = this.slot.save();
    this.slot.restore(saved);
    if (!isDeepStrictEqual(this.slot.save(), saved)) throw new Error('a snapshot restored differs');
  }

  /** "After reset device state == fresh state", but for what a device keeps over a reset. */
  reset(): void {
    this.seen.reset++;
    this.write(REG.status, 0);
    const { negotiation, queues, inFlight, interrupts } = this.core.save() as Record<string, unknown>;
    if (!isDeepStrictEqual({ negotiation, queues, inFlight, interrupts }, this.fresh))
      throw new Error('a reset leaves something');
  }

  /** What a device is like that nobody has touched. */
  #fresh: unknown;
  get fresh(): unknown {
    if (this.#fresh) return this.#fresh;
    const ports = { dma: this.watch.dma, irq: { set: () => undefined } };
    const { core } = new VirtioMmio(ports, KINDS[this.device.name]());
    const { negotiation, queues } = core!.save() as Record<string, unknown>;
    return (this.#fresh = { negotiation, queues, inFlight: { requests: [] }, interrupts: 0 });
  }

  check(before: readonly number[]): void {
    const { core, watch, size } = this;
    if (core.mistake !== undefined) this.seen.needsReset++;
    // Work in one step: a queue full of chains, each with its descriptors twice over, and what their buffers hold; for net, both queues.
    const chains = 2 * Math.max(...core.queues.map((queue) => queue.size)) + 16;
    const most = chains * (2 * size + 24);
    if (core.queues.every((queue) => queue.size <= 16) && watch.reads + watch.writes > most) {
      throw new Error(`${watch.reads} reads and ${watch.writes} writes in one step, where ${most} are the most`);
    }
    if (this.irq !== (core.interrupts !== 0)) throw new Error('the wire is not what the interrupt status says');
    core.queues.forEach((_, n) => (this.seen.used += (this.usedIdx(n) - before[n]) & 0xffff && 1));
    if (core.mistake === undefined && this.chance.oneIn(8)) this.checkPositions();
    if (this.device instanceof VirtioBlock) {
      const { usedBytes } = this.device.store as OverlayStore;
      if (usedBytes > OVERLAY_LIMIT) throw new Error(`the overlay takes ${usedBytes} bytes`);
    }
  }

  /** What was taken and not given back is in flight: the device never runs ahead of the driver. */
  checkPositions(): void {
    const { queues, inFlight } = this.core.save() as unknown as {
      queues: { ready: boolean; nextAvail: number; nextUsed: number }[];
      inFlight: { requests: { queue: number }[] };
    };
    queues.forEach(({ ready, nextAvail, nextUsed }, n) => {
      const taken = (nextAvail - nextUsed) & 0xffff;
      const waiting = inFlight.requests.filter(({ queue }) => queue === n).length;
      if (ready && taken !== waiting) throw new Error(`queue ${n}: ${taken} chains taken, ${waiting} in flight`);
    });
  }
}
