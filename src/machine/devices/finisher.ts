/** The finisher ("sifive_test"): a store ends the machine's run or resets it. QEMU virt's test device; device tree binding "sifive,test1". */
import type { Device } from '../bus/device';
import type { Width } from '../isa/row';
import type { Saved } from '../saved';

/** What software asked for. */
export type Ending = { readonly kind: 'off'; readonly code: number } | { readonly kind: 'reset' };

/** Commands, in bits 15:0 of the stored value. */
const FAIL = 0x3333; // bits 31:16 are the exit code
const PASS = 0x5555;
const RESET = 0x7777;

export class Finisher implements Device {
  readonly name = 'test';
  readonly size = 0x1000;
  readonly widths: readonly Width[] = [2, 4];
  readonly #end: (ending: Ending) => void;

  /** `end` is called at the store that asks for it; the code is 0 for pass and 0 .. 65535 for fail. */
  constructor(end: (ending: Ending) => void) {
    this.#end = end;
  }

  load(): bigint {
    return 0n;
  }

  /** Only offset 0 is a register, and other values mean nothing. */
  store(offset: number, _width: Width, value: bigint): void {
    if (offset !== 0) return;
    const command = Number(value & 0xffffn);
    if (command === PASS) this.#end({ kind: 'off', code: 0 });
    if (command === FAIL) this.#end({ kind: 'off', code: Number(value >> 16n) });
    if (command === RESET) this.#end({ kind: 'reset' });
  }

  reset(): void {}

  /** It keeps nothing: the end of a run is the machine's to remember. */
  save(): Saved {
    return null;
  }

  restore(): void {}
}
