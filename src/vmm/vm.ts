/** A virtual machine: memory, a board's bus, a console and VCPUs. It knows no technique: handlers and SBI work on this. */
import type { Bus, Instruction, Savable } from '#machine';
import type { VmClock } from './clock';
import type { Console } from './console';
import { newCounters, type Counters } from './counters';
import type { DeviceAlarms } from './device-alarms';
import type { SerialPort } from './devices/uart';
import type { GuestEvent, TraceEvent } from './events';
import type { Next, StopReason, TranslationMiss } from './exit';
import type { Inspection } from './inspection';
import type { GuestMemory } from './memory/guest-memory';
import type { Emulated } from './parts';
import type { VirtualTime } from './virtual-time';
import { FirmwareHart } from './sbi/firmware-hart';
import type { SbiOutcome } from './sbi/extension';
import type { Vcpu, VmView } from './vcpu';

/** What the frame needs of a VCPU beyond what a part may see. Each technique implements it. */
export interface HostedVcpu extends Vcpu {
  readonly vm: Vm;
  /** What the VM's clock reads when a timer will wake this VCPU; Infinity if it does not wait, or no timer will. */
  readonly alarm: number;
  /** The guest's `time` now, in ticks. */
  now(): bigint;
  /** Carries out a privileged instruction of the guest's kernel (exit 'privileged'). */
  emulate(instruction: Instruction): Emulated;
  /** Enters a translation that the guest is entitled to into the tables that the hart walks. */
  enterTranslation(miss: TranslationMiss): void;
  /** Another hart asks this one to forget cached translations (SBI remote fences). */
  fence(): void;
  /** Timer interrupt from this tick of `time` on; clears a pending one until then. 2^64-1 means never. */
  setTimer(deadline: bigint): void;
  /** Begins at `pc` in S-mode, without translation, a0 = hart id, a1 = `opaque` (SBI hart start). */
  start(pc: bigint, opaque: bigint): void;
  /** Answers a hypercall (SBI extension 'paravirtual'). Missing: the technique is for guests that know of no hypervisor. */
  hypercall?(fn: bigint, args: readonly bigint[]): SbiOutcome;
  /** A handler has judged the exit: the instruction that caused it counts now, unless it is tried again ('retry'). */
  exitHandled(next: Next): void;
  /**
   * All of the guest's processor, between two runs, by the VM's clock; caches and shadows are not in it. Taking it may end what LR
   * reserved: an SC may fail at any time. Missing on the bare machine.
   */
  readonly savable?: Savable;
  /** Between two runs: what there is to see. */
  inspect(): Inspection;
}

/** What the VCPUs of a technique share and hold on behalf of the guest, beside memory and devices. */
export interface SharedState extends Savable {
  /** What a VM must have in common with this one to take over its snapshot, in words by name. */
  readonly shape: Readonly<Record<string, string>>;
  /** As at power-on; memory is cleared next. */
  reset(): void;
  /** VCPUs and memory have been restored too, perhaps from a malicious file. Throws InputError if they do not go together; the VM must not run then. */
  restored(): void;
}

export interface VmParts {
  readonly id: number;
  readonly name: string;
  /** VCPUs that will be made. */
  readonly harts: number;
  readonly memory: GuestMemory;
  readonly clock: VmClock;
  /** The part. */
  readonly time: VirtualTime;
  readonly bus: Bus;
  readonly alarms: DeviceAlarms;
  readonly uart: SerialPort;
  readonly console: Console;
}

export class Vm implements VmView {
  readonly id: number;
  readonly name: string;
  readonly memory: GuestMemory;
  /** The guest's time. */
  readonly clock: VmClock;
  /** The devices, at guest-physical addresses. */
  readonly bus: Bus;
  /** When they interrupt by themselves. */
  readonly alarms: DeviceAlarms;
  /** One of them. Firmware calls for console input take from it as the guest's own driver would. */
  readonly uart: SerialPort;
  readonly console: Console;
  readonly counters: Counters;
  readonly vcpus: HostedVcpu[] = [];
  /** What the firmware keeps for each hart. */
  readonly firmware: readonly FirmwareHart[];
  /** Missing: VCPUs share nothing else. */
  shared?: SharedState;
  stop?: StopReason;
  /** A device ended the VM in the middle of an instruction (the finisher); the run loop's next step carries it out. */
  ending?: StopReason;
  /** Set while somebody reads the trace. */
  onEvent?: (event: TraceEvent) => void;
  /** Set while somebody compares this guest with another, instruction by instruction (stepping executor only). */
  onGuestEvent?: (vcpu: number, event: GuestEvent) => void;

  constructor(parts: VmParts) {
    this.id = parts.id;
    this.name = parts.name;
    this.memory = parts.memory;
    this.clock = parts.clock;
    this.counters = newCounters(parts.memory.counts);
    this.bus = parts.bus;
    this.alarms = parts.alarms;
    this.console = parts.console;
    this.uart = parts.uart;
    this.firmware = Array.from({ length: parts.harts }, () => new FirmwareHart(parts.time, parts.memory));
  }

  /** Somebody types: bytes arrive at the guest's UART. */
  input(bytes: Iterable<number>): void {
    this.uart.input(bytes);
  }

  /** Not over, and not paused. */
  get running(): boolean {
    return this.stop === undefined && this.clock.running;
  }

  /** Memory, devices, firmware and time are as at power-on; the VCPUs are up to whoever calls. */
  powerOff(): void {
    this.stop = this.ending = undefined;
    this.clock.set(0);
    this.shared?.reset();
    this.memory.clear();
    this.bus.reset();
    this.alarms.changed();
    for (const hart of this.firmware) hart.reset();
  }

  /** The VM is over: none of its VCPUs may be entered again. The first reason stays. */
  end(reason: StopReason): void {
    this.stop ??= reason;
    for (const vcpu of this.vcpus) vcpu.state = 'stopped';
  }
}
