/** Why a trap happens: cause numbers and their names (Privileged, table "Machine cause (mcause) register values after trap"). */

/** Exception codes. */
export const Exception = {
  instructionAddressMisaligned: 0,
  instructionAccessFault: 1,
  illegalInstruction: 2,
  breakpoint: 3,
  loadAddressMisaligned: 4,
  loadAccessFault: 5,
  storeAddressMisaligned: 6,
  storeAccessFault: 7,
  environmentCallFromU: 8,
  environmentCallFromS: 9,
  environmentCallFromVS: 10,
  environmentCallFromM: 11,
  instructionPageFault: 12,
  loadPageFault: 13,
  storePageFault: 15,
  instructionGuestPageFault: 20,
  loadGuestPageFault: 21,
  virtualInstruction: 22,
  storeGuestPageFault: 23,
} as const;

/** Interrupt codes; each is also the interrupt's bit in mip and mie. */
export const Interrupt = {
  supervisorSoftware: 1,
  guestSoftware: 2,
  machineSoftware: 3,
  supervisorTimer: 5,
  guestTimer: 6,
  machineTimer: 7,
  supervisorExternal: 9,
  guestExternal: 10,
  machineExternal: 11,
  /** For HS-mode: a guest that does not run has an external interrupt. */
  supervisorGuestExternal: 12,
} as const;

const EXCEPTION_NAMES: Readonly<Record<number, string>> = {
  0: 'instruction address misaligned',
  1: 'instruction access fault',
  2: 'illegal instruction',
  3: 'breakpoint',
  4: 'load address misaligned',
  5: 'load access fault',
  6: 'store/AMO address misaligned',
  7: 'store/AMO access fault',
  8: 'environment call from U-mode',
  9: 'environment call from S-mode',
  10: 'environment call from VS-mode',
  11: 'environment call from M-mode',
  12: 'instruction page fault',
  13: 'load page fault',
  15: 'store/AMO page fault',
  20: 'instruction guest-page fault',
  21: 'load guest-page fault',
  22: 'virtual instruction',
  23: 'store/AMO guest-page fault',
};

const INTERRUPT_NAMES: Readonly<Record<number, string>> = {
  1: 'supervisor software interrupt',
  2: 'virtual supervisor software interrupt',
  3: 'machine software interrupt',
  5: 'supervisor timer interrupt',
  6: 'virtual supervisor timer interrupt',
  7: 'machine timer interrupt',
  9: 'supervisor external interrupt',
  10: 'virtual supervisor external interrupt',
  11: 'machine external interrupt',
  12: 'supervisor guest external interrupt',
};

/** The manual's name of a cause, for people: `load page fault`. */
export const causeName = (cause: number, interrupt = false): string =>
  (interrupt ? INTERRUPT_NAMES : EXCEPTION_NAMES)[cause] ??
  `reserved ${interrupt ? 'interrupt' : 'exception'} ${cause}`;

/** What an instruction does to memory. */
export type Access = 'fetch' | 'load' | 'store';

/** The exceptions that an access can raise; AMOs and SC count as stores. */
export const PAGE_FAULT: Readonly<Record<Access, number>> = {
  fetch: Exception.instructionPageFault,
  load: Exception.loadPageFault,
  store: Exception.storePageFault,
};
export const GUEST_PAGE_FAULT: Readonly<Record<Access, number>> = {
  fetch: Exception.instructionGuestPageFault,
  load: Exception.loadGuestPageFault,
  store: Exception.storeGuestPageFault,
};
export const ACCESS_FAULT: Readonly<Record<Access, number>> = {
  fetch: Exception.instructionAccessFault,
  load: Exception.loadAccessFault,
  store: Exception.storeAccessFault,
};

/** What a handler in HS-mode or M-mode learns about a fault in a guest's memory. */
export interface GuestFault {
  /** xtval holds a guest virtual address. */
  readonly gva: boolean;
  /** The guest physical address that faulted, shifted right by 2 bits; 0 where no guest-page fault happened. */
  readonly tval2: bigint;
  /** The access that faulted was one to a page table of the guest, made to translate its address. */
  readonly implicit?: 'read' | 'write';
}

const NOT_OF_A_GUEST: GuestFault = { gva: false, tval2: 0n };

/**
 * A synchronous exception on its way to `Hart.attempt`, the one place that catches it.
 * Not an Error: nobody reads its stack, and without one a throw is ten times cheaper.
 */
export class Trap {
  /** Exception code, 0 .. 63. */
  readonly cause: number;
  /** What xtval gets: an address, an instruction's bits or 0; unsigned 64-bit. */
  readonly tval: bigint;
  readonly guest: GuestFault;

  constructor(cause: number, tval: bigint, guest: GuestFault = NOT_OF_A_GUEST) {
    this.cause = cause;
    this.tval = tval;
    this.guest = guest;
  }
}
