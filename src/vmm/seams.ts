/**
 * Seams of lessons that are not written yet: what their parts will be asked. They are types only, so that nobody has to build them; a
 * seam moves to `Parts` (parts.ts) when its reference solution is there. Addresses of guests are guest-physical.
 */
import type { BlockStore, DmaMemory } from '#machine';

export interface LaterParts {
  /** 11 pass-through: the port of one assigned device to memory, through tables that say what it may reach. */
  readonly iommu: (memory: DmaMemory) => Iommu;
  /** 15 vm86: the monitor of virtual-8086 mode (Intel SDM, volume 3, "8086 Emulation"): what it does about an instruction that came to it. */
  readonly vm86: (task: Vm86Task) => Vm86Done;
  /** 16 domains: signals between domains (Xen's event channels). */
  readonly eventChannels: (notify: (domain: number, port: number) => void) => EventChannels;
  /** 16 domains: memory that one domain lends another (Xen's grant tables). */
  readonly grants: () => Grants;
  /** 16 domains: the half of a block driver that has the disk; its other half is in a domain that it need not trust. */
  readonly diskBackend: (store: BlockStore, grants: Grants, memory: DmaMemory) => DiskBackend;
  /** 18 mixed-criticality: finds out that a VM does not do its work any more. */
  readonly watchdog: (limits: WatchdogLimits) => Watchdog;
  /** 18 mixed-criticality: a device that several VMs share, mediated: whose request is next. */
  readonly sharedDevice: (priorities: ReadonlyMap<string, number>) => SharedDevice;
  /** 19 os-level: what the kernel asks before a process in a jail gets at anything that has a name, or takes of what is limited. */
  readonly jails: () => Jails;
  /** 20 migration: which pages the guest has written, found out by write protection. */
  readonly dirtyLog: (protect: (page: number, writable: boolean) => void) => DirtyLog;
  /** 20 migration: which pages to send when, until few enough are left to stop the guest. */
  readonly migration: (pages: number) => PreCopy;
}

export interface Iommu {
  /** Lets a device (24-bit id) reach `size` bytes at `address`, which lie at `memory`'s `target`. */
  map(device: number, address: number, target: number, size: number, access: 'read' | 'write' | 'both'): void;
  /** From the moment that this returns, no access of the device reaches the range any more. */
  unmap(device: number, address: number, size: number): void;
  /** What the device is connected to instead of memory. */
  port(device: number): DmaMemory;
}

/** Domains and ports are numbers from 0; every method gives false for what its caller may not do. */
export interface EventChannels {
  /** A port of `domain` that only `remote` may bind; undefined if there are none left. */
  allocate(domain: number, remote: number): number | undefined;
  bind(domain: number, port: number, remote: number, remotePort: number): boolean;
  /** Sets the other end's pending bit, and notifies unless it was set already or is masked. */
  send(domain: number, port: number): boolean;
  mask(domain: number, port: number, masked: boolean): boolean;
  /** The other end is unbound then, not closed. */
  close(domain: number, port: number): boolean;
}

export interface Grants {
  /** `owner` lets `user` map one page of its own; the result is the reference that it tells the user. */
  grant(owner: number, user: number, page: number, writable: boolean): number;
  /** The page, if this user may map it so; it cannot be taken back while it is mapped. */
  map(user: number, owner: number, reference: number, write: boolean): number | undefined;
  unmap(user: number, owner: number, reference: number): boolean;
  /** False while somebody maps it. */
  revoke(owner: number, reference: number): boolean;
}

/** A task in virtual-8086 mode. Registers have 16 bits; addresses are linear, 0 to 0x10_ffef. */
export interface Vm86Task {
  ip: number;
  cs: number;
  sp: number;
  ss: number;
  ax: number;
  dx: number;
  /** As the task believes them to be: IF (bit 9) is the virtual one. */
  flags: number;
  read(address: number): number;
  write(address: number, byte: number): void;
  /** Bit `port` of the I/O permission bitmap is clear. */
  mayUse(port: number): boolean;
  input(port: number, width: 1 | 2): number;
  output(port: number, width: 1 | 2, value: number): void;
}

/** `done`: emulated, ip moved. `fault`: the task deserves a general-protection fault. `over`: it executed HLT with interrupts off. */
export type Vm86Done = 'done' | 'fault' | 'over';

export interface DiskBackend {
  /** One request from `domain` for 8 sectors, through a page that it has granted: false for what it may not ask. */
  serve(domain: number, sector: number, reference: number, operation: 'read' | 'write'): boolean;
  /** The domain is gone, or came back: nothing of it stays mapped. */
  forget(domain: number): void;
}

/** VMs by name; a higher priority goes first, and among equals who came first. */
export interface SharedDevice {
  submit(vm: string, request: number): void;
  /** The next request to carry out; undefined if there is none. */
  next(): { readonly vm: string; readonly request: number } | undefined;
  /** The VM is over or restarts: its requests go. */
  drop(vm: string): void;
}

/** Jails and processes are numbers from 1; jail 0 is no jail. */
export interface Jails {
  /** A jail inside `parent`, whose root directory is `root` and which may have `most` processes at a time. */
  create(parent: number, root: string, most: number): number | undefined;
  /** A process of `jail` forks: false if the jail is full. */
  fork(jail: number): boolean;
  exit(jail: number): void;
  /** The path in the whole file system that `path` means in the jail; '..' never leads out of its root. */
  resolve(jail: number, path: string): string;
  /** Whether a process of `jail` may see, signal or trace one of `other`. */
  mayReach(jail: number, other: number): boolean;
}

/** Pages by guest-physical number. */
export interface DirtyLog {
  /** A store came to a page that was protected. */
  written(page: number): void;
  /** The pages written since the last call, which are protected again. */
  collect(): readonly number[];
}

/** Ticks of the host's time. */
export interface WatchdogLimits {
  readonly period: bigint;
  /** Periods without a sign of life before the VM is given up. */
  readonly misses: number;
}

export interface Watchdog {
  /** The guest gave a sign of life. */
  kick(now: bigint): void;
  /** What to do about the VM now. */
  check(now: bigint): 'wait' | 'restart';
}

export interface PreCopy {
  /**
   * A round: `dirty` are the pages that the guest wrote since the last one, all of them in the first. The pages to send now; `stop` says
   * that the guest is to be stopped first, because what is left is little or does not get less.
   */
  round(dirty: readonly number[]): { readonly send: readonly number[]; readonly stop: boolean };
}
