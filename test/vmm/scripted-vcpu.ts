/** The other side of handlers and SBI: a VCPU that only remembers what was done to it, in a VM with a few pages of RAM. */
import { referenceParts } from '#reference';
import { sbiCall } from '../../src/vmm/sbi';
import { BOARD, createMachine, type Instruction } from '#machine';
import { guestDma } from '../../src/vmm/build/vms';
import { HostClock, VmClock } from '../../src/vmm/clock';
import { Console } from '../../src/vmm/console';
import type { Next, VmExit } from '../../src/vmm/exit';
import { GuestMemory } from '../../src/vmm/memory/guest-memory';
import { MemorySlots } from '../../src/vmm/memory/slots';
import type { Emulated } from '../../src/vmm/parts';
import type { Injection } from '../../src/vmm/vcpu';
import { Vm, type HostedVcpu } from '../../src/vmm/vm';
import { vmBoard } from '../../src/vmm/vm-board';

export class ScriptedVcpu implements HostedVcpu {
  readonly vm: Vm;
  readonly id: number;
  pc = 0x8020_0000n;
  ran = 0;
  state: HostedVcpu['state'] = 'runnable';
  alarm = Infinity;
  registers = Array.from({ length: 32 }, () => 0n);
  /** Everything that somebody asked of this VCPU, in order. */
  readonly calls: unknown[][] = [];
  /** What `emulate` answers. */
  emulated: Emulated = 'advance';
  /** Exits that `run` gives, in order; then it is out of them and says 'budget'. */
  exits: VmExit[] = [];

  constructor(vm: Vm, id: number) {
    this.vm = vm;
    this.id = id;
  }

  readonly x = {
    get: (register: number) => (register === 0 ? 0n : this.registers[register]),
    set: (register: number, value: bigint) => void (this.registers[register] = BigInt.asUintN(64, value)),
  };
  run(budget: number): VmExit {
    this.ran += Math.min(budget, 10);
    this.calls.push(['run', budget]);
    return this.exits.shift() ?? { kind: 'budget' };
  }
  now = () => 0n;
  inspect = () => ({ mode: 'S' as const, begun: 0n, csrs: [] });
  inject = (trap: Injection) => void this.calls.push(['inject', trap]);
  setInterrupt = (...args: unknown[]) => void this.calls.push(['setInterrupt', ...args]);
  emulate = (instruction: Instruction): Emulated => (this.calls.push(['emulate', instruction.row.name]), this.emulated);
  enterTranslation = (miss: unknown) => void this.calls.push(['enterTranslation', miss]);
  fence = () => void this.calls.push(['fence']);
  setTimer = (deadline: bigint) => void this.calls.push(['setTimer', deadline]);
  start = (...args: unknown[]) => {
    this.calls.push(['start', ...args]);
    this.state = 'runnable';
  };
  exitHandled = (next: Next) => void this.calls.push(['exitHandled', next]);
}

export const RAM = 0x8000_0000n;
/** In two slots, so that each test that crosses their border crosses one in host memory too. */
export const RAM_BYTES = 0x4000;

/** One memory for all tests of a file: building a machine takes longer than any of them. */
const { ram } = createMachine({ ramBytes: 2 ** 20 });

/** A VM with RAM at 0x80000000 .. 0x80003fff, a virt board's devices and `harts` scripted VCPUs. */
export function scriptedVm(harts = 1): { vm: Vm; vcpus: ScriptedVcpu[]; printed: () => string } {
  ram.fill(ram.base, ram.size);
  const slots = new MemorySlots(referenceParts.guestMemory);
  slots.add({ gpa: RAM, hpa: 0x8008_0000, size: 0x2000 });
  slots.add({ gpa: RAM + 0x2000n, hpa: 0x8001_0000, size: 0x2000 });
  const console = new Console();
  const memory = new GuestMemory(ram, slots);
  const clock = new VmClock(new HostClock());
  const board = vmBoard({
    dma: guestDma(memory),
    parts: referenceParts,
    clock,
    external: Array.from({ length: harts }, (_, i) => ({
      set: (level: boolean) => vm.vcpus[i].setInterrupt('external', level),
    })),
    send: (byte) => console.write(byte),
    end: (reason) => void (vm.ending = reason),
  });
  const vm: Vm = new Vm({
    id: 0,
    name: 'scripted',
    harts,
    memory,
    clock,
    time: referenceParts.virtualTime,
    ...board,
    console,
  });
  const vcpus = Array.from({ length: harts }, (_, id) => new ScriptedVcpu(vm, id));
  vm.vcpus.push(...vcpus);
  return { vm, vcpus, printed: () => console.text };
}

export const UART = BigInt(BOARD.uart.base);
export const FINISHER = BigInt(BOARD.test.base);
export const PLIC = BigInt(BOARD.plic.base);

/** Such a VM, and what makes SBI calls from its hart 0; arguments that are not given are 0. */
export function firmwareOf(harts = 1) {
  const scripted = scriptedVm(harts);
  const call = (extension: bigint, fn: bigint, ...args: bigint[]) =>
    sbiCall(scripted.vm, scripted.vcpus[0], {
      extension,
      fn,
      args: [...args, 0n, 0n, 0n, 0n, 0n, 0n].slice(0, 6),
    });
  return { ...scripted, call };
}
