/** A VCPU of trap-and-emulate in a snapshot: what the guest believes of its processor, its interrupts, its counts, and whether it waits. */
import { SavedFields, type Savable } from '#machine';
import type { VirtualCsrName, VirtualHart } from '../vcpu';
import type { InstructionCount } from './instruction-count';
import type { InterruptWires } from './interrupts';
import type { GuestRegisters } from './registers';
import type { Waiting } from './waiting';

/** The parts of a VCPU that hold its state. */
export interface VcpuState {
  readonly virtual: VirtualHart;
  readonly registers: GuestRegisters;
  readonly wires: InterruptWires;
  readonly count: InstructionCount;
  readonly floats?: Savable;
  readonly waiting: Waiting;
}

/** `changed` is called after a restore: what was derived from the old state is stale. */
export function savableVcpu(
  { virtual, registers, wires, count, floats, waiting }: VcpuState,
  changed: () => void,
): Savable {
  return {
    save: () => ({
      x: registers.all(),
      pc: virtual.pc,
      mode: virtual.mode,
      csr: { ...virtual.csr },
      wires: wires.save(),
      count: count.save(),
      ...(floats && { floats: floats.save() }),
      waiting: waiting.save(),
    }),
    restore(saved) {
      const from = new SavedFields(saved, `VCPU ${virtual.id}`);
      registers.setAll(from.words('x', 32));
      virtual.pc = from.word('pc');
      virtual.mode = from.oneOf('mode', ['S', 'U']);
      restoreCsrs(virtual.csr, from.part('csr'));
      wires.restore(from.saved('wires'));
      count.restore(from.saved('count'));
      floats?.restore(from.saved('floats'));
      waiting.restore(from.saved('waiting'));
      changed();
    },
  };
}

function restoreCsrs(csr: Record<VirtualCsrName, bigint>, from: SavedFields): void {
  for (const name of Object.keys(csr) as VirtualCsrName[]) csr[name] = from.word(name);
}
