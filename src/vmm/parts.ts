/** Every seam of the hypervisor that a student replaces, one key a concept: START READING HERE. Those of lessons to come are in seams.ts. */
import type { Instruction } from '#machine';
import type { Classifier } from '#popek-goldberg';
import type { EmulatedDevices } from './emulated-devices';
import type { Next, VmExit } from './exit';
import type { MemoryMap } from './memory-plan';
import type { Slot } from './memory/slots';
import type { FrameType, TypedFrames } from './memory/typed-frames';
import type { ShadowPaging } from './shadow-paging';
import type { ParavirtualDevices } from './paravirtual-devices';
import type { GuestControlName, GuestCsrName, GuestTrap, Injection, Vcpu, VirtualHart, VirtualInterrupt } from './vcpu';
import type { VirtualTime } from './virtual-time';

/** What the run loop works with. All counts are guest instructions. */
export interface RunLoopContext {
  /**
   * The VCPUs of all VMs that share this hart, in round-robin order. Where a scheduler chooses (lesson 17), only the one whose turn it
   * is, or all while nobody can run: look again for each round, and at `slice` for each turn.
   */
  readonly vcpus: readonly Vcpu[];
  /** Instructions that a VCPU may run before the next one gets its turn (1 .. 2^31 - 1). */
  readonly slice: number;
  /** How many VM exits may be taken in all before the loop gives up and returns 'out-of-budget'. */
  readonly exits: number;
  /** Judges one exit: looks the exit's kind up in the handler table. Never moves the pc by itself, except for 'redirected'. */
  handle(vcpu: Vcpu, exit: VmExit): Next;
  /** Ends the VM that this VCPU belongs to: all its VCPUs become 'stopped'. */
  stop(vcpu: Vcpu, reason: Extract<Next, object>['stop']): void;
  /**
   * Nobody can run, but somebody is blocked: lets time pass to the next timer or input.
   * False if nothing will ever wake them.
   */
  idle(): boolean;
}

/** How the loop ended: every VM is over; nobody can ever run again; or the allowance of exits is used up before that. */
export type RunLoopEnd = 'all-stopped' | 'deadlock' | 'out-of-budget';

/** What became of a privileged instruction that the guest executed. */
export type Emulated =
  /** Done; the guest continues behind it. */
  | 'advance'
  /** Done, and `pc` already stands where the guest continues (sret). */
  | 'redirected'
  /** wfi: done, and the guest waits for an interrupt. */
  | 'block'
  /** The guest may not do this (its mode, or the CSR, forbids it): it gets an illegal-instruction exception. */
  | 'illegal';

export interface Reflect {
  /** Whose trap is this: the guest's (its own table or its own user program caused it) or the hypervisor's? Changes nothing. */
  owner(trap: GuestTrap, vcpu: VirtualHart): 'guest' | 'vmm';
  /** Does to the virtual CSRs and the pc what hardware does when a trap enters S-mode (Privileged, "Supervisor Trap Handling"). */
  deliver(trap: Injection, vcpu: VirtualHart): void;
}

/** A VCPU as a scheduler knows it: always the same object for the same VCPU. */
export interface ScheduledVcpu {
  /** Name of its VM, and its number there. */
  readonly vm: string;
  readonly id: number;
}

/** Who gets the processor. Times and lengths are guest instructions. */
export interface Scheduler {
  /** A VCPU exists now. It cannot run until it wakes. */
  add(vcpu: ScheduledVcpu): void;
  /** It is over, stopped or paused, whether it could run or not. It may be added again. */
  remove(vcpu: ScheduledVcpu): void;
  /** It can run from now on; called once for each wait that ends. `now` never goes back. */
  wake(vcpu: ScheduledVcpu, now: number): void;
  /** Who runs now, of those that can, and for how long (1 .. 2^31 - 1); undefined only if nobody can run. */
  pick(now: number): { readonly vcpu: ScheduledVcpu; readonly slice: number } | undefined;
  /** The turn is over after `instructions`: the slice is used up, or the VCPU waits and will wake again. */
  ran(vcpu: ScheduledVcpu, instructions: number, why: 'used-up' | 'waits'): void;
}

