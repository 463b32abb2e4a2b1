/** VMs by emulation: each has memory and harts of its own, and no machine below them. */
import { InputError, MAX_RAM_BYTES, PhysicalMemory, Ram, type Hart } from '#machine';
import { HostClock } from '../clock';
import { FrameAllocator } from '../memory/frames';
import { GuestMemory } from '../memory/guest-memory';
import { EmulatedComputer, SlotMemory, type Turn } from '../techniques/emulation';
import { OwnHartVcpu } from '../techniques/own-hart';
import type { Parts } from '../parts';
import type { Vm } from '../vm';
import { RAM_BASE, VM_ISA } from '../vm-board';
import type { BootOptions, VmConfig } from '../vm-config';
import { allocateSlots } from './slots';
import { listen, mib, vmOnItsBoard, type Built } from './vms';

/** Throws InputError if one of the VMs needs more memory than there can be. */
export function buildEmulation(options: BootOptions, parts: Parts): Built {
  const { isa = VM_ISA } = options;
  const clock = new HostClock();
  const memories: PhysicalMemory[] = [];
  const emulated: Hart[] = [];
  const build = (config: VmConfig, id: number): Vm => {
    const { memoryBytes, harts = 1 } = config;
    if (memoryBytes > MAX_RAM_BYTES) {
      throw new InputError(`VM "${config.name}" needs ${mib(memoryBytes)}; a VM can have ${mib(MAX_RAM_BYTES)}.`);
    }
    const host = new PhysicalMemory(memoryBytes);
    memories.push(host);
    const slots = allocateSlots(config, parts, new FrameAllocator(RAM_BASE, RAM_BASE + memoryBytes));
    const vm = vmOnItsBoard(config, id, { memory: new GuestMemory(new Ram(host), slots), hostClock: clock, parts });
    listen(vm, options);
    const [memory, turn]: [SlotMemory, Turn] = [new SlotMemory(host, slots), {}];
    for (let id = 0; id < harts; id++) {
      const computer = new EmulatedComputer(vm, { id, memory, isa, turn });
      vm.vcpus.push(new OwnHartVcpu(vm, computer, parts.virtualTime));
      emulated.push(computer.hart);
    }
    return vm;
  };
  const vms = options.vms.map(build);
  return { vms, clock, isa, harts: emulated, release: () => memories.forEach((memory) => memory.release()) };
}
