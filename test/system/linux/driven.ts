/** A machine that a test talks to over its serial port: it waits for words, and the measure of waiting is instructions. */
import {
  BOARD,
  createMachine,
  initrdImage,
  loadImage,
  type Machine,
  type MachineOptions,
  type MachineStop,
} from '#machine';
import { imageBytes } from './files';

/** Instructions between two looks at the console. */
const SLICE = 200_000;
/** Debian's kernel needs 1.5 thousand million to its shell. */
const PATIENCE = 6_000_000_000;
const KERNEL = BOARD.ram.base + 2 ** 21;
/** A prompt of busybox's shell, and the line editor's question for the cursor behind it. */
const PROMPT = /# (?:\x1b\[6n)?$/; // oxlint-disable-line no-control-regex

export interface DrivenOptions extends Omit<MachineOptions, 'console'> {
  /** An image's bytes; default: Debian's kernel. */
  readonly kernel?: Uint8Array;
  /** Default: the one with busybox. `none`: no first file system. */
  readonly initrd?: Uint8Array | 'none';
  readonly append?: string;
}

export class Driven {
  readonly machine: Machine;
  /** Machines that go on while this one is waited for. */
  readonly companions: Driven[] = [];
  #printed = '';
  #looked = 0;
  #stop: MachineStop = { why: 'budget' };

  /** OpenSBI and a kernel, not yet started. */
  constructor({ kernel, initrd, append = 'console=ttyS0 panic=-1', ...options }: DrivenOptions = {}) {
    const decoder = new TextDecoder('latin1');
    this.machine = createMachine({
      ramBytes: 256 * 2 ** 20,
      ...options,
      console: (byte) => void (this.#printed += decoder.decode(Uint8Array.of(byte))),
    });
    const { ram } = this.machine;
    const image = loadImage(kernel ?? imageBytes('Image'), 'the kernel', { ram, rawAddress: KERNEL });
    this.machine.load({
      firmware: loadImage(imageBytes('OpenSBI'), 'OpenSBI', { ram }),
      kernel: image,
      initrd: initrd === 'none' ? undefined : initrdImage(initrd ?? imageBytes('initrd.gz'), 'initrd', image, ram),
      bootargs: append,
    });
  }

  /** All that it printed, without the carriage returns. */
  get printed(): string {
    return this.#printed.replaceAll('\r', '');
  }

  /** Runs until what was printed since the last call matches, and gives that. Throws after `patience` instructions. */
  waitFor(pattern: RegExp, patience = PATIENCE): string {
    for (let left = patience; ; left -= SLICE) {
      const text = this.#printed.slice(this.#looked);
      if (pattern.test(text)) {
        this.#looked = this.#printed.length;
        return text.replaceAll('\r', '');
      }
      if (left <= 0 || this.#stop.why !== 'budget') throw new Error(`${pattern} did not come; ${this.#tail()}`);
      this.#slice();
    }
  }

  /** Waits for a shell's prompt. */
  shell(): void {
    this.waitFor(PROMPT);
  }

  type(text: string): void {
    this.machine.input(Buffer.from(text));
  }

  /** Types a command at the prompt, and gives what it printed. Throws if it fails. */
  run(command: string): string {
    this.type(`echo B''EGIN; ${command}; echo E''ND $?\n`);
    const text = this.waitFor(/END \d+\s[\s\S]*# (?:\x1b\[6n)?$/); // oxlint-disable-line no-control-regex
    const [, output, status] = /BEGIN\n([\s\S]*)END (\d+)/.exec(text) ?? [];
    if (status !== '0') throw new Error(`${command}: status ${status}; ${this.#tail()}`);
    return output;
  }

  /** Runs until the machine is off, and gives its code. */
  off(patience = PATIENCE): number {
    for (let left = patience; left > 0 && this.#stop.why === 'budget'; left -= SLICE) this.#slice();
    if (this.#stop.why !== 'halted') throw new Error(`the machine is not off: ${this.#stop.why}; ${this.#tail()}`);
    return this.#stop.code;
  }

  #slice(): void {
    for (const one of [this, ...this.companions]) {
      if (one.#stop.why === 'budget' || one.#stop.why === 'waiting') one.#stop = one.machine.run(SLICE);
    }
  }

  #tail(): string {
    return `it is ${this.#stop.why}, and said:\n${this.printed.slice(-3000)}`;
  }
}
