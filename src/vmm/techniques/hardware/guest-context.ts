/** All that a VCPU has on the hart while its guest runs, and keeps in our memory otherwise: registers, pc, mode, VS-mode's CSRs. */
import { CSR_NUMBERS, csrsOf, FULL_ISA, type Hart, type Saved, type SavedFields } from '#machine';
import type { CsrAccess, HardwareAssist } from '../../parts';
import type { GuestCsrName } from '../../vcpu';
import { GuestRegisters } from '../registers';
import { FloatState } from './float-state';

const SEPC = CSR_NUMBERS.sepc;
const SPP = 1n << 8n;
/** hstatus: sret goes to a guest; and hlvx looks with the eyes of its kernel. */
const SPV = 1n << 7n;
const SPVP = 1n << 8n;

/** What says where a VM is on this host, and is no part of a snapshot. */
const HOSTS: readonly GuestCsrName[] = ['hgatp', 'htimedelta'];

type GuestCsrs = Record<GuestCsrName, bigint>;

const NAMES: readonly GuestCsrName[] = [
  'vsstatus', 'vsie', 'vstvec', 'vsscratch', 'vsepc', 'vscause', 'vstval', 'vsatp', 'vstimecmp', 'scounteren', 'senvcfg',
  'hvip', 'htimedelta', 'hgatp',
]; // prettier-ignore

/** The CSRs of a hart for software of HS-mode: what this hart lacks reads 0 and ignores writes. */
export function csrsOn({ csr, isa }: Hart): CsrAccess {
  const there = csrsOf(isa);
  return {
    read: (name) => (there.has(name) ? csr.read(name) : 0n),
    write: (name, value) => {
      if (there.has(name)) csr.write(name, value);
    },
  };
}

/** What a guest finds after reset. */
function resetCsrs(hgatp: bigint): GuestCsrs {
  const rows = csrsOf(FULL_ISA);
  const reset = (name: GuestCsrName): bigint => {
    const value = rows.get(name)?.reset ?? 0n;
    return typeof value === 'bigint' ? value : value(FULL_ISA);
  };
  const csrs = Object.fromEntries(NAMES.map((name) => [name, reset(name)])) as GuestCsrs;
  return { ...csrs, hgatp };
}

export class GuestContext {
  readonly x = new GuestRegisters();
  readonly float = new FloatState();
  /** The guest's CSRs, wherever they are. */
  csr: CsrAccess<GuestCsrName>;
  readonly #csrs: GuestCsrs;
  readonly #saved: CsrAccess<GuestCsrName>;
  readonly #assist: HardwareAssist;
  #hart: Hart | undefined;
  #pc = 0n;
  #mode: 'S' | 'U' = 'S';

  constructor(hgatp: bigint, assist: HardwareAssist) {
    const csrs = resetCsrs(hgatp);
    this.#csrs = csrs;
    this.#assist = assist;
    this.#saved = {
      read: (name) => csrs[name],
      write: (name, value) => {
        csrs[name] = value;
      },
    };
    this.csr = this.#saved;
  }

  /** Where the guest goes on, guest-virtual. On the hart it is where sret leads. */
  get pc(): bigint {
    return this.#hart ? this.#hart.slot(SEPC) : this.#pc;
  }
  set pc(address: bigint) {
    if (this.#hart) this.#hart.csr.write(SEPC, address);
    else this.#pc = address;
  }

  /** The guest's privilege. On the hart it is the one that sret leads to. */
  get mode(): 'S' | 'U' {
    if (!this.#hart) return this.#mode;
    return this.#hart.csr.read('sstatus') & SPP ? 'S' : 'U';
  }
  set mode(mode: 'S' | 'U') {
    this.#mode = mode;
    if (this.#hart) returnTo(this.#hart, mode);
  }

  /** World switch, in. */
  loadInto(hart: Hart, csrs: CsrAccess): void {
    this.x.loadInto(hart.x);
    this.#assist.load(csrs, this.#csrs);
    this.float.loadInto(hart);
    hart.csr.write(SEPC, this.#pc);
    returnTo(hart, this.#mode);
    this.#hart = hart;
    this.csr = csrs;
  }

  /** World switch, out. */
  save(): void {
    if (!this.#hart) return;
    this.#pc = this.pc;
    this.#mode = this.mode;
    this.x.save();
    this.#assist.save(this.csr, this.#csrs);
    this.float.save(this.#hart);
    this.csr = this.#saved;
    this.#hart = undefined;
  }

  /** For a snapshot, while the guest is off the hart. */
  saved(): Saved {
    const csr = Object.fromEntries(this.#ownCsrs().map((name) => [name, this.csr.read(name)]));
    return { x: this.x.all(), pc: this.#pc, mode: this.#mode, csr, float: this.float.saved() };
  }

  restore(from: SavedFields): void {
    this.x.setAll(from.words('x', 32));
    this.#pc = from.word('pc');
    this.#mode = from.oneOf('mode', ['S', 'U']);
    const csr = from.part('csr');
    for (const name of this.#ownCsrs()) this.csr.write(name, csr.word(name));
    this.float.restore(from.part('float'));
  }

  #ownCsrs(): readonly GuestCsrName[] {
    return NAMES.filter((name) => !HOSTS.includes(name));
  }
}

/** Prepares sret: into the guest's `mode`. */
function returnTo({ csr }: Hart, mode: 'S' | 'U'): void {
  const sstatus = csr.read('sstatus');
  csr.write('sstatus', mode === 'S' ? sstatus | SPP : sstatus & ~SPP);
  const hstatus = csr.read('hstatus') | SPV;
  csr.write('hstatus', mode === 'S' ? hstatus | SPVP : hstatus & ~SPVP);
}
