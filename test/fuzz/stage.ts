/**
 * Where cases run: VMs under one technique, made once and used for many cases. In the host's memory the attacker lies between a bystander,
 * which works, and a neighbour, which never runs.
 */
import { MemoryStore, OverlayStore, parseIsa, SECTOR, VirtioMmio, type Hart, type Saved } from '#machine';
import { guardParts, TECHNIQUES, type Parts, type TechniqueName, type VmConfig } from '#vmm';
import { DeviceAlarms } from '../../src/vmm/device-alarms';
import type { RunLoopEnd } from '../../src/vmm/parts';
import { run } from '../../src/vmm/run';
import type { Vm } from '../../src/vmm/vm';
import { BYSTANDER_BYTES, PORTED_BYSTANDER_BYTES } from './bystander';
import type { GuestCase } from './case';
import { BASE, LARGE_RAM_BYTES, RAM_BYTES } from './layout';
import { Meter } from './meter';
import { hartBytes, MONITOR_BYTES, PORTED_MONITOR_BYTES } from './program';

const ISA = parseIsa('rv64imac');
const HARTS = 2;
const SHADOW_FRAMES = 64;
const SECTORS = 64;
export const OVERLAY_BYTES = 32 * 1024;
export const CONSOLE_BYTES = 4096;
/** What the neighbour's memory is full of. */
const FILL = 0xa5;
const NEVER = 2n ** 64n - 1n;

/** Instructions of a turn. */
const SLICE = 40;
/** Exits of the attacker and the bystander together before the attacker is stopped: some, and more for each step. */
const [EXITS, EXITS_PER_STEP] = [40, 2];
/** Instructions of the attacker before it is stopped: some, and more for each step. Who has done all its steps by then does the same again and again. */
const [INSTRUCTIONS, INSTRUCTIONS_PER_STEP] = [200, 60];
/** Exits after which it is looked. */
const LOOK = 24;
/** What the bystander may need when it is alone. */
const EXITS_ALONE = 400;

/** What a stage is made for. */
export interface Setting {
  readonly technique: TechniqueName;
  readonly latency: number;
  readonly large: boolean;
}

export class Stage {
  readonly attacker: Vm;
  readonly bystander: Vm;
  readonly neighbour: Vm;
  readonly meter = new Meter();
  /** One by one, the harts that execute guests. */
  readonly harts: readonly Hart[];
  readonly disk = new OverlayStore(new MemoryStore(new Uint8Array(SECTORS * SECTOR)), { limitBytes: OVERLAY_BYTES });
  readonly setting: Setting;
  /** What the bystander has written in this case. */
  printed = '';
  /** Cases so far. */
  performed = 0;
  /** Chains that the attacker's virtio devices gave back in all of them. */
  served = 0;
  readonly #run: (exits: number) => RunLoopEnd;
  readonly #powerOn: ReadonlyMap<Vm, readonly (Saved | undefined)[]>;
  readonly release: () => void;

