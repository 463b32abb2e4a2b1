/** Debian's kernel, or another one, on the bare machine, for a test to talk to. */
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
import { Talk } from './talk';

/** Instructions between two looks at the console. */
const SLICE = 200_000;
/** Debian's kernel needs 1.5 thousand million to its shell: patience for it to switch the machine off. */
const PATIENCE = 6_000_000_000;
const KERNEL = BOARD.ram.base + 2 ** 21;

export interface DrivenOptions extends Omit<MachineOptions, 'console'> {
  /** An image's bytes; default: Debian's kernel. */
  readonly kernel?: Uint8Array;
  /** Default: the one with busybox. `none`: no first file system. */
  readonly initrd?: Uint8Array | 'none';
  readonly append?: string;
}

export class Driven extends Talk {
  readonly machine: Machine;
  /** Machines that go on while this one is waited for. */
  readonly companions: Driven[] = [];
  #stop: MachineStop = { why: 'budget' };

  /** OpenSBI and a kernel, not yet started. */
  constructor({ kernel, initrd, append = 'console=ttyS0 panic=-1', ...options }: DrivenOptions = {}) {
    super();
    this.machine = createMachine({
      ramBytes: 256 * 2 ** 20,
      ...options,
      console: (byte) => this.hear(byte),
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

  type(text: string): void {
    this.machine.input(Buffer.from(text));
  }

  /** Runs until the machine is off, and gives its code. */
  off(patience = PATIENCE): number {
    for (let left = patience; left > 0 && this.#stop.why === 'budget'; left -= SLICE) this.goOn();
    if (this.#stop.why !== 'halted')
      throw new Error(`the machine is not off: ${this.#stop.why}; ${this.tail(this.#stop.why)}`);
    return this.#stop.code;
  }

  protected goOn(): string | undefined {
    for (const one of [this, ...this.companions]) {
      if (one.#stop.why === 'budget' || one.#stop.why === 'waiting') one.#stop = one.machine.run(SLICE);
    }
    return this.#stop.why === 'budget' ? undefined : this.#stop.why;
  }
}
