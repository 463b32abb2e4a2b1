/**
 * A VM's board: at the same addresses as on the bare machine, what is on that board less what belongs to firmware (ROM and CLINT). Serial
 * port and ATA disk are parts (lesson 09); the other devices are the machine's own.
 */
import {
  BOARD,
  Bus,
  deviceTree,
  Finisher,
  GoldfishRtc,
  IdealDisk,
  parseIsa,
  Plic,
  PLIC_SOURCES,
  unconnected,
  virtioSlots,
  type BoardMap,
  type DmaMemory,
  type Ending,
  type IrqLine,
  type Isa,
  type MachineOptions,
  type VirtioPorts,
} from '#machine';
import type { VmClock } from './clock';
import { DeviceAlarms } from './device-alarms';
import { EmulatedAta } from './devices/ata';
import { EmulatedUart } from './devices/uart';
import type { StopReason } from './exit';
import type { PlannedRange } from './memory-plan';
import type { Parts } from './parts';

export const RAM_BASE = BOARD.ram.base;

/** What a VM's harts can do, and the harts that carry them, where nothing else is said: a machine without the hypervisor extension, as lessons 01 to 13 need it. */
export const VM_ISA = parseIsa('rv64imac');

const TICKS_PER_SECOND = 10_000_000;
const MIB = 2 ** 20;

/** What is plugged into a VM's board beside what every board has (serial port, PLIC, finisher, real-time clock, empty virtio slots). */
export type VmDevices = Pick<MachineOptions, 'virtio' | 'ata' | 'ideal' | 'timeAtPowerOn'>;

export interface VmBoard {
  readonly bus: Bus;
  readonly uart: EmulatedUart;
  readonly alarms: DeviceAlarms;
}

/** What the board's wires are soldered to. */
export interface Wiring {
  /** The external-interrupt wire of each VCPU. */
  readonly external: readonly IrqLine[];
  /** The VM's memory, as its devices reach it. */
  readonly dma: DmaMemory;
  readonly clock: VmClock;
  /** The devices that are parts. */
  readonly parts: Pick<Parts, 'emulatedDevices' | 'paravirtualDevices'>;
  /** Takes each byte that the guest sends through its UART. */
  send(byte: number): void;
  /** The guest stored a command into the finisher. */
  end(reason: StopReason): void;
}

/** Builds the devices, puts them on the bus and connects their wires. Throws InputError for more virtio devices than slots. */
export function vmBoard({ external, dma, clock, send, end, parts }: Wiring, devices: VmDevices = {}): VmBoard {
  const bus = new Bus();
  const alarms = new DeviceAlarms(clock);
  // Two contexts a hart, as on the bare board: M-mode's leads nowhere, because a VM has no M-mode.
  const plic = new Plic(
    PLIC_SOURCES,
    external.flatMap((line) => [unconnected, line]),
  );
  const uart = new EmulatedUart(parts.emulatedDevices.uart, plic.source(BOARD.uart.irq), send);
  const rtc = new GoldfishRtc({ now: () => clock.now }, plic.source(BOARD.rtc.irq), devices.timeAtPowerOn, () =>
    alarms.changed(),
  );
  bus.claim(BOARD.test.base, new Finisher((ending) => end(endingOf(ending))));
  bus.claim(BOARD.rtc.base, rtc);
  bus.claim(BOARD.plic.base, plic);
  bus.claim(BOARD.uart.base, uart);
  if (devices.ata)
    bus.claim(BOARD.ata.base, new EmulatedAta(parts.emulatedDevices.ataDisk, plic.source(BOARD.ata.irq), devices.ata));
  if (devices.ideal) bus.claim(BOARD.ideal.base, new IdealDisk(dma, devices.ideal, parts.paravirtualDevices.transfer));
  alarms.add(rtc);
  plugVirtio(
    { bus, alarms },
    devices.virtio && { ...devices.virtio, nets: devices.virtio.nets?.map((net) => quietWhilePaused(net, clock)) },
    (n) => ({
      dma,
      irq: plic.source(BOARD.virtio.irq + n),
      latency: latencyOf(devices.virtio, clock, alarms),
      queues: parts.paravirtualDevices,
    }),
  );
  return { bus, uart, alarms };
}

