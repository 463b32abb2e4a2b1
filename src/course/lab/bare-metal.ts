/** What a guest does on bare metal, recorded: the side of a comparison that no graded part has a hand in, so that one recording serves many. */
import type { Program } from '#machine';
import type { GuestEvent, Host, Parts, RunLoopEnd } from '#vmm';
import { boot, outcomes, type Outcome, type RunOptions } from './run';

export interface Comparison extends RunOptions {
  /** The guest's name in messages. */
  readonly name?: string;
  /** A guest that never ends is compared over this many instructions and traps. */
  readonly events?: number;
}

export interface Recording {
  readonly events: readonly GuestEvent[];
  readonly outcome: Pick<Outcome, 'console' | 'stop' | 'detail'>;
  /** Of its memory at the end. */
  readonly digest: string;
  /** It ended, or waits for ever: `events` is all that it will ever do. */
  readonly finite: boolean;
}

/** Instructions of a turn, and exits between two looks: few, so that a guest that has gone astray does not run far. */
export const SLICE = 500;
export const EXITS_AT_ONCE = 16;
const EVENTS = 200_000;

/** Recordings by the reference, the program and the options: all that a run on bare metal depends on. */
const kept = new Map<string, Recording>();
const numbers = new WeakMap<object, number>();
/** Events in all recordings that are kept; an event takes some 150 bytes. */
const MOST_EVENTS = 600_000;
let events = 0;
let numbered = 0;

/** What `program` does on bare metal: recorded now, or earlier in this process with the same options. */
export function recordingOf(reference: Parts, program: Program, options: Comparison): Recording {
  const key = keyOf(reference, program, options);
  const known = key === undefined ? undefined : kept.get(key);
  if (known) return known;
  const { recording } = runOnBareMetal(reference, program, options);
  if (key !== undefined) keep(key, recording);
  return recording;
}

function keep(key: string, recording: Recording): void {
  events += recording.events.length;
  kept.set(key, recording);
  for (const [oldest, { events: list }] of kept) {
    if (events <= MOST_EVENTS) break;
    kept.delete(oldest);
    events -= list.length;
  }
}

/** Undefined where the options hold functions: nothing tells whether they do the same again. */
function keyOf(reference: Parts, program: Program, options: Comparison): string | undefined {
  // What only names the guest, or concerns a VM only, makes no difference here.
  const { name: _name, technique: _technique, exits: _exits, isa, ...rest } = options;
  if (Object.values(rest).some((value) => typeof value === 'function')) return undefined;
  const objects = [reference, program, ...(isa ? [isa] : [])].map(numberOf);
  return JSON.stringify([objects, rest], (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}

/** Two objects never have the same number. */
function numberOf(object: object): number {
  const number = numbers.get(object) ?? ++numbered;
  numbers.set(object, number);
  return number;
}

/** Runs it and records; `host` is the machine at the end. */
export function runOnBareMetal(
  reference: Parts,
  program: Program,
  options: Comparison,
): { readonly host: Host; readonly recording: Recording } {
  const most = options.events ?? EVENTS;
  const list: GuestEvent[] = [];
  const onGuestEvent = (_vm: number, event: GuestEvent): unknown => list.length < most && list.push(event);
  const host = boot(reference, [program], 'bare', { slice: SLICE, ...options, onGuestEvent });
  let end: RunLoopEnd;
  do end = host.run(EXITS_AT_ONCE);
  while (end === 'out-of-budget' && list.length < most);
  if (end === 'out-of-budget' && options.events === undefined)
    throw new Error('this guest does not end on bare metal; say how many `events` to compare');
  const [{ console, stop, detail, digest }] = outcomes(host, end);
  // Nothing of the machine, which a kept recording would keep, too.
  const outcome = { console, stop, detail };
  return { host, recording: { events: list, outcome, digest: digest(), finite: end !== 'out-of-budget' } };
}
