/** The only door to the machine: a RISC-V computer that knows no hypervisor, no lessons and no Node. */
export * from './isa';
export * from './bits';
export { MAX_RAM_BYTES, PhysicalMemory } from './engine/memory';
export { stepper } from './engine/step';
export { ACCESS_FAULT, causeName, Exception, Interrupt, Trap, type Access } from './hart/cause';
export { CSR_ROWS } from './hart/csr';
export { csrsOf } from './hart/csr-file';
export type { CsrRow } from './hart/csr-row';
export { enterSupervisor, openExtensions } from './hart/firmware';
export type { HartStop, RetireEvent, TrapEvent } from './hart/events';
export { Hart } from './hart/hart';
export { restoreHart, saveHart } from './hart/save';
export {
  INSTRUCTIONS_PER_TICK,
  type CachedTranslation,
  type Executor,
  type HartOptions,
  type PhysicalBus,
  type Timer,
} from './hart/ports';
export type { Mode, Privilege } from './hart/privilege';
export { PteBit, pteFrom, type Pte } from './mmu/pte';
export { causeOf } from './mmu/translate';
export {
  GUEST_SCHEMES,
  pageNumber,
  SCHEMES,
  walk,
  type PteMemory,
  type Scheme,
  type WalkFault,
  type WalkRequest,
  type WalkResult,
} from './mmu/walk';
export { BOARD, buildBoard, PLIC_SOURCES, type Board, type BoardPorts } from './board';
export { Bus, type Claim } from './bus/bus';
export type { Device } from './bus/device';
export { directDma, type DmaMemory } from './bus/dma';
export { Ram } from './bus/ram';
export { Rom } from './bus/rom';
export { deviceTree, type BoardMap, type Place, type TreeOptions } from './device-tree';
export { Ata } from './devices/ata';
export { identifyDevice, MOST_SECTORS } from './devices/ata-identify';
export * as ata from './devices/ata-registers';
export { MemoryStore, SECTOR, type BlockStore } from './devices/block-store';
export { IDEAL_BLOCK_BYTES, IdealDisk, IdealStatus, type IdealTransfer } from './devices/ideal-disk';
export { Finisher, type Ending } from './devices/finisher';
export { OverlayStore, type BlockBase, type OverlayOptions } from './devices/overlay-store';
export { SeededBytes, type RandomBytes } from './devices/random-bytes';
export { VirtioBlock, type BlockOptions } from './devices/virtio/block';
export { VirtioConsole, type ConsoleOptions } from './devices/virtio/console';
export type { VirtioPorts } from './devices/virtio/core';
export type { VirtioDevice, VirtioHost } from './devices/virtio/device';
export { DriverError } from './devices/virtio/driver-error';
export { VirtioEntropy, type EntropyOptions } from './devices/virtio/entropy';
export { VirtioMmio } from './devices/virtio/mmio';
export { VirtioNet, type NetOptions } from './devices/virtio/net';
export type { Buffer, Buffers, QueueOperations, ReadyQueue } from './devices/virtio/queue-operations';
export { virtioSlots, type VirtioSetup, type VirtioSlots } from './devices/virtio/slots';
export { GoldfishRtc } from './devices/rtc';
export { Uart16550 } from './devices/uart16550';
export * as uart from './devices/uart-registers';
export { ImageError, type Segment } from './elf';
export { FdtError, readFdt, writeFdt, type FdtNode } from './fdt';
export { checkApart, endOf, initrdImage, loadImage, placeImage, type Image, type ImageOptions } from './image';
export { InputError } from './input-error';
export { Mswi, Mtimer, type InstructionClock } from './irq/aclint';
export type { Alarm } from './irq/alarm';
export { unconnected, type IrqLine } from './irq/line';
export { packedImage, type PackedImage } from './linux-image';
export { readSystemMap } from './system-map';
export { Plic } from './irq/plic';
export { damaged, SavedFields, type Savable, type Saved } from './saved';
export type { Pages } from './snapshot/ram-pages';
export { restoreSnapshot, takeSnapshot, type Whole } from './snapshot/snapshot';
export type { Software } from './software';
export { createMachine, Machine, type MachineStop } from './machine';
export type { Engine, MachineOptions } from './machine-options';
export { Gateway } from './net/gateway';
export type { Link } from './net/link';
export { Switch } from './net/switch';
