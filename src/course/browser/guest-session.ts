/** One guest that a page has booted: orders in, pictures out. */
import { bootVms, imageOf, type Parts, type TechniqueName } from '#vmm';
import { codeLine, Sight, Walk, type Way } from '../step';
import { tracedExits } from '../trace';
import { unpackGuest, type GuestPack } from './guest-pack';
import type { ExitRow, Order, Picture } from './messages';

const MEMORY_BYTES = 4 * 1024 * 1024;
const ROWS = 12;

export class GuestSession {
  readonly #program;
  readonly #walk: Walk;
  #way: Way | undefined;
  /** What of the console is in earlier pictures. */
  #told = '';

  constructor(guest: GuestPack, technique: TechniqueName, parts: Parts) {
    this.#program = unpackGuest(guest);
    const image = imageOf(guest.file, this.#program);
    const vms = [{ name: guest.name, image, memoryBytes: MEMORY_BYTES }];
    this.#walk = new Walk(({ engine, onEvent }) => bootVms({ vms, technique, parts, engine, onEvent }));
  }

  /** Begins to do what is ordered; `turn` does it. */
  take(order: Exclude<Order, { kind: 'boot' }>): void {
    const walk = this.#walk;
    if (order.kind === 'run') this.#way = walk.goTo(Infinity);
    else if (order.kind === 'pause') this.#way = undefined;
    else if (order.kind === 'input') walk.input(Uint8Array.from(order.text, (character) => character.charCodeAt(0)));
    else if (order.unit === 'instruction') this.#way = walk.goTo(walk.step + (order.back ? -1 : 1));
    else this.#way = order.back ? walk.previousExit() : walk.nextExit();
  }

  /** Goes on for some milliseconds. True if there is more to do. */
  turn(): boolean {
    if (this.#way?.next().done) this.#way = undefined;
    return this.#way !== undefined;
  }

  picture(): Picture {
    const walk = this.#walk;
    const sight = new Sight(walk.host);
    const { pc, label, text, source } = codeLine(sight, sight.pc, this.#program);
    const counts = Object.entries(walk.vm.counters.byKind).filter(([kind, times]) => times > 0 && kind !== 'budget');
    return {
      running: this.#way !== undefined,
      end: walk.end,
      instructions: walk.instruction,
      exits: walk.exitCount,
      counts,
      at: { pc: hex(pc), label, text, source: source && `${source.place}: ${source.text}` },
      mode: sight.mode,
      last: walk.exits.last(walk.step, ROWS).flatMap(({ number, events }) => rowOf(number, tracedExits(events)[0])),
      console: this.#news(),
    };
  }

  #news(): Picture['console'] {
    const { console } = this.#walk;
    const again = !console.startsWith(this.#told);
    const text = again ? console : console.slice(this.#told.length);
    this.#told = console;
    return { again, text };
  }
}

const rowOf = (number: number, exit: ReturnType<typeof tracedExits>[number] | undefined): ExitRow[] =>
  exit ? [{ number, pc: hex(exit.pc), why: exit.why, did: exit.did.join(', ') }] : [];

const hex = (value: bigint): string => `0x${value.toString(16)}`;
