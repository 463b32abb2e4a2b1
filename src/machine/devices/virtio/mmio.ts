/** virtio over memory-mapped registers, version 2 (virtio 1.2, section 4.2 "Virtio Over MMIO"). */
import type { Device } from '../../bus/device';
import type { Alarm } from '../../irq/alarm';
import type { Width } from '../../isa/row';
import { SavedFields, type Saved } from '../../saved';
import { VirtioCore, type VirtioPorts } from './core';
import type { VirtioDevice } from './device';
import type { Area } from './queue';

/** Offsets of the control registers (section 4.2.2, table "MMIO Device Register Layout"), each 4 bytes. */
const MAGIC_VALUE = 0x000;
const VERSION = 0x004;
const DEVICE_ID = 0x008;
const VENDOR_ID = 0x00c;
const DEVICE_FEATURES = 0x010;
const DEVICE_FEATURES_SEL = 0x014;
const DRIVER_FEATURES = 0x020;
const DRIVER_FEATURES_SEL = 0x024;
const QUEUE_SEL = 0x030;
const QUEUE_SIZE_MAX = 0x034;
const QUEUE_SIZE = 0x038;
const QUEUE_READY = 0x044;
const QUEUE_NOTIFY = 0x050;
const INTERRUPT_STATUS = 0x060;
const INTERRUPT_ACK = 0x064;
const STATUS = 0x070;
const QUEUE_DESC = 0x080;
const QUEUE_DRIVER = 0x090;
const QUEUE_DEVICE = 0x0a0;
const SHM_LEN = 0x0b0;
const SHM_END = 0x0c0;
const QUEUE_RESET = 0x0c0;
const CONFIG_GENERATION = 0x0fc;
const CONFIG = 0x100;

const MAGIC = 0x7472_6976; // "virt"
/** Drivers ask for QEMU's vendor ID (xv6 does), and this is QEMU's board. */
const VENDOR = 0x554d_4551; // "QEMU"

const ALL_ONES = 0xffff_ffff;

/** The registers that hold half an address of a queue's area. */
const AREAS: readonly { readonly low: number; readonly area: Area }[] = [
  { low: QUEUE_DESC, area: 'descriptors' },
  { low: QUEUE_DRIVER, area: 'driver' },
  { low: QUEUE_DEVICE, area: 'device' },
];

/** One slot of the board. Without a device in it only the first registers answer, and DeviceID 0 says that nothing is there. */
export class VirtioMmio implements Device, Alarm {
  readonly name: string;
  readonly size = 0x200;
  /** Control registers are 4 bytes; narrower accesses reach the configuration space only (section 4.2.2.2). */
  readonly widths: readonly Width[] = [1, 2, 4];
  readonly core: VirtioCore | undefined;
  #deviceFeaturesSel = 0;
  #driverFeaturesSel = 0;
  #queueSel = 0;

  constructor(ports: VirtioPorts, device?: VirtioDevice) {
    this.name = device ? `virtio ${device.name}` : 'empty virtio slot';
    this.core = device && new VirtioCore(device, ports);
  }

