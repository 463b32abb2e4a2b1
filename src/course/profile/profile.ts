/** Samples a guest: who runs, and called by whom, each so many of its instructions. The same on every run, as time is instructions here. */
import type { Symbols } from '#machine';
import type { Host, TraceEvent } from '#vmm';
import { isNamed } from '../errors';
import { Sight } from '../step';
import { HostTime } from './host-time';
import { stackOf } from './stack';

export interface ProfileOptions {
  /** Boots one VM with one VCPU. */
  readonly boot: (onEvent: (event: TraceEvent) => void) => Host;
  readonly names: Symbols;
  /** Instructions from one sample to the next, from 1. */
  readonly every: number;
  /** After so many instructions it is enough. */
  readonly most: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

export interface Profile {
  /** Instructions that the hart began for the guest. */
  readonly instructions: number;
  readonly every: number;
  /** Samples of each stack: `kernel` or `user`, then the functions, the outermost first. */
  readonly stacks: ReadonlyMap<string, Stack>;
  readonly time: HostTime;
  /** Why it ended, in a sentence. */
  readonly end: string;
  /** A part has failed: `end` says how. */
  readonly failed: boolean;
}

export interface Stack {
  readonly frames: readonly string[];
  readonly samples: number;
}

/** What stands for code without a name. */
const NAMELESS = '(no symbol)';
const ENDS = {
  'all-stopped': 'over',
  deadlock: 'waits for ever: nothing can wake it',
  'out-of-budget': undefined,
} as const;

/** Runs the guest until its end, or for `most` instructions. */
export function profile({ boot, names, every, most, now }: ProfileOptions): Profile {
  const time = new HostTime(now);
  const host = boot((event) => event.kind === 'exit' && time.exit(event.exit.kind));
  const [vm] = host.vms;
  const [vcpu] = vm.vcpus;
  const stacks = new Map<string, Stack>();
  const run = (): string => {
    for (let next = every; ;) {
      time.enter();
      const ended = ENDS[host.run(1, Math.min(next, most) - vcpu.ran)];
      time.handled();
      if (ended !== undefined) return vm.stop?.detail ?? ended;
      if (vcpu.ran >= next) {
        count(stacks, framesOf(host, names));
        next += every * Math.ceil((vcpu.ran - next + 1) / every);
      }
      if (vcpu.ran >= most) return `still running after ${most.toLocaleString('en')} instructions`;
    }
  };
  try {
    const end = guarded(run);
    return { instructions: vcpu.ran, every, stacks, time, ...end };
  } finally {
    host.release();
  }
}

function guarded(run: () => string): { end: string; failed: boolean } {
  try {
    return { end: run(), failed: false };
  } catch (error) {
    if (!isNamed(error, 'PartFailure') && !isNamed(error, 'NotWritten')) throw error;
    return { end: error.message, failed: true };
  }
}

function framesOf(host: Host, names: Symbols): string[] {
  const sight = new Sight(host);
  const functions = stackOf(sight, names);
  return [sight.mode === 'S' ? 'kernel' : 'user', ...(functions.length === 0 ? [NAMELESS] : functions)];
}

function count(stacks: Map<string, Stack>, frames: readonly string[]): void {
  const key = frames.join(';');
  stacks.set(key, { frames, samples: (stacks.get(key)?.samples ?? 0) + 1 });
}
