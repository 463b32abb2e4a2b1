/**
 * Equivalence: the same guest on the bare machine and in a VM, compared instruction by instruction.
 *
 * Compared are all that a guest can see: the sequence of instructions and traps with every value written to a register,
 * the console, how the guest ended, and its memory at the end. Nothing is left out for time: a clock here counts the guest's
 * own instructions, so a guest that is alone in its VM reads the same time, and gets its interrupts at the same instruction.
 *
 * Two things an architecture leaves open would show here as differences, and guests that are compared avoid them: an `sc` may
 * fail because the hypervisor ran between `lr` and `sc`, and `wfi` may end early.
 */
import type { Program } from '#machine';
import type { GuestEvent, Host, Parts, RunLoopEnd } from '#vmm';
import { recordingOf, runOnBareMetal, EXITS_AT_ONCE, SLICE, type Comparison, type Recording } from './bare-metal';
import { Divergence, divergence, hex, hex64, sameEvent } from './divergence';
import { firstDifference } from './first-difference';
import { boot, outcomes, type Outcome } from './run';

const RAM_BASE = 0x8000_0000n;

/** Throws a Divergence that names the first difference; returns what became of the guest if there is none. */
export function sameAsBareMetal(parts: Parts, reference: Parts, program: Program, options: Comparison = {}): Outcome {
  const recording = recordingOf(reference, program, options);
  const follower = new Follower(recording);
  const host = boot(parts, [program], options.technique ?? 'trap-and-emulate', {
    slice: SLICE,
    ...options,
    onGuestEvent: (_, event) => follower.take(event),
  });
  const different = (vm: Outcome) => differenceOf(recording, follower, vm, program, options.name);
  let vm: Outcome;
  try {
    vm = outcomes(host, follow(host, follower, recording))[0];
  } catch (error) {
    // A part that first made a difference and then broke down: the first difference tells more.
    if (follower.apart) throw different(outcomes(host, 'out-of-budget')[0]);
    throw error;
  }
  if (follower.apart || follower.common < recording.events.length) throw different(vm);
  if (recording.finite) {
    const memory = () => memoryOf(runOnBareMetal(reference, program, options).host);
    sameEnd(recording, host, vm, memory, options.name);
  }
  return vm;
}

/** Compares events as they come; behind the first that differs it does not listen any more. */
class Follower {
  common = 0;
  apart: GuestEvent | undefined;
  readonly #recording: Recording;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  take(event: GuestEvent): void {
    if (this.done) return;
    const expected: GuestEvent | undefined = this.#recording.events[this.common];
    if (expected && sameEvent(expected, event)) this.common++;
    else this.apart = event;
  }

  /** Nothing that comes now can matter. */
  get done(): boolean {
    const { events, finite } = this.#recording;
    return this.apart !== undefined || (!finite && this.common === events.length);
  }
}

/** Runs the guest in the VM until it has ended, gone another way, or used up far more exits than its instructions can need. */
function follow(host: Host, follower: Follower, { events }: Recording): RunLoopEnd {
  let end: RunLoopEnd = 'out-of-budget';
  for (
    let exits = 4 * events.length + 1_000;
    exits > 0 && end === 'out-of-budget' && !follower.done;
    exits -= EXITS_AT_ONCE
  ) {
    end = host.run(EXITS_AT_ONCE);
  }
  return end;
}

function differenceOf(
  { events, outcome }: Recording,
  { common, apart }: Follower,
  vm: Outcome,
  program: Program,
  name?: string,
): Divergence {
  return divergence({
    guest: nameOf(name),
    program,
    common,
    before: events[common - 1],
    bare: { event: events[common], ending: outcome.detail },
    vm: { event: apart, ending: vm.detail },
  });
}

/** Same instructions, same end? A store shows in memory only. `bareMemory` is all of RAM at the end on bare metal. */
function sameEnd(
  { outcome, digest }: Recording,
  host: Host,
  vm: Outcome,
  bareMemory: () => Uint8Array,
  name?: string,
): void {
  const differs = (what: string, onBare: string, inVm: string) =>
    new Divergence(
      `${nameOf(name)} did the same as on bare metal, but ${what}\n  bare metal      ${onBare}\n  your VMM        ${inVm}`,
    );
  if (vm.stop !== outcome.stop) throw differs('ended in another way', outcome.detail, vm.detail);
  const printed = firstDifference(outcome.console, vm.console);
  if (printed) throw new Divergence(`${nameOf(name)} did the same as on bare metal, but on its console ${printed}`);
  if (vm.digest() === digest) return;
  const [onBare, inVm] = [bareMemory(), memoryOf(host)];
  const at = onBare.findIndex((byte, i) => byte !== inVm[i]) & ~7;
  const word = (bytes: Uint8Array) => hex64(Buffer.from(bytes).readBigUInt64LE(at));
  throw differs(`left something else in memory at ${hex(RAM_BASE + BigInt(at))}`, word(onBare), word(inVm));
}

/** All of the guest's RAM; its slots follow each other from RAM_BASE on. */
function memoryOf({ vms: [{ memory }] }: Host): Uint8Array {
  return Buffer.concat([...memory.slots].map(({ gpa, size }) => memory.copyOut(gpa, size) ?? new Uint8Array()));
}

const nameOf = (name?: string): string => `guest ${name ?? 'kernel'}`;