/** A VM's guest-physical address space under two-stage paging: the tables that hgatp names, and what stands behind them. Addresses of entries and tables are host-physical. */
export interface GuestPhysicalSpace {
  /** hgatp.MODE, as `GStage.mode` chose it: 8 Sv39x4, 9 Sv48x4. */
  readonly mode: number;
  /** The root table: 2048 entries, 16 KiB, aligned to 16 KiB, all 0 at first. */
  readonly root: number;
  /** The stretch of guest RAM that holds this guest-physical address, contiguous in host memory; undefined if it is not RAM. */
  slotAt(gpa: bigint): Slot | undefined;
  /** A new table of 512 entries, all 0; undefined if the host has no frame left for it. */
  allocateTable(): number | undefined;
  /** The 64-bit entry at this address. */
  read(at: number): bigint;
  write(at: number, entry: bigint): void;
}

export interface GStage {
  /** The hgatp.MODE with the fewest levels whose guest-physical addresses reach `end`, which lies behind the VM's last byte: 8 (41 bits) or 9 (50). */
  mode(end: bigint): number;
  /**
   * Enters a leaf through which the hart reaches `gpa`, even if it leaves A and D to software: the largest one, of 1 GiB at most, that
   * lies within the slot. No entry is changed that is valid already. 'not-ram': nothing was entered, and no table allocated; `gpa` is no
   * RAM of this VM. 'no-frame': a table could not be allocated; all entries that are valid lead somewhere.
   */
  map(gpa: bigint, space: GuestPhysicalSpace): 'mapped' | 'not-ram' | 'no-frame';
}

/** CSRs by name, as software of HS-mode reads and writes them: those of the hart, or a guest's while it is off the hart. Unsigned 64-bit. */
export interface CsrAccess<Name extends string = string> {
  read(name: Name): bigint;
  write(name: Name, value: bigint): void;
}

export interface HardwareAssist {
  /**
   * Once, before the first guest, with the hart as after reset: what guests handle by themselves (hedeleg, hideleg), what they may
   * read and use (hcounteren, henvcfg, hstateen), and what comes to us (hstatus). What this hart lacks reads 0 and ignores writes.
   */
  configure(csr: CsrAccess<GuestControlName>): void;
  /** World switch, out: copies all that is the guest's from the hart into `guest`. Registers, pc, mode and floating point are the frame's. */
  save(csr: CsrAccess<GuestCsrName>, guest: Record<GuestCsrName, bigint>): void;
  /** World switch, in. */
  load(csr: CsrAccess<GuestCsrName>, guest: Readonly<Record<GuestCsrName, bigint>>): void;
  /** Raises or lowers an interrupt of a guest, on the hart or off it: its processor delivers it as soon as the guest lets it. */
  interrupt(csr: CsrAccess<GuestCsrName>, interrupt: VirtualInterrupt, level: boolean): void;
  /** Does for the guest an instruction that raised a virtual-instruction exception (22), or says that it is illegal for it. Never moves the pc. */
  virtualInstruction(instruction: Instruction, vcpu: VirtualHart): Emulated;
}

/**
 * - `malformed`: the entry has bits that no entry of a guest's table may have, or the level is none.
 * - `foreign`: it names a frame that is not this VM's.
 * - `conflict`: the frame is used for something else, or cannot be used so at all; nothing has changed.
 */
export type PageTableAnswer = 'done' | 'malformed' | 'foreign' | 'conflict';

/** Every function leaves all as it was if it does not answer 'done'. */
export interface ParavirtualCpu {
  /**
   * One more reference to `frame` as `type`. The first that makes it a table validates its 512 entries: each of them refers to a
   * frame in turn. 'none' asks only whether the VM may refer to the frame at all.
   */
  refer(frame: number, type: FrameType, frames: TypedFrames): PageTableAnswer;
  /** One reference less, to a frame that has some. Of a table that nobody refers to any more, the entries refer to nothing. */
  release(frame: number, frames: TypedFrames): void;
  /** Hypercall `update`: stores one entry of a table, if what it refers to can be had. A frame that is no table gets it like any other 8 bytes. */
  update(frame: number, index: number, entry: bigint, frames: TypedFrames): PageTableAnswer;
  /** Hypercall `pin`: `frame` becomes a table of this level (0 .. 2) and stays one until `unpin`, whoever refers to it. */
  pin(frame: number, level: number, frames: TypedFrames): PageTableAnswer;
  /** Hypercall `unpin`. */
  unpin(frame: number, frames: TypedFrames): PageTableAnswer;
}

/** An instruction of the guest's kernel; `instruction` is missing if its processor knows none with these bits. */
export interface GuestInstruction {
  /** Guest-virtual address. */
  readonly pc: bigint;
  /** 16 or 32 bits. */
  readonly word: number;
  readonly instruction?: Instruction;
}

/** The guest's kernel code, read from the start of a block on. */
export interface GuestCode {
  /** The next instruction, in the order of addresses; undefined where this block has to end (a page ends, or enough was read). */
  next(): GuestInstruction | undefined;
}