/** Frames for a VM that is paused are lost: its memory must not change. */
const quietWhilePaused = (net: Net, clock: VmClock): Net => ({
  ...net,
  connect: (device) => net.connect({ send: (frame) => (clock.running ? device.send(frame) : undefined) }),
});

type Net = NonNullable<NonNullable<VmDevices['virtio']>['nets']>[number];

/** All slots, empty ones too, as on the bare board. */
function plugVirtio(
  { bus, alarms }: Pick<VmBoard, 'bus' | 'alarms'>,
  setup: VmDevices['virtio'] = {},
  ports: (slot: number) => VirtioPorts,
): void {
  virtioSlots(setup, BOARD.virtio.slots, ports).slots.forEach((slot, n) => {
    bus.claim(BOARD.virtio.base + n * BOARD.virtio.size, slot);
    alarms.add(slot);
  });
}

const latencyOf = (setup: VmDevices['virtio'], clock: VmClock, alarms: DeviceAlarms): VirtioPorts['latency'] =>
  setup?.latency
    ? { clock: { now: () => clock.now }, instructions: setup.latency, deadlineChanged: () => alarms.changed() }
    : undefined;

/** Where everything is on this VM's board, for its device tree: what it does not have is not in it. */
const mapOf = ({ ata, ideal }: VmDevices): BoardMap => ({
  test: BOARD.test,
  rtc: BOARD.rtc,
  plic: BOARD.plic,
  uart: BOARD.uart,
  virtio: BOARD.virtio,
  ata: ata && BOARD.ata,
  ideal: ideal && BOARD.ideal,
});

/** What a store to the finisher means for a VM. */
export function endingOf(ending: Ending): StopReason {
  if (ending.kind === 'reset') return { why: 'reboot', code: 0, detail: 'the guest asked its board to reset' };
  if (ending.code === 0) return { why: 'shutdown', code: 0, detail: 'the guest switched its machine off' };
  return { why: 'crashed', code: ending.code, detail: `the guest ended with failure code ${ending.code}` };
}

/** Where devices answer, for who puts RAM beside them. */
export function devicePlaces(devices: VmDevices): { name: string; gpa: number; size: number }[] {
  const { virtio, ...map } = mapOf(devices);
  const places = Object.entries({ ...map, virtio: virtio && { base: virtio.base, size: virtio.size * virtio.slots } });
  return places.flatMap(([name, place]) => (place ? [{ name, gpa: place.base, size: place.size }] : []));
}

/**
 * The device tree that a guest finds through a1, and where: as high in RAM as QEMU would put it, or higher if that is where
 * the kernel begins.
 */
export function vmDeviceTree(options: TreeOptions): { address: number; bytes: Uint8Array } {
  const { ram, entry, devices = {} } = options;
  const bytes = deviceTree(mapOf(devices), {
    harts: options.harts,
    ram: ram.map(({ gpa, size }) => ({ base: gpa, size })),
    plicSources: PLIC_SOURCES,
    isa: options.isa.name,
    translation: 'sv57',
    timebase: TICKS_PER_SECOND,
    bootargs: options.append,
    rngSeed: options.rngSeed,
    initrd: options.initrd,
  });
  const { gpa, size } = ram.find((range) => entry >= range.gpa && entry < range.gpa + range.size) ?? ram[0];
  const top = (gpa < 3072 * MIB ? Math.min(gpa + size, 3072 * MIB) : gpa + size) - bytes.length;
  const aligned = top - (top % (2 * MIB));
  return { address: aligned > gpa + 2 * MIB ? aligned : top - (top % 4096), bytes };
}

export interface TreeOptions {
  readonly harts: number;
  /** The guest's RAM, lowest first. */
  readonly ram: readonly PlannedRange[];
  /** Where the guest begins: the tree goes to the same stretch of RAM. */
  readonly entry: bigint;
  readonly initrd?: { readonly start: number; readonly end: number };
  readonly append?: string;
  readonly rngSeed?: Uint8Array;
  readonly isa: Isa;
  readonly devices?: VmDevices;
}