  load(offset: number, width: Width): bigint {
    if (offset >= CONFIG) return this.#loadConfig(offset - CONFIG, width);
    if (width !== 4) return 0n;
    if (offset === MAGIC_VALUE) return BigInt(MAGIC);
    if (offset === VERSION) return 2n;
    if (offset === VENDOR_ID) return BigInt(VENDOR);
    return this.core ? BigInt(this.#read(this.core, offset) >>> 0) : 0n;
  }

  store(offset: number, width: Width, value: bigint): void {
    if (!this.core) return;
    if (offset >= CONFIG) this.#storeConfig(this.core, offset - CONFIG, width, value);
    else if (width === 4) this.#write(this.core, offset, Number(value));
  }

  reset(): void {
    this.#deviceFeaturesSel = this.#driverFeaturesSel = this.#queueSel = 0;
    this.core?.reset();
  }

  untilAlarm(): number {
    return this.core?.untilAlarm() ?? Infinity;
  }

  update(): void {
    this.core?.update();
  }

  save(): Saved {
    if (!this.core) return null;
    return {
      deviceFeaturesSel: this.#deviceFeaturesSel,
      driverFeaturesSel: this.#driverFeaturesSel,
      queueSel: this.#queueSel,
      core: this.core.save(),
    };
  }

  restore(saved: Saved): void {
    if (!this.core) return;
    const from = new SavedFields(saved, this.name);
    this.#deviceFeaturesSel = from.integer('deviceFeaturesSel', 0, ALL_ONES);
    this.#driverFeaturesSel = from.integer('driverFeaturesSel', 0, ALL_ONES);
    this.#queueSel = from.integer('queueSel', 0, ALL_ONES);
    this.core.restore(from.saved('core'));
  }

  #read(core: VirtioCore, offset: number): number {
    const queue = core.queues[this.#queueSel];
    switch (offset) {
      case DEVICE_ID:
        return core.device.id;
      case DEVICE_FEATURES:
        return this.#deviceFeaturesSel > 1
          ? 0
          : Number((core.negotiation.offered >> BigInt(32 * this.#deviceFeaturesSel)) & 0xffff_ffffn);
      case QUEUE_SIZE_MAX:
        return queue?.maxSize ?? 0;
      case QUEUE_READY:
        return queue?.ready ? 1 : 0;
      case INTERRUPT_STATUS:
        return core.interrupts;
      case STATUS:
        return core.negotiation.status;
      case CONFIG_GENERATION:
        return core.generation;
      default:
        // There are no shared memory regions, which a length of all ones says. Registers that are only written read 0.
        return offset >= SHM_LEN && offset < SHM_END ? ALL_ONES : 0;
    }
  }

  #write(core: VirtioCore, offset: number, value: number): void {
    switch (offset) {
      case DEVICE_FEATURES_SEL:
        return void (this.#deviceFeaturesSel = value);
      case DRIVER_FEATURES:
        return core.negotiation.accept(this.#driverFeaturesSel, value);
      case DRIVER_FEATURES_SEL:
        return void (this.#driverFeaturesSel = value);
      case QUEUE_SEL:
        return void (this.#queueSel = value);
      case QUEUE_READY:
        return core.setReady(this.#queueSel, (value & 1) === 1);
      case QUEUE_NOTIFY:
        return core.notify(value);
      case INTERRUPT_ACK:
        return core.acknowledge(value);
      case STATUS:
        return core.setStatus(value);
      case QUEUE_RESET:
        return (value & 1) === 1 ? core.resetQueue(this.#queueSel) : undefined;
      default:
        return this.#writeQueue(core, offset, value);
    }
  }

  /** Size and addresses of the selected queue; a driver must not touch them while the queue is ready, and cannot. */
  #writeQueue(core: VirtioCore, offset: number, value: number): void {
    const queue = core.queues[this.#queueSel];
    if (!queue || queue.ready) return;
    if (offset === QUEUE_SIZE) queue.size = Math.min(value, 0xffff);
    for (const { low, area } of AREAS) {
      const old = queue.areas[area];
      if (offset === low) queue.areas[area] = ((old >> 32n) << 32n) | BigInt(value);
      if (offset === low + 4) queue.areas[area] = (BigInt(value) << 32n) | (old & 0xffff_ffffn);
    }
  }

  /** Little-endian; what lies behind the configuration reads 0. */
  #loadConfig(offset: number, width: Width): bigint {
    const config = this.core?.device.config;
    let value = 0n;
    for (let i = width - 1; i >= 0; i--) value = (value << 8n) | BigInt(config?.[offset + i] ?? 0);
    return value;
  }

  #storeConfig(core: VirtioCore, offset: number, width: Width, value: bigint): void {
    const bytes = Uint8Array.from({ length: width }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
    core.device.storeConfig(offset, bytes);
  }
}
