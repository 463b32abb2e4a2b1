/** A second correct `reflect`: a class, one table of judges by cause, and sstatus taken apart into its fields. */
import type { Access, GuestTrap, Injection, Parts, Reflect, VirtualHart } from '#vmm';

type Judge = (trap: GuestTrap, hart: VirtualHart) => boolean;

const always: Judge = () => true;
const never: Judge = () => false;
const unlessMapped =
  (access: Access): Judge =>
  ({ tval }, hart) =>
    !hart.walk(tval, access).ok;

/** Is a trap with this cause the guest's? Causes that are not here are. */
const IS_THE_GUESTS: Readonly<Record<number, Judge | undefined>> = {
  2: never,
  8: (_trap, hart) => hart.mode === 'U',
  12: unlessMapped('fetch'),
  13: unlessMapped('load'),
  15: unlessMapped('store'),
};

/** The fields of sstatus that a trap changes, by position. */
const FIELD = { SIE: 1n, SPIE: 5n, SPP: 8n } as const;

class Reflector implements Reflect {
  owner(trap: GuestTrap, hart: VirtualHart): 'guest' | 'vmm' {
    const judge = IS_THE_GUESTS[trap.cause] ?? always;
    return judge(trap, hart) ? 'guest' : 'vmm';
  }

  deliver(trap: Injection, hart: VirtualHart): void {
    this.#pushPrivilege(hart);
    hart.csr.sepc = hart.pc;
    hart.csr.stval = trap.tval;
    hart.csr.scause = BigInt(trap.cause) + (trap.interrupt ? 0x8000_0000_0000_0000n : 0n);
    hart.pc = this.#handler(trap, hart.csr.stvec);
  }

  #pushPrivilege(hart: VirtualHart): void {
    const { csr } = hart;
    const enabled = (csr.sstatus >> FIELD.SIE) & 1n;
    const privilege = hart.mode === 'S' ? 1n : 0n;
    const others = csr.sstatus & ~((1n << FIELD.SIE) | (1n << FIELD.SPIE) | (1n << FIELD.SPP));
    csr.sstatus = others | (enabled << FIELD.SPIE) | (privilege << FIELD.SPP);
    hart.mode = 'S';
  }

  #handler({ cause, interrupt }: Injection, stvec: bigint): bigint {
    const mode = stvec % 4n;
    const base = stvec - mode;
    return interrupt && mode === 1n ? base + BigInt(4 * cause) : base;
  }
}

export const reflect: Parts['reflect'] = new Reflector();
