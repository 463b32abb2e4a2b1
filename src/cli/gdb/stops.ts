/** Where a debugged guest stops: breakpoints and watchpoints, found on and back (Debugging with GDB, packets `Z` and `bc`). */
import { findLast, findNext, Sight, type Walk, type Way } from '#course/step';
import { decode } from '#machine';
import type { GuestEvent, Host } from '#vmm';
import { bytesHex } from './packets';

interface Watched {
  readonly address: bigint;
  readonly length: number;
}

/** Why the guest stands still, as gdb's stop reply has it. */
export type Stop = 'step' | 'begin' | 'end' | 'interrupted' | { readonly watch: bigint };

export class Stops {
  readonly #breakpoints = new Set<bigint>();
  readonly #watched = new Map<string, Watched>();

  setBreakpoint(address: bigint, there: boolean): void {
    if (there) this.#breakpoints.add(address);
    else this.#breakpoints.delete(address);
  }

  setWatchpoint(watched: Watched, there: boolean): void {
    const key = `${watched.address} ${watched.length}`;
    if (there) this.#watched.set(key, watched);
    else this.#watched.delete(key);
  }

  /** Until a breakpoint, the change of something watched, or the guest's end. */
  *goOn(walk: Walk): Generator<undefined, Stop> {
    if (this.#none) return yield* ended(walk, walk.goTo(Infinity));
    const seen = new Changes([...this.#watched.values()], walk.host);
    const place = yield* findNext(walk, (event, host) => this.#isHere(event) || seen.happened(event, host), Infinity);
    if (place === undefined) return yield* ended(walk, walk.goTo(Infinity));
    if (seen.last === undefined) return yield* ended(walk, walk.goToInstruction(place));
    yield* walk.goToInstruction(place + 1); // gdb looks at what is there now
    return { watch: seen.last };
  }

  /** Back to the last of these, or to the start. */
  *goBack(walk: Walk): Generator<undefined, Stop> {
    const place = this.#none ? undefined : yield* this.#lastStop(walk);
    yield* walk.goToInstruction(place?.instruction ?? 0);
    if (place === undefined) return 'begin';
    return place.watch === undefined ? 'step' : { watch: place.watch };
  }

  *#lastStop(walk: Walk): Generator<undefined, { instruction: number; watch?: bigint } | undefined> {
    const seen = new Changes([...this.#watched.values()]);
    let watch: bigint | undefined;
    const instruction = yield* findLast(walk, (event, host) => {
      const changed = seen.happened(event, host);
      const stops = changed || this.#isHere(event);
      if (stops) watch = changed ? seen.last : undefined;
      return stops;
    });
    return instruction === undefined ? undefined : { instruction, watch };
  }

  get #none(): boolean {
    return this.#breakpoints.size + this.#watched.size === 0;
  }

  #isHere({ kind, pc }: GuestEvent): boolean {
    return kind === 'instruction' && this.#breakpoints.has(pc);
  }
}

function* ended(walk: Walk, way: Way): Generator<undefined, Stop> {
  yield* way;
  return walk.end === undefined ? 'step' : 'end';
}

/** Whether watched memory has changed since it was looked at. */
class Changes {
  readonly #watched: readonly Watched[];
  #values: string[] | undefined;
  /** The address of the last change. */
  last: bigint | undefined;

  /** `host`: where the first look is at; without it, at the first event. */
  constructor(watched: readonly Watched[], host?: Host) {
    this.#watched = watched;
    this.#values = host && this.#look(host);
  }

  happened(event: GuestEvent, host: Host): boolean {
    if (this.#watched.length === 0 || (this.#values && !mayStore(event))) return false;
    const before = this.#values;
    // What cannot be read at the moment is as it was.
    const now = this.#look(host).map((value, i) => (value === '' ? (before?.[i] ?? '') : value));
    const changed = before ? now.findIndex((value, i) => before[i] !== '' && value !== before[i]) : -1;
    this.#values = now;
    if (changed < 0) return false;
    this.last = this.#watched[changed].address;
    return true;
  }

  #look(host: Host): string[] {
    const sight = new Sight(host);
    return this.#watched.map(({ address, length }) => readBytes(sight, address, length) ?? '');
  }
}

/** A store, an atomic one, or a call of the firmware, which may store for the guest. */
function mayStore(event: GuestEvent): boolean {
  if (event.kind === 'trap') return false;
  const does = decode(event.word)?.row.does;
  return does !== undefined && ['store', 'sc', 'amo', 'system'].includes(does.kind);
}

/** Hexadecimal, as much of it as the guest may read, from the start; undefined if that is nothing. */
export function readBytes(sight: Sight, address: bigint, length: number): string | undefined {
  const bytes: number[] = [];
  for (let i = 0n; i < length; i++) {
    const byte =
      sight.read(BigInt.asUintN(64, address + i), 1) ?? sight.read(BigInt.asUintN(64, address + i), 1, 'fetch');
    if (byte === undefined) break;
    bytes.push(Number(byte));
  }
  return bytes.length === 0 ? undefined : bytesHex(bytes);
}
