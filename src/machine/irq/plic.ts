/** The PLIC: which interrupt, for which hart context, at what priority. RISC-V PLIC specification 1.0.0. */
import type { Device } from '../bus/device';
import type { Width } from '../isa/row';
import { SavedFields, type Saved } from '../saved';
import type { IrqLine } from './line';

/** Priorities are 0 (never) to 7, as on QEMU's virt board. */
const PRIORITY_MASK = 7;

/** Offsets of the register blocks ("Memory Map"); a register is 4 bytes. */
const PENDING = 0x1000;
const ENABLE = 0x2000;
const ENABLE_STRIDE = 0x80;
const CONTEXT = 0x20_0000;
const CONTEXT_STRIDE = 0x1000;
/** Within a context's block. */
const THRESHOLD = 0;
const CLAIM_COMPLETE = 4;

interface Context {
  /** Bit i of word w enables source 32 * w + i. */
  readonly enabled: Uint32Array;
  threshold: number;
  readonly output: IrqLine;
}

/**
 * Sources are numbered 1 .. `sources`. Each has a gateway ("Interrupt Gateways") that turns its level into one
 * request at a time: pending, then claimed ("in service"), then complete. While in service it makes no new request.
 */
export class Plic implements Device {
  readonly name = 'plic';
  readonly size = 0x60_0000;
  readonly widths: readonly Width[] = [4];
  readonly sources: number;
  readonly #contexts: readonly Context[];
  readonly #level: Uint8Array;
  readonly #pending: Uint8Array;
  readonly #inService: Uint8Array;
  readonly #priority: Uint8Array;

  /** `outputs[c]` is the external-interrupt wire of context c; on this board c = 2 * hart for M-mode, 2 * hart + 1 for S-mode. */
  constructor(sources: number, outputs: readonly IrqLine[]) {
    this.sources = sources;
    const words = (sources >> 5) + 1;
    this.#contexts = outputs.map((output) => ({ enabled: new Uint32Array(words), threshold: 0, output }));
    this.#level = new Uint8Array(sources + 1);
    this.#pending = new Uint8Array(sources + 1);
    this.#inService = new Uint8Array(sources + 1);
    this.#priority = new Uint8Array(sources + 1);
  }

