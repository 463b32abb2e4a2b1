/** Builds what a run needs, one function a technique: memory, boards and VCPUs, before any guest is loaded. */
import { createMachine, InputError, MAX_RAM_BYTES } from '#machine';
import { HostClock } from './clock';
import { Console } from './console';
import { FrameAllocator } from './memory/frames';
import { GuestMemory } from './memory/guest-memory';
import { Shadow } from './memory/shadow';
import { MemorySlots, PAGE_SIZE } from './memory/slots';
import type { Parts } from './parts';
import { BareVcpu } from './techniques/bare';
import { HostHart } from './techniques/host-hart';
import { TrapAndEmulateVcpu } from './techniques/trap-and-emulate';
import { Vm } from './vm';
import { RAM_BASE, VM_ISA, vmBoard } from './vm-board';
import type { BootOptions, VmConfig } from './vm-config';

/** VMs that are ready to be loaded, and the clock that they share. */
export interface Built {
  readonly vms: readonly Vm[];
  readonly clock: HostClock;
  /** Gives the memory of all this to whoever builds next. */
  release(): void;
}

const DEFAULT_SHADOW_FRAMES = 1024;

const mib = (bytes: number): string => `${Math.floor(bytes / 2 ** 20)} MiB`;

export const builders: Readonly<Record<BootOptions['technique'], (options: BootOptions, parts: Parts) => Built>> = {
  'trap-and-emulate': buildTrapAndEmulate,
  bare: buildBare,
};

/** A machine with one hart that the VMs share, and RAM for all of them and their shadows. */
function buildTrapAndEmulate(options: BootOptions, parts: Parts): Built {
  const { vms, engine, shadowFrames = DEFAULT_SHADOW_FRAMES } = options;
  const vcpus = vms.reduce((sum, { harts = 1 }) => sum + harts, 0);
  const shadowBytes = shadowFrames * PAGE_SIZE;
  const ramBytes = vms.reduce((sum, { memoryBytes }) => sum + memoryBytes, vcpus * shadowBytes);
  if (ramBytes > MAX_RAM_BYTES) {
    throw new InputError(
      `The VMs need ${mib(ramBytes)}, with ${mib(shadowBytes)} for the shadow tables of each VCPU; this machine can have ${mib(MAX_RAM_BYTES)}.`,
    );
  }
  const machine = createMachine({ ramBytes, engine, isa: VM_ISA.name, nativeMode: 'S' });
  const host = new HostHart(machine.harts[0]);
  const frames = new FrameAllocator(RAM_BASE, RAM_BASE + ramBytes);
  const clock = new HostClock();
  const built = vms.map((config, id) => {
    const vm = vmOnItsBoard(config, id, new GuestMemory(machine.ram, allocateSlots(config, frames)));
    listen(vm, options);
    for (let hart = 0; hart < (config.harts ?? 1); hart++) {
      const shadow = new Shadow(frames, machine.ram, shadowFrames);
      vm.vcpus.push(new TrapAndEmulateVcpu(vm, { id: hart, host, clock, shadow, parts }));
    }
    return vm;
  });
  return { vms: built, clock, release: () => machine.release() };
}

/** The machine itself, with its own devices; the "VM" is the view that run loop and SBI have of it. */
function buildBare(options: BootOptions): Built {
  const [config] = options.vms;
  const console = new Console(config.console);
  const machine = createMachine({
    ramBytes: config.memoryBytes,
    engine: options.engine,
    isa: VM_ISA.name,
    nativeMode: 'M',
    console: (byte) => console.write(byte),
  });
  // The guest gets a VM's device tree; of the machine's own nothing may be left.
  machine.ram.fill(machine.fdtAddress, machine.fdt().length, 0);
  const slots = new MemorySlots();
  slots.add({ gpa: BigInt(RAM_BASE), hpa: RAM_BASE, size: config.memoryBytes });
  const memory = new GuestMemory(machine.ram, slots);
  const vm = new Vm({ id: 0, name: config.name, memory, bus: machine.bus, uart: machine.uart, console });
  listen(vm, options);
  vm.vcpus.push(new BareVcpu(vm, machine));
  return { vms: [vm], clock: new HostClock(), release: () => machine.release() };
}

/** The VM's RAM: consecutive for the guest, in pieces for the host, the last piece first so that they are out of order. */
function allocateSlots({ memoryBytes, pieceBytes = memoryBytes }: VmConfig, frames: FrameAllocator): MemorySlots {
  const slots = new MemorySlots();
  for (let at = Math.floor((memoryBytes - 1) / pieceBytes) * pieceBytes; at >= 0; at -= pieceBytes) {
    const size = Math.min(pieceBytes, memoryBytes - at);
    const hpa = frames.allocateRange(size);
    if (hpa === undefined) throw new Error('the host was made too small for its VMs');
    slots.add({ gpa: BigInt(RAM_BASE + at), hpa, size });
  }
  return slots;
}

/** A VM with devices of its own; its VCPUs come later, and the board's wires find them then. */
function vmOnItsBoard({ name, harts = 1, console: sink }: VmConfig, id: number, memory: GuestMemory): Vm {
  const console = new Console(sink);
  const board = vmBoard({
    external: Array.from({ length: harts }, (_, hart) => ({
      set: (level: boolean) => vm.vcpus[hart]?.setInterrupt('external', level),
    })),
    send: (byte) => console.write(byte),
    end: (reason) => {
      vm.ending = reason;
    },
  });
  const vm: Vm = new Vm({ id, name, memory, ...board, console });
  return vm;
}

/** Connects those who want to hear of the VM. Before its VCPUs are made, because these look once. */
function listen(vm: Vm, { onEvent, onGuestEvent }: BootOptions): void {
  vm.onEvent = onEvent;
  vm.onGuestEvent = onGuestEvent && ((vcpu, event) => onGuestEvent(vm, vcpu, event));
}
