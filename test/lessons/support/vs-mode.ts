/** For lesson 14: guests that watch over their own CSRs, and registers of a hart that remember what was done to them. */
import type { CsrAccess, GuestCsrName } from '#vmm';
import type { Program } from '#machine';
import { kernel } from '../../../src/course/lab';

/** What a guest puts into a CSR of its own; of what it reads, only the bits of `mask` are compared. */
export interface Kept {
  readonly csr: string;
  readonly value: number | bigint;
  readonly mask?: number;
}

/** Gives each CSR its value and looks, `rounds` times, whether it still has it. Prints "ok", or the letter of the first one that has not. */
export const keeper = (kept: readonly Kept[], rounds = 25): Program =>
  kernel(`
${kept.map(({ csr, value }) => `    li t0, ${value}\n    csrw ${csr}, t0`).join('\n')}
    li s0, ${rounds}
1:
${kept.map(look).join('\n')}
    addi s0, s0, -1
    bnez s0, 1b
    li a0, 'o'
    call putc
    li a0, 'k'
lost:
    call putc`);

const look = ({ csr, value, mask }: Kept, i: number): string => `
    csrr t0, ${csr}
${mask === undefined ? '' : `    li t1, ${mask}\n    and t0, t0, t1\n`}
    li t1, ${value}
    li a0, ${'a'.charCodeAt(0) + i}
    bne t0, t1, lost`;

export const GUEST_CSRS = [
  'vsstatus', 'vsie', 'vstvec', 'vsscratch', 'vsepc', 'vscause', 'vstval', 'vsatp', 'vstimecmp', 'scounteren', 'senvcfg',
  'hvip', 'htimedelta', 'hgatp',
] as const satisfies readonly GuestCsrName[]; // prettier-ignore

export type GuestCsrs = Record<GuestCsrName, bigint>;

/** Other values in each CSR for another seed, never 0. */
export const guestCsrs = (seed: number): GuestCsrs =>
  Object.fromEntries(GUEST_CSRS.map((name, i) => [name, BigInt(seed * 0x1000 + i * 0x10 + 1)])) as GuestCsrs;

/** What HS-mode's software sees of a hart: storage, and a list of all accesses. */
export class PlainCsrs implements CsrAccess<GuestCsrName> {
  readonly values = guestCsrs(0x77);
  readonly log: { readonly access: 'read' | 'write'; readonly name: GuestCsrName; readonly vsatp: bigint }[] = [];

  read(name: GuestCsrName): bigint {
    this.#note('read', name);
    return this.values[name];
  }
  write(name: GuestCsrName, value: bigint): void {
    this.#note('write', name);
    this.values[name] = BigInt.asUintN(64, value);
  }

  #note(access: 'read' | 'write', name: GuestCsrName): void {
    if (!GUEST_CSRS.includes(name)) throw new TypeError(`${name} is no CSR of a guest's`);
    this.log.push({ access, name, vsatp: this.values.vsatp });
  }
}
