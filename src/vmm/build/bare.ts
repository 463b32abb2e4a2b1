/** No VM at all: the machine itself, with its own devices; the "VM" is the view that run loop and SBI have of it. */
import { createMachine } from '#machine';
import { HostClock, VmClock } from '../clock';
import { Console } from '../console';
import { DeviceAlarms } from '../device-alarms';
import { GuestMemory } from '../memory/guest-memory';
import { MemorySlots } from '../memory/slots';
import type { Parts } from '../parts';
import { bareComputer } from '../techniques/bare';
import { OwnHartVcpu } from '../techniques/own-hart';
import { Vm } from '../vm';
import { RAM_BASE, VM_ISA } from '../vm-board';
import type { BootOptions } from '../vm-config';
import { listen, type Built } from './vms';

export function buildBare(options: BootOptions, parts: Parts): Built {
  const [config] = options.vms;
  const { isa = VM_ISA } = options;
  const console = new Console(config.console, config.consoleBytes);
  const machine = createMachine({
    ramBytes: config.memoryBytes,
    engine: options.engine,
    isa: isa.name,
    nativeMode: 'M',
    console: (byte) => console.write(byte),
    ...config.devices,
    gateway: options.gateways?.[0],
  });
  const slots = new MemorySlots(parts.guestMemory);
  slots.add({ gpa: BigInt(RAM_BASE), hpa: RAM_BASE, size: config.memoryBytes });
  const memory = new GuestMemory(machine.ram, slots);
  const hostClock = new HostClock();
  const clock = new VmClock(hostClock);
  const alarms = new DeviceAlarms(clock); // none: the machine minds its own
  const vm = new Vm({
    id: 0,
    name: config.name,
    harts: 1,
    memory,
    clock,
    time: parts.virtualTime,
    bus: machine.bus,
    alarms,
    uart: machine.uart,
    console,
  });
  listen(vm, options);
  vm.vcpus.push(new OwnHartVcpu(vm, bareComputer(machine), parts.virtualTime));
  return { vms: [vm], clock: hostClock, isa, harts: machine.harts, release: () => machine.release() };
}
