/** A virtio device whatever it is and wherever it is plugged in: status, queues, requests, interrupts (virtio 1.2, section 2 "Basic Facilities"). */
import type { DmaMemory } from '../../bus/dma';
import type { Alarm } from '../../irq/alarm';
import type { IrqLine } from '../../irq/line';
import { damaged, SavedFields, type Savable, type Saved } from '../../saved';
import type { VirtioDevice, VirtioHost } from './device';
import { DriverError } from './driver-error';
import { RING_FEATURES, RING_RESET } from './features';
import { InFlightList, type Latency } from './in-flight';
import { Negotiation, Status } from './negotiation';
import { Virtqueue } from './queue';
import type { QueueOperations } from './queue-operations';

/** Bits of the interrupt status: why the device interrupts. */
const USED_BUFFER = 1;
const CONFIG_CHANGED = 2;

export interface VirtioPorts {
  readonly dma: DmaMemory;
  readonly irq: IrqLine;
  /** Requests complete at once without it. */
  readonly latency?: Latency;
  /** How buffers pass the queues; default: as the machine's own devices do it. */
  readonly queues?: QueueOperations;
}

/** A clock for who never waits. */
const NO_LATENCY: Latency = { clock: { now: () => 0 }, instructions: 0, deadlineChanged: () => undefined };

/**
 * A driver's mistake never gets further than this class: it becomes DEVICE_NEEDS_RESET. What one notification can cause is
 * bounded: at most as many requests as the queue has entries, even if a request overwrites the ring that it came from.
 */
export class VirtioCore implements VirtioHost, Alarm, Savable {
  readonly device: VirtioDevice;
  readonly negotiation: Negotiation;
  readonly queues: readonly Virtqueue[];
  /** Grows with each change of the configuration space, modulo 2^32. */
  generation = 0;
  /** What the driver did wrong, since the last reset; for people. */
  mistake: string | undefined;
  readonly #irq: IrqLine;
  readonly #deferred: boolean;
  readonly #inFlight: InFlightList;
  #interrupts = 0;

  constructor(device: VirtioDevice, { dma, irq, latency, queues }: VirtioPorts) {
    this.device = device;
    this.#irq = irq;
    this.#deferred = latency !== undefined;
    this.#inFlight = new InFlightList(latency ?? NO_LATENCY);
    this.negotiation = new Negotiation(device.features | RING_FEATURES, device.needs);
    this.queues = device.queues.map(({ maxSize }) => new Virtqueue(dma, maxSize, queues));
    device.attach(this);
  }

  /** Why the device interrupts: bit 0 for used buffers, bit 1 for the configuration or the status. */
  get interrupts(): number {
    return this.#interrupts;
  }

  acknowledge(bits: number): void {
    this.#interrupts &= ~bits;
    this.#drive();
  }

  /** The driver's store to the status register: 0 is a reset. */
  setStatus(value: number): void {
    if (value === 0) this.reset();
    else this.negotiation.advance(value);
  }

  setReady(index: number, ready: boolean): void {
    const queue = this.queues[index];
    if (!queue || ready === queue.ready) return;
    if (ready) this.#attempt(() => queue.start(this.negotiation.accepted));
    else this.#stop(index);
  }

  /** VIRTIO_F_RING_RESET: the queue is as after a reset of the device (section 2.6.1 "Virtqueue Reset"). */
  resetQueue(index: number): void {
    const queue = this.queues[index];
    if (!queue || (this.negotiation.accepted & RING_RESET) === 0n) return;
    this.#stop(index);
    queue.reset();
  }

  /** The driver says that a queue has something new. It says so of any number and at any time: only some of it means anything. */
  notify(index: number): void {
    const queue = this.queues[index];
    if (!queue?.ready || !this.negotiation.live) return;
    if (this.device.queues[index].holds === 'buffers') this.#attempt(() => this.device.refilled(index));
    else this.#attempt(() => this.#drain(index, queue));
  }

  /** Finishes the requests that are due by now. */
  update(): void {
    for (let request = this.#inFlight.next(); request; request = this.#inFlight.next()) {
      const { queue, head } = request;
      this.#attempt(() => this.#serve(queue, head));
    }
  }

  /** Instructions until a request in flight is done; Infinity if there is none, or if it is due already. */
  untilAlarm(): number {
    return this.#inFlight.untilDue() || Infinity;
  }

