/** A VM's board: the same devices at the same addresses as on the bare machine, less what belongs to firmware (ROM and CLINT). */
import {
  BOARD,
  Bus,
  deviceTree,
  Finisher,
  parseIsa,
  Plic,
  Uart16550,
  unconnected,
  type Ending,
  type IrqLine,
  type Isa,
} from '#machine';
import type { StopReason } from './exit';

export const RAM_BASE = BOARD.ram.base;

/** What a VM's harts can do, and the harts that carry them, where nothing else is said: a machine without the hypervisor extension, as lessons 01 to 13 need it. */
export const VM_ISA = parseIsa('rv64imac');

const PLIC_SOURCES = 96;
const TICKS_PER_SECOND = 10_000_000;
const MIB = 2 ** 20;

/** A VM has no clock of its own to set, and no disks and virtio devices yet. */
const VM_MAP = { ...BOARD, rtc: undefined, virtio: undefined, ata: undefined };

export interface VmBoard {
  readonly bus: Bus;
  readonly uart: Uart16550;
}

/** What the board's wires are soldered to. */
export interface Wiring {
  /** The external-interrupt wire of each VCPU. */
  readonly external: readonly IrqLine[];
  /** Takes each byte that the guest sends through its UART. */
  send(byte: number): void;
  /** The guest stored a command into the finisher. */
  end(reason: StopReason): void;
}

export function vmBoard({ external, send, end }: Wiring): VmBoard {
  // Two contexts a hart, as on the bare board: M-mode's leads nowhere, because a VM has no M-mode.
  const plic = new Plic(
    PLIC_SOURCES,
    external.flatMap((line) => [unconnected, line]),
  );
  const uart = new Uart16550(plic.source(BOARD.uart.irq), send);
  const bus = new Bus();
  bus.claim(BOARD.test.base, new Finisher((ending) => end(endingOf(ending))));
  bus.claim(BOARD.plic.base, plic);
  bus.claim(BOARD.uart.base, uart);
  return { bus, uart };
}

/** What a store to the finisher means for a VM. */
export function endingOf(ending: Ending): StopReason {
  if (ending.kind === 'reset') return { why: 'reboot', code: 0, detail: 'the guest asked its board to reset' };
  if (ending.code === 0) return { why: 'shutdown', code: 0, detail: 'the guest switched its machine off' };
  return { why: 'crashed', code: ending.code, detail: `the guest ended with failure code ${ending.code}` };
}

/**
 * The device tree that a guest finds through a1, and where: as high in RAM as QEMU would put it, or higher if that is where
 * the kernel begins.
 */
export function vmDeviceTree(options: { harts: number; ramBytes: number; append?: string; isa: Isa }): {
  address: number;
  bytes: Uint8Array;
} {
  const bytes = deviceTree(VM_MAP, {
    harts: options.harts,
    ramBytes: options.ramBytes,
    plicSources: PLIC_SOURCES,
    isa: options.isa.name,
    translation: 'sv57',
    timebase: TICKS_PER_SECOND,
    bootargs: options.append,
  });
  const top = Math.min(RAM_BASE + options.ramBytes, 3072 * MIB) - bytes.length;
  const aligned = top - (top % (2 * MIB));
  return { address: aligned > RAM_BASE + 2 * MIB ? aligned : top - (top % 4096), bytes };
}
