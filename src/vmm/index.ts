/**
 * The only door to the hypervisor's frame. To read it: parts.ts (every seam that a student replaces), run.ts (one run), exit.ts (why a
 * guest comes out), handlers/ (what is done about it), techniques/trap-and-emulate.ts (how it runs at all).
 */
export type { Control } from './control';
export { bootVms, type Host, type VmResult } from './boot';
export { isTechnique, TECHNIQUES, type TechniqueName } from './build';
export type { Counters } from './counters';
export { causeOfExit } from './exit-cause';
export type { SerialPort } from './devices/uart';
export type { AtaModel, AtaRegisters, EmulatedDevices, Sectors, UartModel, UartRegisters } from './emulated-devices';
export type { GuestEvent, TraceEvent } from './events';
export type { Access, ExitKind, Next, StopReason, VmExit } from './exit';
export type { FrameType, FrameUse, TableType, TypedFrames } from './memory/typed-frames';
export { guardParts } from './guarded';
export type { Beneath, Inspection } from './inspection';
export {
  NotWritten,
  todo,
  type BinaryTranslator,
  type BlockWriter,
  type CsrAccess,
  type Emulated,
  type GStage,
  type GuestCode,
  type GuestInstruction,
  type GuestPhysicalSpace,
  type HardwareAssist,
  type PageTableAnswer,
  type ParavirtualCpu,
  type Parts,
  type Reflect,
  type RunLoopContext,
  type RunLoopEnd,
  type ServedCsr,
  type ScheduledVcpu,
  type Scheduler,
} from './parts';
export type { ShadowMiss, ShadowPaging, ShadowWork } from './shadow-paging';
export type { InterruptState, StealAccount, VirtualTime } from './virtual-time';
export { FrameFault, PartFailure } from './part-failure';
export type { MemoryMap, MemoryPlan, MemoryPlanned, PlannedRange } from './memory-plan';
export type { Piece, Slot } from './memory/slots';
export type { ParavirtualDevices } from './paravirtual-devices';
export type { View } from './memory/guest-walk';
export { firstOf, indexOf } from './memory/shadow/pages';
export type { ShadowTable } from './memory/shadow/table';
export { sbiName } from './sbi';
export type { LaterParts } from './seams';
export type {
  GuestControlName,
  GuestCsrName,
  GuestTrap,
  GuestWalk,
  Injection,
  Vcpu,
  VirtualCsrName,
  VirtualHart,
  VirtualInterrupt,
  VmView,
} from './vcpu';
export type { Vm } from './vm';
export { imageOf, type BootOptions, type VmConfig } from './vm-config';
