/** Starts guests under the hypervisor: the one way in, for the command line, the graders and the tests. */
import { endOf, Gateway, INSTRUCTIONS_PER_TICK, type Hart, type Isa } from '#machine';
import { TECHNIQUES } from './build';
import type { HostClock } from './clock';
import { controlOf, type Control } from './control';
import type { Counters } from './counters';
import { DeviceAlarms } from './device-alarms';
import type { StopReason } from './exit';
import { guardParts } from './guarded';
import type { RunLoopEnd } from './parts';
import { run } from './run';
import { Scheduling } from './scheduling';
import type { Vm } from './vm';
import { vmDeviceTree } from './vm-board';
import { checkConfig, stretchesOf, type BootOptions, type VmConfig } from './vm-config';

/** What became of a VM. */
export interface VmResult {
  readonly name: string;
  /** All that the guest wrote, a character for each byte. */
  readonly console: string;
  /** Missing while the VM is not over: it was still running, or waits for input. */
  readonly stop?: StopReason;
  readonly counters: Counters;
  /** Stands for the contents of the guest's RAM: two runs with equal memories have equal digests. */
  readonly digest: string;
}

/** Guests that have been loaded and run when asked. */
export interface Host extends Control {
  readonly vms: readonly Vm[];
  /** The machine's harts that execute the guests, to be looked at. */
  readonly harts: readonly Hart[];
  /**
   * Runs the guests for at most `exits` VM exits, in turns of `slice` instructions if that is given. May be called again to go on, also after a 'deadlock' if a guest has had
   * input since (`vms[i].input`). Throws PartFailure or NotWritten if a part fails, unless `onPartFailure` was given.
   */
  run(exits: number, slice?: number): RunLoopEnd;
  /** The guests' time in ticks. */
  now(): bigint;
  /** Instructions that passed on the host: those that guests began, and those that nobody could. */
  passed(): number;
  results(): readonly VmResult[];
  /** Gives the memory back: for who boots many, one after the other. Nothing of the host may be used after that. */
  release(): void;
}

/**
 * The first 800 million instructions of two Linux machines under `hardware` took 7.6 s of processor time so, 12.0 with a tenth of it, and 6.4
 * with ten times as much; but the longer a turn, the longer the machine that a person types to may wait for its own.
 */
const DEFAULT_SLICE = 100_000;

/** Builds the machine and the VMs and loads the guests. Throws InputError for a configuration that cannot run. */
export function bootVms(options: BootOptions): Host {
  checkConfig(options);
  const { slice = DEFAULT_SLICE } = options;
  const parts = guardParts(options.parts);
  const { vms, clock, isa, harts, release } = TECHNIQUES[options.technique].build(options, parts);
  const control = controlOf(vms, options.technique, (vm) => load(vm, options.vms[vm.id], isa));
  vms.forEach((vm, i) => load(vm, options.vms[i], isa));
  const alarms = options.technique === 'bare' ? new DeviceAlarms(clock) : gatewaysOf(options, clock);
  const vcpus = vms.flatMap((vm) => vm.vcpus);
  const scheduling = options.scheduled ? new Scheduling(parts.scheduler({ slice }), vcpus, clock) : undefined;
  return {
    ...control,
    vms,
    harts,
    run: (exits, turn = slice) =>
      run({ vms, clock, alarms, harts, parts, scheduling, slice: turn, exits, onPartFailure: options.onPartFailure }),
    now: () => vms[0].vcpus[0].now(),
    passed: () => (options.technique === 'bare' ? Number(vms[0].vcpus[0].now()) * INSTRUCTIONS_PER_TICK : clock.now),
    results: () => vms.map(resultOf),
    release,
  };
}

/** The nodes of the networks that belong to no VM; their time is the host's. */
function gatewaysOf({ gateways = [] }: BootOptions, clock: HostClock): DeviceAlarms {
  const alarms = new DeviceAlarms(clock);
  for (const connect of gateways) alarms.add(new Gateway(connect, { now: () => clock.now }, () => alarms.changed()));
  return alarms;
}

/** Puts guest and device tree into the VM's RAM, and hart 0 at the entry: a0 = its id, a1 = address of the tree. */
function load(vm: Vm, config: VmConfig, isa: Isa): void {
  const { image, initrd, harts = 1, append, rngSeed, devices } = config;
  const tree = vmDeviceTree({
    harts,
    ram: stretchesOf(config),
    entry: image.entry,
    initrd: initrd && { start: initrd.segments[0].address, end: endOf(initrd.segments[0]) },
    append,
    rngSeed,
    isa,
    devices,
  });
  vm.memory.copyIn(BigInt(tree.address), tree.bytes);
  for (const { address, bytes, memBytes } of [...image.segments, ...(initrd?.segments ?? [])]) {
    vm.memory.copyIn(BigInt(address), bytes);
    vm.memory.copyIn(BigInt(address + bytes.length), new Uint8Array(memBytes - bytes.length));
  }
  vm.memory.counts.bytesCopied = 0;
  vm.vcpus[0].start(image.entry, BigInt(tree.address));
}

const resultOf = (vm: Vm): VmResult => ({
  name: vm.name,
  console: vm.console.text,
  stop: vm.stop,
  counters: vm.counters,
  // Only who asks pays for looking at all of the memory.
  get digest() {
    return vm.memory.digest();
  },
});
