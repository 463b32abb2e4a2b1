/** A guest's driver written down access by access: each store and load of it becomes machine code, and each value loaded shows in a register. */
import type { Program } from '#machine';
import { kernel } from '../../../src/course/lab';
import { NEXT, WRITE, type Descriptor } from './descriptor';

/** Registers of a virtio slot (virtio 1.2, section 4.2.2). */
const REG = {
  driverFeatures: 0x20,
  driverFeaturesSel: 0x24,
  queueSel: 0x30,
  queueSize: 0x38,
  queueReady: 0x44,
  queueNotify: 0x50,
  interruptStatus: 0x60,
  interruptAck: 0x64,
  status: 0x70,
  areas: [0x80, 0x90, 0xa0],
};
const SLOTS = 0x1000_1000;
const PLIC = 0x0c00_0000;
const CLAIM = 0x0c20_1004;
const VERSION_1 = 1n << 32n;
export const INDIRECT_DESC = 1n << 28n;
export const EVENT_IDX = 1n << 29n;

/** Where the script has queue q, 4 KiB for each area; an indirect table; and data. */
const queueAt = (q: number): number => 0x8030_0000 + 0x4000 * q;
export const TABLE = 0x8032_0000;
export const DATA = 0x8033_0000;
/** The end of the guest's 4 MiB. */
export const END = 0x8040_0000;

type Width = 1 | 2 | 4 | 8;
const STORES = { 1: 'sb', 2: 'sh', 4: 'sw', 8: 'sd' } as const;
const LOADS = { 1: 'lbu', 2: 'lhu', 4: 'lwu', 8: 'ld' } as const;

export class DriverScript {
  readonly #lines: string[] = [];
  readonly #slot: number;
  readonly #avail: number[] = [];
  #size = 8;

  /** Of the device in virtio slot `slot`, whose interrupt is let through to the hart's sip. */
  constructor(slot = 0) {
    this.#slot = slot;
    this.store(PLIC + 4 * (1 + slot), 4, 1);
    this.store(PLIC + 0x2080, 4, 0xffe);
    this.store(PLIC + 0x20_1000, 4, 0);
    this.#lines.push('li t0, 0x200; csrw sie, t0');
  }

  store(address: number, width: Width, value: number | bigint): this {
    this.#lines.push(
      `    li t0, 0x${address.toString(16)}; li t1, 0x${value.toString(16)}; ${STORES[width]} t1, 0(t0)`,
    );
    return this;
  }

  load(address: number, width: Width): this {
    this.#lines.push(`    li t0, 0x${address.toString(16)}; ${LOADS[width]} t2, 0(t0)`);
    return this;
  }

  /** What follows is this case: a divergence names it. */
  title(name: string): this {
    this.#lines.push(`${name.replace(/\W+/g, '_')}:`);
    return this;
  }

  /** Section 3.1.1 "Device Initialization", from the reset on. */
  start(features = 0n, { size = 8, queues = 1 } = {}): this {
    this.#size = size;
    this.#set(REG.status, 0).#set(REG.status, 3);
    const accepted = features | VERSION_1;
    for (const word of [0n, 1n]) {
      this.#set(REG.driverFeaturesSel, word).#set(REG.driverFeatures, (accepted >> (32n * word)) & 0xffff_ffffn);
    }
    this.#set(REG.status, 11);
    for (let q = 0; q < queues; q++) this.#setUp(q);
    return this.#set(REG.status, 15);
  }

  describe(index: number, descriptor: Descriptor, { queue = 0, table = queueAt(queue) } = {}): this {
    const { address, size, flags = 0, next = 0 } = descriptor;
    const at = table + 16 * index;
    return this.store(at, 8, address).store(at + 8, 4, size).store(at + 12, 2, flags).store(at + 14, 2, next); // prettier-ignore
  }

  /** Links buffers through consecutive descriptors from `from` on. */
  link(from: number, buffers: readonly Descriptor[], queue = 0): this {
    buffers.forEach((buffer, i) => {
      const last = i === buffers.length - 1;
      const flags = (buffer.flags ?? 0) | (last ? 0 : NEXT);
      this.describe(from + i, { ...buffer, flags, next: last ? 0 : from + i + 1 }, { queue });
    });
    return this;
  }

  offer(head: number, queue = 0): this {
    const at = queueAt(queue) + 0x1000;
    this.store(at + 4 + 2 * (this.#avail[queue] % this.#size), 2, head);
    return this.idx(this.#avail[queue] + 1, queue);
  }

  /** avail.idx as it is written, whatever was offered. */
  idx(value: number, queue = 0): this {
    this.#avail[queue] = value & 0xffff;
    return this.store(queueAt(queue) + 0x1002, 2, this.#avail[queue]);
  }

  availFlags(value: number, queue = 0): this {
    return this.store(queueAt(queue) + 0x1000, 2, value);
  }

  usedEvent(value: number, queue = 0): this {
    return this.store(queueAt(queue) + 0x1004 + 2 * this.#size, 2, value);
  }

  /** Notifies, and looks at all that came of it: the wire, the interrupt's reason, the status, the used ring; then acknowledges. */
  notify(queue = 0): this {
    const used = queueAt(queue) + 0x2000;
    this.#set(REG.queueNotify, queue);
    this.#lines.push('    csrr t2, sip');
    this.load(this.#register(REG.interruptStatus), 4).load(this.#register(REG.status), 4);
    this.load(used, 4);
    for (let i = 0; i < this.#size; i++) this.load(used + 4 + 8 * i, 8);
    this.load(used + 4 + 8 * this.#size, 2);
    this.#set(REG.interruptAck, 3);
    this.#lines.push(`    li t0, 0x${CLAIM.toString(16)}; lw t2, 0(t0); sw t2, 0(t0)`);
    return this;
  }

  /** Offers the chain at `head` and notifies. */
  send(head: number, queue = 0): this {
    return this.offer(head, queue).notify(queue);
  }

  /** Bytes as the guest puts them into its memory, eight at a time. */
  put(address: number, bytes: Uint8Array): this {
    for (let i = 0; i < bytes.length; i++) this.store(address + i, 1, bytes[i]);
    return this;
  }

  program(): Program {
    return kernel(this.#lines.join('\n'));
  }

  #setUp(q: number): void {
    this.#avail[q] = 0;
    const places = [0, 0x1000, 0x2000].map((offset) => queueAt(q) + offset);
    for (const ring of places.slice(1)) {
      for (let at = 0; at < 4 + 8 * this.#size + 2; at += 8) this.store(ring + at, 8, 0);
    }
    this.#set(REG.queueSel, q).#set(REG.queueSize, this.#size);
    places.forEach((place, i) => this.#set(REG.areas[i], place).#set(REG.areas[i] + 4, 0));
    this.#set(REG.queueReady, 1);
  }

  #register(offset: number): number {
    return SLOTS + 0x1000 * this.#slot + offset;
  }

  #set(offset: number, value: number | bigint): this {
    return this.store(this.#register(offset), 4, value);
  }
}

/** The buffers of one block request (section 5.2.6): header, `data` either way, status; at DATA + `at` and behind. */
export function blockRequest(
  script: DriverScript,
  type: number,
  sector: number,
  data: { readonly size: number; readonly write?: boolean },
  at = 0,
): Descriptor[] {
  const header = DATA + at;
  script.store(header, 8, type).store(header + 8, 8, sector);
  return [
    { address: header, size: 16 },
    { address: header + 16, size: data.size, flags: data.write ? WRITE : 0 },
    { address: header + 16 + data.size, size: 1, flags: WRITE },
  ];
}