  constructor(setting: Setting, reference: Parts) {
    this.setting = setting;
    const runLoop: Parts['runLoop'] = (context) => {
      this.meter.watchEntries(context.vcpus);
      return reference.runLoop(context);
    };
    const parts = guardParts({ ...reference, runLoop });
    const { technique } = setting;
    const configs = [this.#bystanderConfig(), this.#attackerConfig(), { ...this.#machine, name: 'neighbour' }];
    const options = { vms: configs, technique, parts, isa: ISA, shadowFrames: SHADOW_FRAMES };
    const { vms, clock, harts, release } = TECHNIQUES[technique].build(options, parts);
    [this.bystander, this.attacker, this.neighbour] = vms;
    this.harts = harts;
    this.release = release;
    for (const { memory } of vms) this.meter.watchMemory(memory);
    this.#powerOn = new Map(vms.map((vm) => [vm, vm.vcpus.map((vcpu) => vcpu.savable?.save())]));
    const alarms = new DeviceAlarms(clock);
    this.#run = (exits) => run({ vms, clock, alarms, harts, parts, slice: SLICE, exits });
    this.bystander.memory.copyIn(BigInt(BASE), this.isPorted ? PORTED_BYSTANDER_BYTES : BYSTANDER_BYTES);
    this.neighbour.memory.copyIn(BigInt(BASE), new Uint8Array(this.ramBytes).fill(FILL));
  }

  /** A VM's RAM, which is one piece of the host's. */
  ramOf({ memory }: Vm): Uint8Array {
    const { buffer, byteOffset } = memory.pages().words(0);
    return new Uint8Array(buffer, byteOffset, this.ramBytes);
  }

  /** Of each VM. */
  get ramBytes(): number {
    return this.setting.large ? LARGE_RAM_BYTES : RAM_BYTES;
  }

  get isPorted(): boolean {
    return TECHNIQUES[this.setting.technique].ported === true;
  }

  /** Runs a case; without one the bystander is alone. Throws whatever the hypervisor throws. */
  perform(each?: GuestCase): void {
    this.printed = '';
    this.performed++;
    this.#stop(this.attacker);
    this.#stop(this.bystander);
    this.attacker.powerOff();
    if (each) {
      this.#load(each);
      this.#start(this.attacker);
    }
    this.bystander.stop = this.bystander.ending = undefined;
    this.#start(this.bystander);
    this.meter.restart();
    const steps = each?.harts.reduce((sum, ops) => sum + ops.length, 0) ?? 0;
    this.#attack(steps);
    if (!this.attacker.stop) this.attacker.end({ why: 'killed', code: 1, detail: OVER });
    this.#run(EXITS_ALONE);
    if (each?.kind === 'virtqueue') this.served += givenBack(this.attacker);
    this.meter.restart();
  }

  /** Attacker and bystander in turn, until the attacker is over or its time is. */
  #attack(steps: number): void {
    const ran = (): number => this.attacker.vcpus.reduce((sum, vcpu) => sum + vcpu.ran, 0);
    const end = ran() + INSTRUCTIONS + INSTRUCTIONS_PER_STEP * steps;
    for (let left = EXITS + EXITS_PER_STEP * steps; left > 0 && ran() < end; left -= LOOK)
      if (this.#run(Math.min(left, LOOK)) !== 'out-of-budget') break;
  }

  #load({ memory, harts }: GuestCase): void {
    const put = (at: number, bytes: Uint8Array) => this.attacker.memory.copyIn(BigInt(at), bytes);
    for (const { at, words } of memory)
      this.attacker.memory.copyIn(at, new Uint8Array(BigUint64Array.from(words).buffer));
    put(BASE, this.isPorted ? PORTED_MONITOR_BYTES : MONITOR_BYTES);
    harts.forEach((ops, hart) => hartBytes(hart, ops).forEach(({ at, bytes }) => put(at, bytes)));
  }

  /** All VCPUs as at power-on, and waiting for somebody to start them. */
  #stop(vm: Vm): void {
    if (this.setting.technique === 'emulation') for (const hart of this.harts) hart.mode = 'M'; // where its firmware starts it
    vm.vcpus.forEach((vcpu, i) => {
      const saved = this.#powerOn.get(vm)![i];
      if (saved) vcpu.savable!.restore(saved);
      vcpu.setTimer(NEVER);
      vcpu.setInterrupt('software', false);
      vcpu.state = 'stopped';
    });
  }

  #start(vm: Vm): void {
    for (const vcpu of vm.vcpus) vcpu.fence();
    vm.vcpus[0].start(BigInt(BASE), 0n);
  }

  /** What is loaded is the case's own business. */
  get #machine(): Pick<VmConfig, 'image' | 'memoryBytes' | 'consoleBytes'> {
    const image = { name: 'nothing', entry: BigInt(BASE), segments: [], symbols: new Map<string, bigint>() };
    return { image, memoryBytes: this.ramBytes, consoleBytes: CONSOLE_BYTES };
  }

  #attackerConfig(): VmConfig {
    const { latency } = this.setting;
    const disk = () => new MemoryStore(new Uint8Array(SECTORS * SECTOR));
    return {
      ...this.#machine,
      name: 'attacker',
      harts: HARTS,
      devices: {
        ata: disk(),
        ideal: disk(),
        virtio: {
          disks: [{ store: this.disk }],
          nets: [
            { mac: new Uint8Array(6), backlog: 8, connect: (device) => ({ send: (frame) => device.send(frame) }) },
          ],
          entropySeed: 1n,
          console: () => undefined,
          latency: latency || undefined,
        },
      },
    };
  }

  #bystanderConfig(): VmConfig {
    return { ...this.#machine, name: 'bystander', console: (byte) => (this.printed += String.fromCharCode(byte)) };
  }
}

/** Why the attacker ended, if it did not end by itself. */
export const OVER = 'its time was over';

/** What drivers of its virtio devices talk to. */
export const virtioOf = ({ bus }: Vm) =>
  bus.claims.flatMap(({ device }) => (device instanceof VirtioMmio && device.core ? [device.core] : []));

const givenBack = (vm: Vm): number =>
  virtioOf(vm)
    .flatMap(({ queues }) => queues)
    .reduce((sum, queue) => sum + (queue.save() as { nextUsed: number }).nextUsed, 0);
