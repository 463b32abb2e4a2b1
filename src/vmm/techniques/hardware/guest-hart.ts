/** A guest's supervisor state as parts see it (VirtualHart): the same registers as under trap-and-emulate, but here they are VS-mode's own. */
import type { Access } from '../../exit';
import { walkGuest } from '../../memory/guest-walk';
import type { GuestMemory } from '../../memory/guest-memory';
import type { GuestCsrName, GuestWalk, VirtualCsrName, VirtualHart } from '../../vcpu';
import type { GuestRegisters } from '../registers';
import { viewOf } from '../virtual-state';
import type { GuestContext } from './guest-context';

/** What is not in the registers. */
export interface Surroundings {
  readonly memory: GuestMemory;
  time(): bigint;
  cycles(): bigint;
  retired(): bigint;
}

const TWIN: Readonly<Record<Exclude<VirtualCsrName, 'sip'>, GuestCsrName>> = {
  sstatus: 'vsstatus',
  sie: 'vsie',
  stvec: 'vstvec',
  sscratch: 'vsscratch',
  sepc: 'vsepc',
  scause: 'vscause',
  stval: 'vstval',
  satp: 'vsatp',
  scounteren: 'scounteren',
  senvcfg: 'senvcfg',
};

export class GuestHart implements VirtualHart {
  readonly id: number;
  readonly csr: Record<VirtualCsrName, bigint>;
  readonly #context: GuestContext;
  readonly #around: Surroundings;

  constructor(id: number, context: GuestContext, around: Surroundings) {
    this.id = id;
    this.#context = context;
    this.#around = around;
    this.csr = twins(context);
  }

  get x(): GuestRegisters {
    return this.#context.x;
  }
  get pc(): bigint {
    return this.#context.pc;
  }
  set pc(address: bigint) {
    this.#context.pc = address;
  }
  get mode(): 'S' | 'U' {
    return this.#context.mode;
  }
  set mode(mode: 'S' | 'U') {
    this.#context.mode = mode;
  }

  /** sstatus is the hart's own, FS and all. */
  readonly hasFloats = false;

  /** What we hold pending is in sip already. */
  readonly pending = 0n;

  time(): bigint {
    return this.#around.time();
  }
  cycles(): bigint {
    return this.#around.cycles();
  }
  retired(): bigint {
    return this.#around.retired();
  }
  walk(gva: bigint, access: Access): GuestWalk {
    return walkGuest(this.#around.memory, this.csr.satp, viewOf(this), { gva, access }, 'ignore');
  }

  /** The hart has seen it: it walks the guest's table itself. */
  translationChanged(): void {}
}

/** The guest's CSRs by its own names. sip is hvip, each bit one place lower. */
function twins(context: GuestContext): Record<VirtualCsrName, bigint> {
  const csr = {} as Record<VirtualCsrName, bigint>;
  const define = (name: VirtualCsrName, get: () => bigint, set: (value: bigint) => void): unknown =>
    Object.defineProperty(csr, name, { enumerable: true, get, set });
  for (const [name, twin] of Object.entries(TWIN) as [VirtualCsrName, GuestCsrName][]) {
    define(
      name,
      () => context.csr.read(twin),
      (value) => context.csr.write(twin, value),
    );
  }
  define(
    'sip',
    () => context.csr.read('hvip') >> 1n,
    (value) => context.csr.write('hvip', value << 1n),
  );
  return Object.seal(csr);
}
