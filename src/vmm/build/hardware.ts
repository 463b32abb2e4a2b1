/** VMs under hardware assistance: a machine with one hart that has the hypervisor extension, and RAM for all of them and their second stages. */
import { createMachine, EXTENSIONS, FULL_ISA, InputError, Isa, MAX_RAM_BYTES } from '#machine';
import { HostClock } from '../clock';
import { FrameAllocator } from '../memory/frames';
import { GuestMemory } from '../memory/guest-memory';
import { GuestPhysicalMemory, tableBytes } from '../memory/guest-physical';
import { PAGE_SIZE } from '../memory/slots';
import type { Parts } from '../parts';
import { HypervisorHart } from '../techniques/hardware/hypervisor-hart';
import { HardwareVcpu } from '../techniques/hardware/vcpu';
import { RAM_BASE, VM_ISA } from '../vm-board';
import { rangesOf, type BootOptions, type VmConfig } from '../vm-config';
import { allocateSlots } from './slots';
import { checkIsa, listen, mib, vmOnItsBoard, type Built } from './vms';

const extensionsOf = (isa: Isa) => EXTENSIONS.filter((extension) => isa.has(extension));

/** All that the machine has, but H: guests are no hypervisors themselves. */
export const GUEST_ISA = new Isa(extensionsOf(FULL_ISA).filter((extension) => extension !== 'H'));

/** Guest RAM begins at a multiple of this in the host, so that a leaf of this size can map it. */
const SUPERPAGE = 2 ** 21;

/** Throws InputError if the VMs and their tables need more RAM than a machine can have. */
export function buildHardware(options: BootOptions, parts: Parts): Built {
  const { vms, engine, isa = VM_ISA } = options;
  checkIsa(isa, GUEST_ISA, 'hardware');
  const ramBytes = vms.reduce((sum, vm) => sum + hostBytes(vm), 0);
  if (ramBytes > MAX_RAM_BYTES) {
    throw new InputError(
      `The VMs need ${mib(ramBytes)} with their page tables; this machine can have ${mib(MAX_RAM_BYTES)}.`,
    );
  }
  const machine = createMachine({
    ramBytes,
    engine,
    isa: new Isa([...extensionsOf(isa), 'H']).name,
    nativeMode: 'S',
  });
  const clock = new HostClock();
  const host = new HypervisorHart(machine, parts.hardwareAssist);
  const frames = new FrameAllocator(RAM_BASE, RAM_BASE + ramBytes);
  // RAM of all first: tables between would cost each VM up to a superpage.
  const ram = vms.map((config) => allocateSlots(config, parts, frames, isInSuperpages(config) ? SUPERPAGE : undefined));
  const built = vms.map((config, id) => {
    const slots = ram[id];
    const vm = vmOnItsBoard(config, id, { memory: new GuestMemory(machine.ram, slots), hostClock: clock, parts });
    listen(vm, options);
    const end = BigInt(Math.max(...rangesOf(config).map(({ gpa, size }) => gpa + size)));
    const { gStage } = parts;
    const space = new GuestPhysicalMemory({ slots, end, frames, ram: machine.ram, gStage, counters: vm.counters });
    const hgatp = space.hgatp(id + 1); // 0 is nobody's
    for (let hart = 0; hart < (config.harts ?? 1); hart++) {
      vm.vcpus.push(new HardwareVcpu(vm, { id: hart, host, space, hgatp, parts }));
    }
    return vm;
  });
  return { vms: built, clock, isa, harts: machine.harts, release: () => machine.release() };
}

const isInSuperpages = ({ memoryBytes, pieceBytes = memoryBytes }: VmConfig): boolean => pieceBytes >= SUPERPAGE;

/** Host memory that one VM needs: its RAM, aligned, and its tables. */
function hostBytes(config: VmConfig): number {
  const { memoryBytes, pieceBytes = memoryBytes } = config;
  const unit = isInSuperpages(config) ? SUPERPAGE : PAGE_SIZE;
  const pieces = rangesOf(config).flatMap(({ size }) => [
    ...Array.from({ length: Math.floor(size / pieceBytes) }, () => pieceBytes),
    size % pieceBytes,
  ]);
  const aligned = pieces.reduce((sum, piece) => sum + Math.ceil(piece / unit) * unit, 0);
  return aligned + tableBytes(memoryBytes, pieces.length);
}
