/** VMs whose guests are ported to us: one hart that they share, RAM for all of them and the maps that they start with. */
import { createMachine, InputError, MAX_RAM_BYTES } from '#machine';
import { HostClock } from '../clock';
import { FrameTable } from '../memory/frame-table';
import { FrameAllocator } from '../memory/frames';
import { GuestMemory } from '../memory/guest-memory';
import { PAGE_SIZE } from '../memory/slots';
import type { Parts } from '../parts';
import { HostHart } from '../techniques/host-hart';
import { Domain } from '../techniques/paravirtual/domain';
import { StartMap } from '../techniques/paravirtual/start-map';
import { ParavirtualVcpu } from '../techniques/paravirtual/vcpu';
import { RAM_BASE, VM_ISA } from '../vm-board';
import { rangesOf, type BootOptions, type VmConfig } from '../vm-config';
import { allocateSlots } from './slots';
import { checkIsa, listen, mib, vmOnItsBoard, type Built } from './vms';

/** Throws InputError for extensions that there are not, and if the VMs and their start maps need more RAM than a machine can have. */
export function buildParavirtual(options: BootOptions, parts: Parts): Built {
  const { vms, engine, isa = VM_ISA } = options;
  checkIsa(isa, VM_ISA, 'paravirtual');
  const ramBytes = vms.reduce((sum, vm) => sum + vm.memoryBytes + startMapBytes(vm), 0);
  if (ramBytes > MAX_RAM_BYTES) {
    throw new InputError(`The VMs need ${mib(ramBytes)}; this machine can have ${mib(MAX_RAM_BYTES)}.`);
  }
  const machine = createMachine({ ramBytes, engine, isa: isa.name, nativeMode: 'S' });
  const host = new HostHart(machine.harts[0]);
  const frames = new FrameAllocator(RAM_BASE, RAM_BASE + ramBytes);
  const table = new FrameTable(machine.ram);
  const clock = new HostClock();
  const built = vms.map((config, id) => {
    const slots = allocateSlots(config, parts, frames);
    const vm = vmOnItsBoard(config, id, { memory: new GuestMemory(machine.ram, slots), hostClock: clock, parts });
    listen(vm, options);
    const startMap = new StartMap(machine.ram, frames, slots);
    const domain = new Domain(vm, machine.ram, table, startMap, parts.paravirtualCpu);
    for (let hart = 0; hart < (config.harts ?? 1); hart++) {
      const vcpu = new ParavirtualVcpu(vm, { id: hart, host, domain, time: parts.virtualTime });
      domain.vcpus.push(vcpu);
      vm.vcpus.push(vcpu);
    }
    return vm;
  });
  return { vms: built, clock, isa, harts: machine.harts, release: () => machine.release() };
}

function startMapBytes(config: VmConfig): number {
  const { memoryBytes, pieceBytes = memoryBytes } = config;
  const pieces = rangesOf(config).reduce((sum, { size }) => sum + Math.ceil(size / pieceBytes), 0);
  return StartMap.framesFor(memoryBytes, pieces) * PAGE_SIZE;
}
