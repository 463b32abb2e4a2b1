/**
 * A run that one can walk through in both directions. Forwards, the hypervisor runs the guest for some of its hart's instructions; backwards,
 * it goes on from the last checkpoint before the place, and as runs repeat exactly, that is where it came from.
 */
import type { Engine } from '#machine';
import type { GuestEvent, Host, TraceEvent, Vm } from '#vmm';
import { isNamed } from '../errors';
import { ExitLog } from './exit-log';

/** What a boot gets besides its guest. */
export interface Listeners {
  readonly engine: Engine;
  readonly onEvent?: (event: TraceEvent) => void;
  /** With the engine `step` only. */
  readonly onGuestEvent?: (event: GuestEvent) => void;
}

/** Boots the guest, from the beginning, always in the same way: one VM with one VCPU. */
export type Boot = (listeners: Listeners) => Host;

export interface WalkOptions {
  /** A checkpoint each so many steps. A shorter run needs none: repeating it takes no longer than restoring one. */
  readonly checkpointEvery?: number;
}

/** Where a walk can go on from. */
interface Checkpoint {
  readonly step: number;
  readonly instruction: number;
  /** Missing at the beginning. */
  readonly snapshot?: Uint8Array;
  readonly exits: number;
  /** Interrupts that the guest has taken. */
  readonly interrupts: number;
  readonly console: string;
}

/** A way to some place: each turn of it takes some milliseconds, and it may be left after any. */
export type Way = Generator<undefined, void>;

/** Goes all the way. */
export function complete(way: Way): void {
  while (!way.next().done);
}

const EVERY = 2 ** 24;
/** Steps of one run of the hypervisor, and about as many of one turn of a way; and runs in one turn. */
const LONGEST_RUN = 2 ** 20;
const RUNS = 200;
const BEGINNING: Checkpoint = { step: 0, instruction: 0, exits: 0, interrupts: 0, console: '' };

/** Something that was typed at the guest. */
interface Typed {
  readonly step: number;
  readonly bytes: Uint8Array;
}

/** A step is one instruction that the hart begins for the guest: one that is tried again after a hidden fault makes two. */
export class Walk {
  readonly exits = new ExitLog();
  readonly #boot: Boot;
  #checkpoints: readonly Checkpoint[] = [BEGINNING];
  readonly #every: number;
  /** The checkpoint that the present run has begun at. */
  #from = BEGINNING;
  #host: Host;
  #end: string | undefined;
  /** All that was typed, in order; a walk back and forth repeats it. */
  #typed: readonly Typed[] = [];
  /** So many of them the guest has got in this run. */
  #given = 0;

  constructor(boot: Boot, { checkpointEvery = EVERY }: WalkOptions = {}) {
    this.#boot = boot;
    this.#host = this.#bootFrom(BEGINNING);
    this.#every = this.vm.vcpus[0].savable ? checkpointEvery : Infinity;
  }

