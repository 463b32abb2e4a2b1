/** Runs guests for a suite: in VMs with given parts, or on the bare machine, which is what they are compared with. */
import type { Isa, Program } from '#machine';
import {
  bootVms,
  imageOf,
  type Counters,
  type GuestEvent,
  type Host,
  type Parts,
  type PlannedRange,
  type RunLoopEnd,
  type StopReason,
  type TechniqueName,
  type VmConfig,
} from '#vmm';

export interface RunOptions {
  /** How the VMs run; default: trap-and-emulate. Bare metal has none. */
  readonly technique?: TechniqueName;
  /** Memory of each VM in bytes, from 0x8000_0000 on. Guests of the course need 4 MiB. */
  readonly memoryBytes?: number;
  /** Where each VM's RAM is instead; the sizes add up to `memoryBytes`. Not on bare metal. */
  readonly ranges?: readonly PlannedRange[];
  /** The most that a VM gets from the host in one piece; default: all. Bare metal has all of its RAM in one. */
  readonly pieceBytes?: number;
  /** What is plugged into the board of each VM, or of the bare machine: made anew for each. */
  readonly devices?: () => VmConfig['devices'];
  /** Frames that the shadow tables of each VM may use, at least 64; default: enough. */
  readonly shadowFrames?: number;
  /** Characters that somebody has typed at each serial port when the guest begins. */
  readonly typed?: string;
  /** What the guests' harts can do; default: what the technique gives them. */
  readonly isa?: Isa;
  /** Exits allowed in all. */
  readonly exits?: number;
  /** Instructions of a turn. */
  readonly slice?: number;
  /** Hears everything that the guests can see; makes the run a slow, stepping one. */
  readonly onGuestEvent?: (vm: number, event: GuestEvent) => void;
}

/** What became of one guest. */
export interface Outcome {
  readonly console: string;
  /** Why it ended: 'hung' if it did not, because nothing will ever wake it or because the exits were used up. */
  readonly stop: StopReason['why'];
  /** One sentence. */
  readonly detail: string;
  /** How the run as a whole ended. */
  readonly end: RunLoopEnd;
  /** Stands for the contents of its memory. */
  digest(): string;
  readonly counters: Counters;
}

export const MEMORY_BYTES = 4 * 1024 * 1024;
const EXITS = 20_000;
const SLICE = 2_000;

const UNENDED: Readonly<Record<RunLoopEnd, string>> = {
  'all-stopped': 'the run loop came back although the guest had not ended',
  deadlock: 'the guest waits for an interrupt that will never come',
  'out-of-budget': 'the guest did not end within the exits allowed',
};

/** The program in a VM of its own, under these parts. */
export function runInVm(parts: Parts, program: Program, options: RunOptions = {}): Outcome {
  return runTogether(parts, [program], options)[0];
}

/** Several programs at once, each in a VM of its own, on one hart. */
export function runTogether(parts: Parts, programs: readonly Program[], options: RunOptions = {}): Outcome[] {
  const host = boot(parts, programs, options.technique ?? 'trap-and-emulate', options);
  return outcomes(host, host.run(options.exits ?? EXITS));
}

/** The program on the machine itself: a kernel in real S-mode. `reference` provides the run loop. */
export function runBare(reference: Parts, program: Program, options: RunOptions = {}): Outcome {
  const host = boot(reference, [program], 'bare', options);
  return outcomes(host, host.run(options.exits ?? EXITS))[0];
}

export function boot(parts: Parts, programs: readonly Program[], technique: TechniqueName, options: RunOptions): Host {
  const { onGuestEvent, ranges, pieceBytes } = options;
  const host = bootVms({
    vms: programs.map((program, i) => ({
      name: `vm${i}`,
      image: imageOf(`guest ${i}`, program),
      memoryBytes: options.memoryBytes ?? MEMORY_BYTES,
      ranges,
      pieceBytes,
      devices: options.devices?.(),
    })),
    shadowFrames: options.shadowFrames,
    technique,
    isa: options.isa,
    parts,
    slice: options.slice ?? SLICE,
    engine: onGuestEvent ? 'step' : 'compile',
    ...(onGuestEvent ? { onGuestEvent: (vm, _vcpu, event) => onGuestEvent(vm.id, event) } : {}),
  });
  if (options.typed !== undefined) for (const vm of host.vms) vm.input(Buffer.from(options.typed, 'latin1'));
  booted.push(host);
  return host;
}

/** Hosts whose outcomes may still be asked for. */
const booted: Host[] = [];

/** Ends the life of all outcomes so far: a test has seen what it wanted to see, and the next one can have the memory. */
export function releaseHosts(): void {
  for (const host of booted.splice(0)) host.release();
}

export function outcomes(host: Host, end: RunLoopEnd): Outcome[] {
  return host.results().map((result) => {
    const { console, stop, counters } = result;
    const { why, detail } = stop ?? { why: 'hung' as const, detail: UNENDED[end] };
    return { console, stop: why, detail, end, counters, digest: () => result.digest };
  });
}
