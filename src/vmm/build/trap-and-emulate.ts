/** VMs under trap-and-emulate: a machine with one hart that they share, and RAM for all of them and their shadows. */
import { createMachine, InputError, MAX_RAM_BYTES, parseIsa } from '#machine';
import { HostClock } from '../clock';
import { FrameAllocator } from '../memory/frames';
import { GuestMemory } from '../memory/guest-memory';
import { ShadowTables } from '../memory/shadow/shadow-tables';
import type { Parts } from '../parts';
import { HostHart } from '../techniques/host-hart';
import { TrapAndEmulateVcpu } from '../techniques/trap-and-emulate';
import { RAM_BASE, VM_ISA } from '../vm-board';
import type { BootOptions } from '../vm-config';
import { shadowBytesOf, shadowFramesOf } from './shadow-frames';
import { allocateSlots } from './slots';
import { checkIsa, listen, mib, vmOnItsBoard, type Built } from './vms';

/**
 * What runs in U-mode without asking anybody, in the guest's kernel too. Not: what a supervisor's CSRs switch on or off (Zicboz,
 * Svadu, Sstc ...), as these are virtual here. Xleaky is here to be seen to fail.
 */
export const UNPRIVILEGED_ISA = parseIsa('rv64gcb_zicond_zihintpause');
const LEAKY_ISA = parseIsa(`${UNPRIVILEGED_ISA.name}_xleaky`);

/** Throws InputError if the VMs and their shadows need more RAM than a machine can have. */
export function buildTrapAndEmulate(options: BootOptions, parts: Parts): Built {
  const { vms, engine, isa = VM_ISA } = options;
  checkIsa(isa, LEAKY_ISA, 'trap-and-emulate');
  const shadowBytes = shadowBytesOf(options);
  const ramBytes = vms.reduce((sum, { memoryBytes }) => sum + memoryBytes, shadowBytes);
  if (ramBytes > MAX_RAM_BYTES) {
    throw new InputError(
      `The VMs need ${mib(ramBytes)}, with ${mib(shadowBytes)} for their shadow tables; this machine can have ${mib(MAX_RAM_BYTES)}.`,
    );
  }
  const machine = createMachine({ ramBytes, engine, isa: isa.name, nativeMode: 'S' });
  const host = new HostHart(machine.harts[0]);
  const frames = new FrameAllocator(RAM_BASE, RAM_BASE + ramBytes);
  const clock = new HostClock();
  const built = vms.map((config, id) => {
    const vm = vmOnItsBoard(config, id, {
      memory: new GuestMemory(machine.ram, allocateSlots(config, parts, frames)),
      hostClock: clock,
      parts,
    });
    listen(vm, options);
    const { ram } = machine;
    const tables = new ShadowTables(
      { frames, ram, slots: vm.memory.slots, limit: shadowFramesOf(config, options) },
      vm.counters,
    );
    vm.memory.onStore = (hpa, length) => tables.written(hpa, length);
    for (let hart = 0; hart < (config.harts ?? 1); hart++)
      vm.vcpus.push(new TrapAndEmulateVcpu(vm, { id: hart, isa, host, tables, parts }));
    return vm;
  });
  return { vms: built, clock, isa, harts: machine.harts, release: () => machine.release() };
}
