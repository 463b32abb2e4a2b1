/** A case of the fuzzer: plain data, so that it can be printed, committed and made smaller. */
import type { TechniqueName } from '#vmm';

/** One step of a guest: registers are set, then it executes one line of assembly. Whatever traps, it goes on with its next step. */
export interface Op {
  readonly does: string;
  /** By name; at most 8. */
  readonly with?: Readonly<Record<string, bigint>>;
}

/** What lies in the guest's memory before it starts: 8 bytes each, from a guest-physical address on. */
export interface Words {
  readonly at: bigint;
  readonly words: readonly bigint[];
}

export const GUEST_KINDS = ['guest', 'sbi', 'mmio', 'virtqueue'] as const;
export type GuestKind = (typeof GUEST_KINDS)[number];
export type Kind = GuestKind | 'configuration';

/** A guest that attacks. */
export interface GuestCase {
  readonly kind: GuestKind;
  readonly technique: TechniqueName;
  /** Instructions that a device takes for a request; 0: none. */
  readonly latency: number;
  /** VMs have 2 MiB, which one entry of a page table can map, instead of 256 KiB. */
  readonly large?: boolean;
  readonly memory: readonly Words[];
  /** By hart: hart 0 starts by itself; others when somebody starts them. */
  readonly harts: readonly (readonly Op[])[];
}

/** A file of virtual machines that somebody wrote. */
export interface ConfigurationCase {
  readonly kind: 'configuration';
  readonly technique: TechniqueName;
  readonly lines: readonly string[];
}

export type Case = GuestCase | ConfigurationCase;

/** As JSON: 64-bit values are text in hexadecimal. */
export const printCase = (each: Case): string =>
  JSON.stringify(each, (_, value: unknown) => (typeof value === 'bigint' ? `0x${value.toString(16)}` : value), 1);

export const parseCase = (text: string): Case =>
  JSON.parse(text, (_, value: unknown) =>
    typeof value === 'string' && /^0x[0-9a-f]+$/.test(value) ? BigInt(value) : value,
  ) as Case;
