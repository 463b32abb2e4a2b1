/** A paravirtual VCPU in a snapshot: registers, roots by machine frame, upcalls, interrupts, counts, and whether it waits. */
import { SavedFields, type Savable, type Saved } from '#machine';
import type { InstructionCount } from '../instruction-count';
import type { InterruptWires } from '../interrupts';
import type { GuestRegisters } from '../registers';
import type { Waiting } from '../waiting';
import type { Roots } from './domain';
import type { Upcalls } from './upcalls';

/** What the VCPU itself remembers. */
interface Remembered {
  readonly id: number;
  readonly registers: GuestRegisters;
  pc: bigint;
  mode: 'S' | 'U';
  roots: Roots | undefined;
  software: boolean;
}

/** And what its parts do. */
interface Parts {
  readonly wires: InterruptWires;
  readonly count: InstructionCount;
  readonly waiting: Waiting;
  readonly upcalls: Upcalls;
}

const NO_FRAME = -1;
const LAST_FRAME = 2 ** 44;

export const savableVcpu = (vcpu: Remembered, { wires, count, waiting, upcalls }: Parts): Savable => ({
  save: () => ({
    x: vcpu.registers.all(),
    pc: vcpu.pc,
    mode: vcpu.mode,
    roots: saveRoots(vcpu.roots),
    software: vcpu.software,
    upcalls: upcalls.save(),
    wires: wires.save(),
    count: count.save(),
    waiting: waiting.save(),
  }),
  restore: (saved) => {
    const from = new SavedFields(saved, `VCPU ${vcpu.id}`);
    vcpu.registers.setAll(from.words('x', 32));
    vcpu.pc = from.word('pc');
    vcpu.mode = from.oneOf('mode', ['S', 'U']);
    vcpu.roots = rootsFrom(from.part('roots'));
    vcpu.software = from.flag('software');
    upcalls.restore(from.saved('upcalls'));
    wires.restore(from.saved('wires'));
    count.restore(from.saved('count'));
    waiting.restore(from.saved('waiting'));
  },
});

const saveRoots = (roots: Roots | undefined): Saved => ({
  kernel: roots?.kernel ?? NO_FRAME,
  user: roots?.user ?? NO_FRAME,
});

function rootsFrom(from: SavedFields): Roots | undefined {
  const frame = (key: string): number | undefined => {
    const saved = from.integer(key, NO_FRAME, LAST_FRAME);
    return saved === NO_FRAME ? undefined : saved;
  };
  const kernel = frame('kernel');
  return kernel === undefined ? undefined : { kernel, user: frame('user') };
}
