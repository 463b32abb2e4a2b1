/** The hypercalls by number: docs/paravirtual.md is the contract, and this file keeps it. Every argument comes from a guest and may be anything. */
import { countIn } from '../../counters';
import type { PageTableAnswer } from '../../parts';
import { sbiCall } from '../../sbi';
import { failure, notSupported, SbiError, success, type SbiOutcome } from '../../sbi/extension';
import type { ParavirtualVcpu } from './vcpu';

/** Requests in one `update`, and calls in one `multicall`. */
const MOST_UPDATES = 512;
const MOST_CALLS = 64;
/** Entries of tables that the calls of one exit may look at; then the rest has to wait for another exit. */
const LOOKS_AT_ONCE = 2 ** 20;
const NO_ROOT = 2n ** 64n - 1n;
/** a0 .. a5, fn, extension: a call in memory, 8 bytes each. */
const CALL_WORDS = 8;

/** How a call on page tables went; `tired`: it is worth trying again. */
type Answer = PageTableAnswer | 'tired';

const ERRORS: Readonly<Record<Exclude<Answer, 'done'>, bigint>> = {
  malformed: SbiError.INVALID_PARAM,
  foreign: SbiError.INVALID_ADDRESS,
  conflict: SbiError.DENIED,
  tired: SbiError.FAILED,
};

const outcomeOf = (answer: Answer): SbiOutcome => (answer === 'done' ? success() : failure(ERRORS[answer]));

type Hypercall = (args: readonly bigint[]) => SbiOutcome;