  deliver(index: number, make: (room: number) => Uint8Array): boolean {
    const queue = this.queues[index];
    if (!queue.ready || !this.negotiation.live) return false;
    return this.#attempt(() => this.#fill(queue, make)) ?? false;
  }

  configChanged(): void {
    this.generation = (this.generation + 1) >>> 0;
    if (this.negotiation.has(Status.DRIVER_OK)) this.#interrupt(CONFIG_CHANGED);
  }

  /** Requests in flight are dropped: a device that was reset is silent (section 2.4 "Device Reset"). */
  reset(): void {
    this.negotiation.reset();
    for (const queue of this.queues) queue.reset();
    this.#inFlight.drop();
    this.device.reset();
    this.mistake = undefined;
    this.#interrupts = 0;
    this.#drive();
  }

  save(): Saved {
    return {
      id: this.device.id,
      negotiation: this.negotiation.save(),
      queues: this.queues.map((queue) => queue.save()),
      inFlight: this.#inFlight.save(),
      interrupts: this.#interrupts,
      generation: this.generation,
      device: this.device.save(),
    };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, this.device.name);
    from.integer('id', this.device.id, this.device.id);
    this.negotiation.restore(from.saved('negotiation'));
    const queues = from.list('queues', this.queues.length);
    if (queues.length !== this.queues.length)
      throw damaged(`${this.device.name} must have ${this.queues.length} queues`);
    this.queues.forEach((queue, i) => queue.restore(queues[i], this.negotiation.accepted));
    this.#restoreInFlight(from.saved('inFlight'));
    this.#interrupts = from.integer('interrupts', 0, USED_BUFFER | CONFIG_CHANGED);
    this.generation = from.integer('generation', 0, 0xffff_ffff);
    this.device.restore(from.saved('device'));
  }

  #restoreInFlight(saved: Saved): void {
    const holdsRequests = (i: number): boolean => this.#deferred && this.device.queues[i]?.holds === 'requests';
    this.#inFlight.restore(saved, (i) => (holdsRequests(i) && this.queues[i].ready ? this.queues[i].size : 0));
    const crowded = this.queues.some((queue, i) => this.#inFlight.count(i) > queue.size);
    if (crowded) throw damaged(`${this.device.name} must not have more requests in flight than its queue has entries`);
  }

  #stop(index: number): void {
    this.queues[index].stop();
    this.#inFlight.drop(index);
  }

  #drain(index: number, queue: Virtqueue): void {
    for (let served = 0; served < queue.size && this.negotiation.live && queue.ready; served++) {
      const head = queue.take();
      if (head === undefined) break;
      if (this.#deferred) this.#defer(index, queue, head);
      else this.#serve(index, head);
    }
    queue.listen(true);
  }

  #defer(index: number, queue: Virtqueue, head: number): void {
    if (this.#inFlight.count(index) >= queue.size)
      throw new DriverError(`more requests at once than the ${queue.size} entries of a queue`);
    this.#inFlight.add(index, head);
  }

  #serve(index: number, head: number): void {
    const queue = this.queues[index];
    const written = this.device.serve(index, queue.chain(head));
    if (queue.give(head, written)) this.#interrupt(USED_BUFFER);
  }

  #fill(queue: Virtqueue, make: (room: number) => Uint8Array): boolean {
    const head = queue.take();
    queue.listen(head === undefined);
    if (head === undefined) return false;
    const chain = queue.chain(head);
    const bytes = make(chain.writable);
    chain.write(0, bytes);
    if (queue.give(head, bytes.length)) this.#interrupt(USED_BUFFER);
    return true;
  }

  /** Does what may find a mistake of the driver's; then there is no result, and the device waits for a reset. */
  #attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (thrown) {
      if (!(thrown instanceof DriverError)) throw thrown;
      this.#fail(thrown.message);
      return undefined;
    }
  }

  /** Section 2.1.2: the driver is told by a configuration interrupt, if it got as far as DRIVER_OK. */
  #fail(mistake: string): void {
    this.mistake = mistake;
    this.negotiation.needReset();
    this.#inFlight.drop();
    if (this.negotiation.has(Status.DRIVER_OK)) this.#interrupt(CONFIG_CHANGED);
  }

  #interrupt(why: number): void {
    this.#interrupts |= why;
    this.#drive();
  }

  #drive(): void {
    this.#irq.set(this.#interrupts !== 0);
  }
}
