/** What every technique's builder needs: a VM on its board, with RAM from the host's, before any guest is loaded. */
import { EXTENSIONS, InputError, type DmaMemory, type Hart, type Isa } from '#machine';
import { VmClock, type HostClock } from '../clock';
import { Console } from '../console';
import type { StopReason } from '../exit';
import type { GuestMemory } from '../memory/guest-memory';
import type { Parts } from '../parts';
import { Vm } from '../vm';
import { vmBoard } from '../vm-board';
import type { BootOptions, VmConfig } from '../vm-config';

/** VMs that are ready to be loaded, and the clock that they share. */
export interface Built {
  readonly vms: readonly Vm[];
  readonly clock: HostClock;
  /** What the guests' harts can do; the device tree says so. */
  readonly isa: Isa;
  /** The machine's harts that execute the guests: their page walks are counted. */
  readonly harts: readonly Hart[];
  /** Gives the memory of all this to whoever builds next. */
  release(): void;
}

export const mib = (bytes: number): string => `${Math.floor(bytes / 2 ** 20)} MiB`;

/** Throws InputError for extensions that guests under a technique cannot have; `most` is all that they can. */
export function checkIsa(isa: Isa, most: Isa, technique: string): void {
  const missing = EXTENSIONS.find((extension) => isa.has(extension) && !most.has(extension));
  if (missing === undefined) return;
  throw new InputError(`Guests under ${technique} have no ${missing}; the most that they can have is ${most.name}.`);
}

/** What a VM gets from the host. */
interface VmSurroundings {
  readonly memory: GuestMemory;
  readonly hostClock: HostClock;
  readonly parts: Parts;
}

/** A VM with devices of its own; its VCPUs come later, and the board's wires find them then. */
export function vmOnItsBoard(config: VmConfig, id: number, { memory, hostClock, parts }: VmSurroundings): Vm {
  const { name, harts = 1, console: sink, devices } = config;
  const clock = new VmClock(hostClock);
  const console = new Console(sink, config.consoleBytes);
  const wiring = {
    external: Array.from({ length: harts }, (_, hart) => ({
      set: (level: boolean) => vm.vcpus[hart]?.setInterrupt('external', level),
    })),
    dma: guestDma(memory),
    clock,
    parts,
    send: (byte: number) => console.write(byte),
    end: (reason: StopReason) => {
      vm.ending = reason;
    },
  };
  const vm: Vm = new Vm({
    id,
    name,
    harts,
    memory,
    clock,
    time: parts.virtualTime,
    ...vmBoard(wiring, devices),
    console,
  });
  return vm;
}

/** The port through which a VM's devices reach memory: its slots and nothing else. Registers of devices are never reached. */
export function guestDma(memory: GuestMemory): DmaMemory {
  return {
    allows: (address, size, access) =>
      access === 'write'
        ? memory.takes(BigInt(address), size)
        : memory.slots.pieces(BigInt(address), size) !== undefined,
    read: (address, size) => memory.copyOut(BigInt(address), size),
    write: (address, bytes) => memory.copyIn(BigInt(address), bytes),
  };
}

/** Connects those who want to hear of the VM. Before its VCPUs are made, because these look once. */
export function listen(vm: Vm, { onEvent, onGuestEvent }: BootOptions): void {
  vm.onEvent = onEvent;
  vm.onGuestEvent = onGuestEvent && ((vcpu, event) => onGuestEvent(vm, vcpu, event));
}