/** Virtual CSRs that translated code reads without an exit. */
export type ServedCsr = 'sstatus' | 'sscratch' | 'sepc' | 'scause' | 'stval';

/**
 * Takes down what shall run in place of the guest's instructions: each call stands for one of them, in order. A block goes on at the
 * next address when none of `jump` and `jumpToRegister` ended it.
 */
export interface BlockWriter {
  /** The instruction as it stands. It must not know where it is, and must do the same in U-mode, or trap there by itself. */
  copy(at: GuestInstruction): void;
  /** To the hypervisor, as if the instruction had raised an illegal-instruction exception. */
  callOut(at: GuestInstruction): void;
  /** rd = `value`. */
  constant(at: GuestInstruction, value: bigint): void;
  /** rd = a virtual CSR; without an exit. */
  readVirtual(at: GuestInstruction, csr: ServedCsr): void;
  /** rd = the virtual sscratch, which becomes rs1; without an exit. */
  swapScratch(at: GuestInstruction): void;
  /** rd = the virtual sstatus, of which SIE becomes 0; without an exit. */
  disableInterrupts(at: GuestInstruction): void;
  /** A conditional branch to the guest-virtual address `target`; the block goes on behind it. */
  branch(at: GuestInstruction, target: bigint): void;
  /** rd = the address behind the instruction; on at guest-virtual `target`. Ends the block. */
  jump(at: GuestInstruction, target: bigint): void;
  /** rd = the address behind the instruction; on at guest-virtual rs1 + imm. Ends the block. */
  jumpToRegister(at: GuestInstruction): void;
}

export interface BinaryTranslator {
  /**
   * Rewrites one block, which begins with `code.next()`: at least that instruction, and then as many as it likes. Guest and
   * host count the same: one call of `out` for each instruction read.
   */
  translate(code: GuestCode, out: BlockWriter): void;
}

export interface Parts {
  /** 01 event-handler: enter the guest, take the exit, dispatch, resume or stop. */
  readonly runLoop: (context: RunLoopContext) => RunLoopEnd;
  /** 02 popek-goldberg: which instructions of a machine a monitor has to get hold of, and whether it can. No part of a hypervisor: it says whether there can be one. */
  readonly classifier: Classifier;
  /** 03 trap-and-emulate: what the processor would have done for a kernel that believes it runs in S-mode. */
  readonly virtualSupervisor: (instruction: Instruction, vcpu: VirtualHart) => Emulated;
  /** 04 reflecting-traps: who is this trap for, and how it enters the guest. */
  readonly reflect: Reflect;
  /** 05 virtual-time: a guest's alarm clock, interrupts and waits, and the time that others take from it. */
  readonly virtualTime: VirtualTime;
  /** 06 guest-memory: where a VM's RAM lies in the host, and how a guest-physical address is found there. */
  readonly guestMemory: MemoryMap;
  /** 07 shadow-paging: the page table that the hart walks, made of the guest's and of where the guest's memory lies. */
  readonly shadowPaging: ShadowPaging;
  /** 08 two-stage paging: the second stage of translation, built as the guest touches its memory. */
  readonly gStage: GStage;
  /** 09 emulated-devices: a 16550 and an ATA disk that are nothing but software. */
  readonly emulatedDevices: EmulatedDevices;
  /** 10 paravirtual-devices: the ideal disk's operation, and those on the virtqueues of a VM's devices. */
  readonly paravirtualDevices: ParavirtualDevices;
  /** 13 binary-translation: what runs in place of the guest's kernel where sensitive instructions do not trap. */
  readonly binaryTranslator: BinaryTranslator;
  /** 14 hardware-assist: VS-mode set up, guests switched, their interrupts and virtual instructions. */
  readonly hardwareAssist: HardwareAssist;
  /** 17 vcpu-scheduling: a new scheduler for one processor, whose turns are `slice` instructions long unless it has reasons. */
  readonly scheduler: (options: { readonly slice: number }) => Scheduler;
  /** 12 paravirtual-cpu: the hypercalls on page tables, which the guest's kernel writes and the hart walks. */
  readonly paravirtualCpu: ParavirtualCpu;
}

/** Marks what a stub leaves open. */
export function todo(what: string): never {
  throw new NotWritten(what);
}

/** Thrown by `todo()`: the student has not started this part. Not a bug and not a wrong answer. */
export class NotWritten extends Error {
  override readonly name = 'NotWritten';
  constructor(what: string) {
    super(`not written yet: ${what}`);
  }
}
