/** `--snapshot FILE`, `--snapshot-at WHEN`: the whole machine into a file, at an instruction, a time or a word on the console. */
import { writeFileSync } from 'node:fs';
import { UsageError } from '#course';
import { INSTRUCTIONS_PER_TICK, type Machine } from '#machine';
import { fileTrouble } from './image-file';

export interface SnapshotOptions {
  /** Where it goes. */
  readonly snapshot?: string;
  /** `1000000`: instructions begun; `2.5s`, `800ms`: the machine's time; else a text on the console. Without: when the run ends. */
  readonly snapshotAt?: string;
}

/** When: in instructions begun, in instructions of the machine's time, by a text, or at the end. */
type When =
  | { readonly kind: 'begun' | 'time'; readonly instructions: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'end' };

const TICKS_PER_SECOND = 10_000_000;
const UNITS: Readonly<Record<string, number>> = { s: TICKS_PER_SECOND, ms: TICKS_PER_SECOND / 1000 };

export class SnapshotPlan {
  readonly #machine: Machine;
  readonly #file: string;
  readonly #when: When;
  readonly #say: (sentence: string) => void;
  /** The last letters of the console, and whether they have been those that are waited for. */
  #text = '';
  #seen = false;
  #taken = false;

  private constructor(machine: Machine, file: string, when: When, say: (sentence: string) => void) {
    this.#machine = machine;
    this.#file = file;
    this.#when = when;
    this.#say = say;
  }

  /** Undefined if nothing was asked for. Throws UsageError. */
  static from(options: SnapshotOptions, machine: Machine, say: (sentence: string) => void): SnapshotPlan | undefined {
    const { snapshot, snapshotAt } = options;
    if (snapshot === undefined && snapshotAt !== undefined)
      throw new UsageError('--snapshot-at says when; --snapshot FILE must say where to.');
    return snapshot === undefined ? undefined : new SnapshotPlan(machine, snapshot, whenOf(snapshotAt), say);
  }

  /** Takes each byte of the console. */
  printed(byte: number): void {
    if (this.#when.kind === 'text' && !this.#taken)
      this.#text = (this.#text + String.fromCharCode(byte)).slice(-this.#when.text.length);
    this.#seen ||= this.#when.kind === 'text' && this.#text === this.#when.text;
  }

  /** Instructions that may begin before the moment that was asked for. */
  get left(): number {
    if (this.#taken || this.#when.kind === 'text' || this.#when.kind === 'end') return Infinity;
    return Math.max(1, this.#when.instructions - this.#passed());
  }

  /** Behind every slice: takes the snapshot if it is time. */
  sliceDone(): void {
    if (!this.#taken && this.#due()) this.#take();
  }

  /** The run is over. */
  end(): void {
    if (this.#taken) return;
    if (this.#when.kind === 'end') this.#take();
    else this.#say(`no snapshot: the run ended before that`);
  }

  #due(): boolean {
    if (this.#when.kind === 'end') return false;
    return this.#when.kind === 'text' ? this.#seen : this.#passed() >= this.#when.instructions;
  }

  #passed(): number {
    if (this.#when.kind === 'time') return Number(this.#machine.now()) * INSTRUCTIONS_PER_TICK;
    return this.#begun();
  }

  #begun(): number {
    return this.#machine.harts.reduce((sum, hart) => sum + hart.begun, 0);
  }

  #take(): void {
    this.#taken = true;
    const bytes = this.#machine.snapshot();
    fileTrouble(this.#file, () => writeFileSync(this.#file, bytes));
    this.#say(`snapshot: ${this.#file}, after ${this.#begun()} instructions`);
  }
}

function whenOf(text: string | undefined): When {
  if (text === undefined) return { kind: 'end' };
  if (text === '') throw new UsageError('--snapshot-at: give a number of instructions, a time as 2.5s, or a text.');
  if (/^\d+$/.test(text)) return { kind: 'begun', instructions: Number(text) };
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(s|ms)$/.exec(text) ?? [];
  if (unit !== undefined)
    return { kind: 'time', instructions: Math.ceil(Number(amount) * UNITS[unit]) * INSTRUCTIONS_PER_TICK };
  return { kind: 'text', text };
}
