/** The board: which device sits at which address and which wire goes where. The map is that of QEMU's virt board. */
import { Bus } from './bus/bus';
import type { DmaMemory } from './bus/dma';
import { Rom } from './bus/rom';
import type { BoardMap } from './device-tree';
import { Ata } from './devices/ata';
import type { BlockStore } from './devices/block-store';
import { Finisher, type Ending } from './devices/finisher';
import { IdealDisk } from './devices/ideal-disk';
import { GoldfishRtc } from './devices/rtc';
import { Uart16550 } from './devices/uart16550';
import { virtioSlots, type VirtioSetup, type VirtioSlots } from './devices/virtio/slots';
import { RAM_BASE } from './engine/layout';
import { Mswi, Mtimer, type InstructionClock } from './irq/aclint';
import type { IrqLine } from './irq/line';
import { Plic } from './irq/plic';
import { Gateway } from './net/gateway';
import type { Link } from './net/link';

/** Physical addresses and sizes in bytes; `irq` is a source of the PLIC. */
export const BOARD = {
  rom: { base: 0x1000, size: 0xf000 },
  test: { base: 0x10_0000, size: 0x1000 },
  rtc: { base: 0x10_1000, size: 0x1000, irq: 11 },
  clint: { base: 0x200_0000, size: 0x1_0000 }, // both ACLINT devices, where a SiFive CLINT has them
  mswi: { base: 0x200_0000 },
  mtimer: { base: 0x200_4000 },
  plic: { base: 0xc00_0000, size: 0x60_0000 },
  uart: { base: 0x1000_0000, size: 0x100, irq: 10 },
  virtio: { base: 0x1000_1000, size: 0x1000, irq: 1, slots: 8 }, // slot n is n * size further on, with irq + n
  ata: { base: 0x1020_0000, size: 0x1000, irq: 12 }, // a place and a wire that QEMU's board does not use
  ideal: { base: 0x1021_0000, size: 0x10 }, // another one; it needs no wire
  ram: { base: RAM_BASE },
} as const satisfies BoardMap & Record<string, { base: number; size?: number; irq?: number; slots?: number }>;

/** Interrupts that devices on this board can cause: 1 .. 96. */
export const PLIC_SOURCES = 96;

/** A hart's interrupts, by cause (Privileged, table "mcause values"). */
const MACHINE_SOFTWARE = 3;
const SUPERVISOR_EXTERNAL = 9;
const MACHINE_EXTERNAL = 11;

/** What surrounds the harts. */
export interface Board {
  readonly bus: Bus;
  readonly rom: Rom;
  readonly aclint: { readonly mswi: Mswi; readonly mtimer: Mtimer };
  readonly plic: Plic;
  readonly uart: Uart16550;
  readonly rtc: GoldfishRtc;
  readonly finisher: Finisher;
  readonly virtio: VirtioSlots;
  readonly ata?: Ata;
  readonly ideal?: IdealDisk;
  readonly gateway?: Gateway;
}

/** What the board asks of the machine that it is part of. */
export interface BoardPorts {
  /** 1 .. 8. */
  readonly harts: number;
  readonly clock: InstructionClock;
  /** What the real-time clock shows at power-on: nanoseconds since 1970-01-01T00:00Z. */
  readonly timeAtPowerOn?: bigint;
  /** Memory, as devices reach it. */
  readonly dma: DmaMemory;
  readonly virtio?: VirtioSetup;
  /** What is on the ATA disk; without it the board has none. */
  readonly ata?: BlockStore;
  /** What is on the ideal disk; without it the board has none. */
  readonly ideal?: BlockStore;
  /** Plugs a gateway into a network: gets its end of the cable, and gives the other. */
  readonly gateway?: (gateway: Link) => Link;
  /** The wire into hart `hart` for the interrupt with this cause. */
  wire(hart: number, cause: number): IrqLine;
  /** A timer's alarm may have moved. */
  deadlineChanged(): void;
  /** A byte leaves through the serial port. */
  send(byte: number): void;
  /** Software switches off or asks for a reset. */
  end(ending: Ending): void;
}

/** Builds the devices, puts them on the bus and connects their wires. */
export function buildBoard(ports: BoardPorts): Board {
  const { harts, clock, timeAtPowerOn, wire, deadlineChanged, send, end } = ports;
  const all = Array.from({ length: harts }, (_, hart) => hart);
  const wires = (cause: number): IrqLine[] => all.map((hart) => wire(hart, cause));

  const bus = new Bus();
  const rom = new Rom(BOARD.rom.size);
  const finisher = new Finisher(end);
  const mswi = new Mswi(wires(MACHINE_SOFTWARE));
  const mtimer = new Mtimer(clock, harts, deadlineChanged);
  // Contexts in the order that the device tree gives them: M-mode and S-mode of hart 0, of hart 1 ...
  const contexts = all.flatMap((hart) => [wire(hart, MACHINE_EXTERNAL), wire(hart, SUPERVISOR_EXTERNAL)]);
  const plic = new Plic(PLIC_SOURCES, contexts);
  const uart = new Uart16550(plic.source(BOARD.uart.irq), send);
  const rtc = new GoldfishRtc(clock, plic.source(BOARD.rtc.irq), timeAtPowerOn, deadlineChanged);
  const virtio = virtioOn(plic, ports);
  const ata = ports.ata && new Ata(plic.source(BOARD.ata.irq), ports.ata);
  const ideal = ports.ideal && new IdealDisk(ports.dma, ports.ideal);
  const gateway = ports.gateway && new Gateway(ports.gateway, clock, deadlineChanged);

  bus.claim(BOARD.rom.base, rom);
  bus.claim(BOARD.test.base, finisher);
  bus.claim(BOARD.rtc.base, rtc);
  bus.claim(BOARD.mswi.base, mswi);
  bus.claim(BOARD.mtimer.base, mtimer);
  bus.claim(BOARD.plic.base, plic);
  bus.claim(BOARD.uart.base, uart);
  virtio.slots.forEach((slot, n) => bus.claim(BOARD.virtio.base + n * BOARD.virtio.size, slot));
  if (ata) bus.claim(BOARD.ata.base, ata);
  if (ideal) bus.claim(BOARD.ideal.base, ideal);
  return { bus, rom, aclint: { mswi, mtimer }, plic, uart, rtc, finisher, virtio, ata, ideal, gateway };
}

/** The virtio slots, each with its wire. */
function virtioOn(plic: Plic, { clock, dma, virtio = {}, deadlineChanged }: BoardPorts): VirtioSlots {
  const latency = virtio.latency ? { clock, instructions: virtio.latency, deadlineChanged } : undefined;
  return virtioSlots(virtio, BOARD.virtio.slots, (n) => ({ dma, irq: plic.source(BOARD.virtio.irq + n), latency }));
}