  get host(): Host {
    return this.#host;
  }
  get vm(): Vm {
    return this.#host.vms[0];
  }
  /** Steps since the start. */
  get step(): number {
    return this.#from.step + this.vm.vcpus[0].ran;
  }
  /** What the guest went through so far, as lessons count it: instructions, each with what it raised, and interrupts. The same under every technique. */
  get instruction(): number {
    return Number(this.vm.vcpus[0].inspect().begun) + this.#interrupts;
  }
  get #interrupts(): number {
    return this.#from.interrupts + this.vm.counters.interruptsInjected;
  }
  /** Exits so far. */
  get exitCount(): number {
    return this.exits.countUntil(this.step);
  }
  /** All that the guest wrote so far, a character for each byte. */
  get console(): string {
    return this.#from.console + this.vm.console.text;
  }
  /** Why the guest cannot go on, in a sentence; undefined while it can. */
  get end(): string | undefined {
    return this.#end;
  }

  /** The guest gets input at this place. What was typed at later ones, from which the walk has come back, never was. */
  input(bytes: Uint8Array): void {
    const step = this.step;
    this.#typed = [...this.#typed.slice(0, this.#given), { step, bytes }];
    this.#checkpoints = this.#checkpoints.filter((each) => each.step < step || each === BEGINNING);
    this.exits.forgetAfter(step);
    if (!this.vm.stop) this.#end = undefined;
    this.#give();
  }

  /** The guest gets what was typed at this place. */
  #give(): void {
    while (this.#typed[this.#given]?.step === this.step) this.vm.input(this.#typed[this.#given++].bytes);
  }

  // Ways

  /** To so many steps from the start, or to the guest's end if that comes first. */
  *goTo(step: number): Way {
    if (step < this.step) this.#goOnFrom(this.#checkpoints.findLast((each) => each.step <= Math.max(0, step))!);
    yield* this.#runUntil(() => step - this.step);
  }

  /** To the first place where the guest has so many instructions behind it. */
  *goToInstruction(instruction: number): Way {
    if (instruction < this.instruction)
      this.#goOnFrom(this.#checkpoints.findLast((each) => each.instruction <= Math.max(0, instruction))!);
    // In one step the guest may take an interrupt and begin an instruction: so never more than half of the way at once.
    yield* this.#runUntil(() => Math.ceil((instruction - this.instruction) / 2));
  }

  /** To the place behind the next exit. */
  *nextExit(): Way {
    const before = this.exitCount;
    yield* this.#runUntil(() => (this.exitCount === before ? LONGEST_RUN : 0));
  }

  /** To the place behind the last exit before this place, or to the start. */
  previousExit(): Way {
    return this.goTo(this.exits.stepOf(this.exits.countUntil(this.step - 1)) ?? 0);
  }

  /** To the place behind the exit of that number, from 1. */
  *goToExit(number: number): Way {
    const known = this.exits.stepOf(number);
    if (known !== undefined) return yield* this.goTo(known);
    yield* this.#runUntil(() => (this.exitCount < number ? LONGEST_RUN : 0));
  }

  *#runUntil(left: () => number): Way {
    for (;;) {
      const begun = this.step;
      for (let i = 0; i < RUNS && this.step - begun < LONGEST_RUN; i++) {
        const steps = left();
        if (steps <= 0 || this.#end !== undefined) return;
        this.#run(Math.min(steps, LONGEST_RUN));
      }
      yield;
    }
  }

  /**
   * Another run of the guest, from the start or from this place on, which tells of each of its instructions and traps. Whoever asked
   * runs it, and releases it.
   */
  *follower(from: 'start' | 'here', hear: (event: GuestEvent) => void): Generator<undefined, Host> {
    let listening = from === 'start';
    const host = this.#boot({ engine: 'step', onGuestEvent: (event) => listening && hear(event) });
    if (listening) return host;
    const [vcpu] = host.vms[0].vcpus;
    const { snapshot } = this.#from;
    if (snapshot) host.restore(host.vms[0], snapshot);
    const steps = this.step - this.#from.step;
    for (let i = 1; vcpu.ran < steps; i++) {
      host.run(1, Math.min(steps - vcpu.ran, LONGEST_RUN));
      if (i % RUNS === 0) yield;
    }
    listening = true;
    return host;
  }

  /** Until the next exit, for at most so many steps. */
  #run(steps: number): void {
    this.#give();
    if (this.step === this.#from.step + this.#every) this.#cross();
    try {
      const border = Math.min(this.#from.step + this.#every, this.#typed[this.#given]?.step ?? Infinity);
      const ended = this.#host.run(1, Math.min(steps, border - this.step));
      this.#end = this.vm.stop?.detail ?? (ended === 'deadlock' ? FOR_EVER : undefined);
    } catch (error) {
      if (!isNamed(error, 'PartFailure') && !isNamed(error, 'NotWritten')) throw error;
      this.#end = error.message;
    }
    if (this.exits.strayed) this.#end = STRAYED;
  }

  /** Goes on from a checkpoint at this place; the first time too, so that each time is like the first. */
  #cross(): void {
    const { step, instruction, console } = this;
    let checkpoint = this.#checkpoints.find((each) => each.step === step);
    if (!checkpoint) {
      const snapshot = this.#host.snapshot(this.vm);
      checkpoint = { step, instruction, snapshot, exits: this.exitCount, interrupts: this.#interrupts, console };
      this.#checkpoints = [...this.#checkpoints, checkpoint];
    }
    this.#goOnFrom(checkpoint);
  }

  #goOnFrom(checkpoint: Checkpoint): void {
    this.#host.release();
    this.#host = this.#bootFrom(checkpoint);
  }

  #bootFrom(checkpoint: Checkpoint): Host {
    const { step, snapshot, exits } = checkpoint;
    this.#from = checkpoint;
    this.#end = undefined;
    this.exits.restart(exits);
    // A checkpoint is made after the guest got what was typed at its place.
    this.#given = checkpoint === BEGINNING ? 0 : this.#typed.filter((each) => each.step <= step).length;
    const host = this.#boot({
      engine: 'interpret',
      onEvent: (event) => this.exits.hear(event, step + host.vms[0].vcpus[0].ran),
    });
    if (snapshot) host.restore(host.vms[0], snapshot);
    return host;
  }
}

const FOR_EVER = 'the guest waits for an interrupt that will never come';
const STRAYED =
  'this run went another way when it was repeated: a part keeps something from one run to the next, and cannot be walked through';