  /** The wire that a device raises: source `id`, 1 .. `sources`. */
  source(id: number): IrqLine {
    return { set: (level) => this.#set(id, level ? 1 : 0) };
  }

  load(offset: number): bigint {
    if (offset < PENDING) return BigInt(this.#priority[offset >> 2] ?? 0);
    if (offset < ENABLE) return BigInt(this.#pendingWord((offset - PENDING) >> 2));
    if (offset < CONTEXT) return BigInt(this.#enableWord(offset)?.[0] ?? 0);
    const context = this.#contexts[Math.floor((offset - CONTEXT) / CONTEXT_STRIDE)];
    const register = offset % CONTEXT_STRIDE;
    if (context && register === THRESHOLD) return BigInt(context.threshold);
    if (context && register === CLAIM_COMPLETE) return BigInt(this.#claim(context));
    return 0n;
  }

  store(offset: number, _width: Width, value: bigint): void {
    const word = Number(value);
    if (offset < PENDING) this.#setPriority(offset >> 2, word);
    else if (offset >= ENABLE && offset < CONTEXT) this.#setEnableWord(offset, word);
    else if (offset >= CONTEXT) this.#setContext(offset - CONTEXT, word);
    this.#drive();
  }

  /** Wires keep their level: they belong to the devices. */
  reset(): void {
    for (const context of this.#contexts) {
      context.enabled.fill(0);
      context.threshold = 0;
    }
    this.#priority.fill(0);
    this.#inService.fill(0);
    this.#pending.set(this.#level);
    this.#drive();
  }

  save(): Saved {
    return {
      level: this.#level.slice(),
      pending: this.#pending.slice(),
      inService: this.#inService.slice(),
      priority: this.#priority.slice(),
      contexts: this.#contexts.map(({ enabled, threshold }) => ({ enabled: [...enabled], threshold })),
    };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, this.name);
    const ids = this.sources + 1;
    this.#level.set(from.bytes('level', ids, 1));
    this.#pending.set(from.bytes('pending', ids, 1));
    this.#inService.set(from.bytes('inService', ids, 1));
    this.#priority.set(from.bytes('priority', ids, PRIORITY_MASK));
    from.records('contexts', this.#contexts.length).forEach((each, i) => {
      const context = this.#contexts[i];
      context.threshold = each.integer('threshold', 0, PRIORITY_MASK);
      const words = each.integers('enabled', context.enabled.length, 0xffff_ffff);
      words.forEach((word, index) => (context.enabled[index] = word & this.#existing(index)));
    });
  }

  #set(id: number, level: number): void {
    if (this.#level[id] === level) return;
    this.#level[id] = level;
    this.#request(id);
    this.#drive();
  }

  /** The gateway passes a request on unless one of this source is already pending or being served. */
  #request(id: number): void {
    // A line that falls again does not take its request back ("Interrupt Gateways"): the handler finds the device satisfied.
    if (this.#level[id] && !this.#inService[id]) this.#pending[id] = 1;
  }

  /** The highest-priority request that this context may see, lowest id first among equals ("Interrupt Priorities"); 0 if there is none. */
  #best(context: Context): number {
    let best = 0;
    let priority = context.threshold;
    for (let id = 1; id <= this.sources; id++) {
      if (!this.#pending[id] || this.#priority[id] <= priority || !isEnabled(context, id)) continue;
      best = id;
      priority = this.#priority[id];
    }
    return best;
  }

  #claim(context: Context): number {
    const id = this.#best(context);
    if (id !== 0) {
      this.#pending[id] = 0;
      this.#inService[id] = 1;
      this.#drive();
    }
    return id;
  }

  /** Completion of a source that this context does not enable is ignored ("Interrupt Completion"); which context claimed it is not checked. */
  #complete(context: Context, id: number): void {
    if (id === 0 || id > this.sources || !isEnabled(context, id)) return;
    this.#inService[id] = 0;
    // A claim cleared the pending bit but not the line: a device that was not served asks again now.
    this.#request(id);
  }

  #setPriority(id: number, value: number): void {
    if (id >= 1 && id <= this.sources) this.#priority[id] = value & PRIORITY_MASK;
  }

  #setContext(offset: number, value: number): void {
    const context = this.#contexts[Math.floor(offset / CONTEXT_STRIDE)];
    const register = offset % CONTEXT_STRIDE;
    if (context && register === THRESHOLD) context.threshold = value & PRIORITY_MASK;
    else if (context && register === CLAIM_COMPLETE) this.#complete(context, value);
  }

  /** The one enable word at `offset`, as a view; undefined where there is none. */
  #enableWord(offset: number): Uint32Array | undefined {
    const context = this.#contexts[Math.floor((offset - ENABLE) / ENABLE_STRIDE)];
    const index = ((offset - ENABLE) % ENABLE_STRIDE) >> 2;
    return context && index < context.enabled.length ? context.enabled.subarray(index, index + 1) : undefined;
  }

  /** Source 0 does not exist, nor do those beyond the last: their bits read 0 whatever is written ("Interrupt Enables"). */
  #setEnableWord(offset: number, value: number): void {
    const word = this.#enableWord(offset);
    if (word) word[0] = value & this.#existing(((offset - ENABLE) % ENABLE_STRIDE) >> 2);
  }

  /** Bits of word `index` that stand for a source. */
  #existing(index: number): number {
    let bits = 0;
    for (let bit = 0; bit < 32; bit++) {
      const id = 32 * index + bit;
      if (id >= 1 && id <= this.sources) bits |= 1 << bit;
    }
    return bits;
  }

  #pendingWord(index: number): number {
    let word = 0;
    for (let bit = 0; bit < 32; bit++) if (this.#pending[32 * index + bit]) word |= 1 << bit;
    return word >>> 0;
  }

  #drive(): void {
    for (const context of this.#contexts) context.output.set(this.#best(context) !== 0);
  }
}

function isEnabled(context: Context, id: number): boolean {
  return ((context.enabled[id >> 5] >>> (id & 31)) & 1) === 1;
}
