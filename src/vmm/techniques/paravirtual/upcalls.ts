/** How a trap or an event enters a paravirtual kernel, and how the kernel leaves its handler (docs/paravirtual.md, "Upcalls"). */
import { causeName, Exception, SavedFields, type Savable, type Saved } from '#machine';
import type { InterruptState, VirtualTime } from '../../virtual-time';
import type { Injection } from '../../vcpu';
import { PAGE_SIZE } from '../../memory/slots';
import { SharedInfo } from './shared-info';
import type { ParavirtualVcpu } from './vcpu';

/** Bits of the field `status` and of a frame's, those of sstatus. */
const SPIE = 1n << 5n;
const SPP = 1n << 8n;
const INTERRUPT = 1n << 63n;
const TP = 4;
const REGISTERS = 32;

/** Where upcalls enter, guest-virtual in the kernel's root. */
export interface Entries {
  /** Traps and events of user programs. */
  readonly user: bigint;
  /** Events that come while the kernel runs, and its own exceptions. */
  readonly kernel: bigint;
}

export class Upcalls implements Savable {
  shared: SharedInfo | undefined;
  entries: Entries | undefined;
  readonly #vcpu: ParavirtualVcpu;
  readonly #time: VirtualTime;

  constructor(vcpu: ParavirtualVcpu, time: VirtualTime) {
    this.#vcpu = vcpu;
    this.#time = time;
  }

  /** A hart that starts has registered nothing. */
  forget(): void {
    this.forgetShared();
    this.entries = undefined;
  }

  /** The page may become a table again. */
  forgetShared(): void {
    if (this.shared) this.#vcpu.domain.release(this.shared.frame);
    this.shared = undefined;
  }

  /** This page from now on, which may not become a table as long as it is. */
  share(frame: number): void {
    this.forgetShared();
    this.shared = this.#page(frame);
  }

  save(): Saved {
    return { shared: this.shared?.frame ?? null, entries: this.entries ? { ...this.entries } : null };
  }

  /** References to frames are counted afterwards (`Domain.restored`). */
  restore(saved: Saved): void {
    const from = new SavedFields(saved, 'upcalls');
    const hasShared = from.saved('shared') !== null;
    this.shared = hasShared ? this.#page(from.integer('shared', 0, Number.MAX_SAFE_INTEGER)) : undefined;
    const entries = from.saved('entries') === null ? undefined : from.part('entries');
    this.entries = entries && { user: entries.word('user'), kernel: entries.word('kernel') };
  }

  #page(frame: number): SharedInfo {
    return new SharedInfo(this.#vcpu.domain.ram, frame * PAGE_SIZE, frame);
  }

  /** A kernel without a shared-info page has enabled nothing. */
  interrupts(pending: bigint): InterruptState {
    const { shared } = this;
    const { mode } = this.#vcpu;
    return { pending, enabled: shared?.get('enabled') ?? 0n, mode, open: shared?.get('mask') === 0n };
  }

  /** The cause of the event that enters the kernel now, if one may. */
  due(pending: bigint): number | undefined {
    return this.entries && this.#time.due(this.interrupts(pending));
  }

  /** Before the guest runs: what it can know without asking. */
  show(pending: bigint, time: bigint): void {
    this.shared?.set('pending', pending);
    this.shared?.set('time', time);
  }

  /** Enters the kernel, events masked; false, and the VM ends, if there is no way in. */
  deliver({ cause, interrupt, tval }: Injection): boolean {
    const { shared, entries } = this;
    const vcpu = this.#vcpu;
    const { pc, mode, x } = vcpu;
    if (!shared || !entries)
      return this.#fail(
        `the guest trapped (${causeName(cause, interrupt)}) before its kernel had registered where traps enter`,
      );
    if (mode === 'S' && cause === Exception.instructionPageFault && pc === entries.kernel && !interrupt) {
      return this.#fail('the guest has its entry for traps, which is not mapped');
    }
    shared.set('status', (mode === 'S' ? SPP : 0n) | (shared.get('mask') === 0n ? SPIE : 0n));
    shared.set('pc', pc);
    shared.set('cause', BigInt(cause) | (interrupt ? INTERRUPT : 0n));
    shared.set('value', tval);
    shared.set('mask', 1n);
    vcpu.pc = mode === 'S' ? entries.kernel : entries.user;
    if (mode === 'U') {
      const scratch = shared.get('scratch');
      shared.set('scratch', x.get(TP));
      x.set(TP, scratch);
    }
    vcpu.mode = 'S';
    return true;
  }

  /**
   * Leaves a handler: pc, x1 .. x31 and status, 8 bytes each, come from the frame at guest-physical `at`. False, and nothing has
   * changed, if that is not all RAM, there is no shared-info page, or no user program to return to.
   */
  leave(at: bigint): boolean {
    const { shared } = this;
    const vcpu = this.#vcpu;
    const bytes = vcpu.vm.memory.copyOut(at, 8 * (REGISTERS + 1));
    if (!shared || !bytes) return false;
    const view = new DataView(bytes.buffer);
    const word = (i: number) => view.getBigUint64(8 * i, true);
    const status = word(REGISTERS);
    const toUser = (status & SPP) === 0n;
    if (toUser && vcpu.roots?.user === undefined) return false;
    vcpu.pc = word(0);
    for (let i = 1; i < REGISTERS; i++) vcpu.x.set(i, word(i));
    shared.set('mask', status & SPIE ? 0n : 1n);
    vcpu.mode = toUser ? 'U' : 'S';
    return true;
  }

  #fail(why: string): false {
    const { vm, pc } = this.#vcpu;
    vm.ending ??= { why: 'crashed', code: 1, detail: `at 0x${pc.toString(16)} ${why}` };
    return false;
  }
}
