/** Debian's kernel and busybox in a VM, for a test to talk to. */
import { BOARD, initrdImage, loadImage, parseIsa } from '#machine';
import { bootReference } from '#reference';
import type { Host, TechniqueName, VmConfig } from '#vmm';
import { imageBytes } from './files';
import { Talk } from './talk';

/** Exits between two looks at the console. */
const EXITS = 2000;
const MEMORY = 256 * 2 ** 20;
const KERNEL = BOARD.ram.base + 2 ** 21;

export interface LinuxVmOptions extends Partial<VmConfig> {
  readonly technique: TechniqueName;
  /** Default: what Debian's programs need. */
  readonly isa?: string;
  /** Instructions of a VCPU's turn. */
  readonly slice?: number;
}

export class LinuxVm extends Talk {
  readonly host: Host;

  constructor({ technique, isa = 'rv64gc', slice = 1_000_000, ...config }: LinuxVmOptions) {
    super();
    const ram = { base: BOARD.ram.base, size: MEMORY };
    const image = loadImage(imageBytes('Image'), 'the kernel', { ram, rawAddress: KERNEL });
    const vm: VmConfig = {
      name: 'debian',
      image,
      initrd: initrdImage(imageBytes('initrd.gz'), 'initrd', image, ram),
      memoryBytes: MEMORY,
      append: 'console=ttyS0 panic=-1 hv.shell',
      console: (byte) => this.hear(byte),
      ...config,
    };
    this.host = bootReference({ vms: [vm], technique, isa: parseIsa(isa), engine: 'compile', slice });
  }

  get counters() {
    return this.host.vms[0].counters;
  }

  type(text: string): void {
    this.host.vms[0].input(Buffer.from(text));
  }

  protected goOn(): string | undefined {
    const end = this.host.run(EXITS);
    return end === 'all-stopped' ? end : undefined;
  }

  /** Runs until the VM is over. */
  off(): void {
    while (!this.goOn());
  }
}