/** The hypercalls of one VCPU. */
export class Hypercalls {
  readonly #vcpu: ParavirtualVcpu;
  /** In the order of their numbers. */
  readonly #table: readonly (readonly [name: string, call: Hypercall])[] = Object.entries({
    memory_map: ([buffer, room]) => this.#memoryMap(buffer, room),
    set_shared_info: ([page]) => this.#setSharedInfo(page),
    set_entries: ([user, kernel]) => this.#setEntries(user, kernel),
    set_roots: ([kernel, user]) => this.#setRoots(kernel, user),
    pin: ([page, level]) => this.#onFrame(page, (frame) => this.#domain.pin(frame, Number(level))),
    unpin: ([page]) => this.#onFrame(page, (frame) => this.#domain.unpin(frame)),
    update: ([requests, count]) => this.#update(requests, count),
    return: ([frame]) => this.#return(frame),
    block: () => ({ ...success(), next: 'block' }),
    multicall: ([calls, count]) => this.#multicall(calls, count),
  } satisfies Record<string, Hypercall>);
  /** What `domain.looked` may reach in this exit. */
  #looksUntil = 0;
  #inMulticall = false;

  constructor(vcpu: ParavirtualVcpu) {
    this.#vcpu = vcpu;
  }

  get #domain(): ParavirtualVcpu['domain'] {
    return this.#vcpu.domain;
  }

  call(fn: bigint, args: readonly bigint[]): SbiOutcome {
    if (!this.#inMulticall) this.#looksUntil = this.#domain.looked + LOOKS_AT_ONCE;
    const row = fn < BigInt(this.#table.length) ? this.#table[Number(fn)] : undefined;
    countIn(this.#vcpu.vm.counters.hypercalls, row?.[0] ?? 'unknown');
    return row?.[1](args) ?? notSupported;
  }

  /** Where the guest's RAM lies: {guest-physical, machine, size} for each stretch, as many as there is room for; a1: how many there are. */
  #memoryMap(buffer: bigint, room: bigint): SbiOutcome {
    const { memory } = this.#vcpu.vm;
    const slots = [...memory.slots];
    const words = slots.slice(0, Number(room)).flatMap(({ gpa, hpa, size }) => [gpa, BigInt(hpa), BigInt(size)]);
    const fits = memory.copyIn(buffer, new Uint8Array(BigUint64Array.from(words).buffer));
    return fits ? success(BigInt(slots.length)) : failure(SbiError.INVALID_ADDRESS);
  }

  /** We shall store into this page, so it may not become a table as long as it is registered. */
  #setSharedInfo(page: bigint): SbiOutcome {
    const { upcalls } = this.#vcpu;
    return this.#onFrame(page, (frame) => {
      const answer = this.#domain.refer(frame, 'writable');
      if (answer !== 'done') return answer;
      upcalls.share(frame);
      return 'done';
    });
  }

  /** The addresses are the guest's own business: whether they are mapped shows when they are needed. */
  #setEntries(user: bigint, kernel: bigint): SbiOutcome {
    this.#vcpu.upcalls.entries = { user, kernel };
    return success();
  }

  #setRoots(kernelAt: bigint, userAt: bigint): SbiOutcome {
    const user = userAt === NO_ROOT ? undefined : this.#domain.frameAt(userAt);
    if (user === undefined && userAt !== NO_ROOT) return failure(SbiError.INVALID_ADDRESS);
    return this.#onFrame(kernelAt, (kernel) => this.#domain.setRoots(this.#vcpu, { kernel, user }));
  }

  /** {guest-physical address of an entry, entry} for each, in order, up to the first that is refused. a1: how many are done, and stay so. */
  #update(requests: bigint, count: bigint): SbiOutcome {
    if (count > BigInt(MOST_UPDATES)) return failure(SbiError.INVALID_PARAM);
    const words = this.#words(requests, 2 * Number(count));
    if (!words) return failure(SbiError.INVALID_ADDRESS);
    for (let i = 0; i < Number(count); i++) {
      const answer = this.#tired ? 'tired' : this.#domain.update(words[2 * i], words[2 * i + 1]);
      if (answer !== 'done') return { a0: ERRORS[answer], a1: BigInt(i), next: 'advance' };
    }
    return success(count);
  }

  #return(frame: bigint): SbiOutcome {
    return this.#vcpu.upcalls.leave(frame) ? { next: 'redirected' } : failure(SbiError.INVALID_ADDRESS);
  }

  /**
   * Several SBI calls in one exit, in order, up to the first that fails or does not come back here. a0 and a1 of each are stored
   * over its first two arguments; a1 of the whole: how many succeeded.
   */
  #multicall(calls: bigint, count: bigint): SbiOutcome {
    if (this.#inMulticall) return failure(SbiError.DENIED);
    if (count > BigInt(MOST_CALLS)) return failure(SbiError.INVALID_PARAM);
    const words = this.#words(calls, CALL_WORDS * Number(count));
    if (!words) return failure(SbiError.INVALID_ADDRESS);
    this.#inMulticall = true;
    try {
      return this.#each(calls, words);
    } finally {
      this.#inMulticall = false;
    }
  }

  #each(calls: bigint, words: BigUint64Array): SbiOutcome {
    const vcpu = this.#vcpu;
    for (let at = 0; at < words.length; at += CALL_WORDS) {
      const [fn, extension] = words.subarray(at + 6, at + CALL_WORDS);
      const {
        a0 = 0n,
        a1 = 0n,
        next,
      } = sbiCall(vcpu.vm, vcpu, { extension, fn, args: [...words.subarray(at, at + 6)] });
      if (next === 'redirected') return { next };
      vcpu.vm.memory.write(calls + BigInt(8 * at), 8, a0);
      vcpu.vm.memory.write(calls + BigInt(8 * at + 8), 8, a1);
      const done = BigInt(at / CALL_WORDS) + (a0 === 0n ? 1n : 0n);
      if (a0 !== 0n || next !== 'advance') return { a0, a1: done, next };
    }
    return success(BigInt(words.length / CALL_WORDS));
  }

  /** A call about one page of the guest. */
  #onFrame(page: bigint, call: (frame: number) => Answer): SbiOutcome {
    if (this.#tired) return outcomeOf('tired');
    const frame = this.#domain.frameAt(page);
    return outcomeOf(frame === undefined ? 'foreign' : call(frame));
  }

  get #tired(): boolean {
    return this.#domain.looked >= this.#looksUntil;
  }

  /** `count` words of 8 bytes from guest-physical `at`; undefined if they are not all RAM. */
  #words(at: bigint, count: number): BigUint64Array | undefined {
    const bytes = this.#vcpu.vm.memory.copyOut(at, 8 * count);
    return bytes && new BigUint64Array(bytes.buffer);
  }
}
