/** What an exit costs the host, in steps that can be counted: look-ups of guest memory, and bytes moved. Never by the clock. */
import type { Vcpu } from '#vmm';
import { MemorySlots } from '../../src/vmm/memory/slots';
import type { GuestMemory } from '../../src/vmm/memory/guest-memory';
import { Broken } from './broken';

/** Look-ups from one exit to the next: a queue of 256 chains of 256 descriptors is served at once. */
const MOST_STEPS = 2 ** 18;
const MOST_BYTES = 2 ** 24;

export class Meter {
  /** The most that any exit took. */
  most = 0;
  #steps = 0;
  #bytes = 0;

  /** Another exit begins. */
  restart(): void {
    this.most = Math.max(this.most, this.#steps);
    this.#steps = this.#bytes = 0;
  }

  /** Counts what is done with a VM's memory. */
  watchMemory(memory: GuestMemory): void {
    const { slots } = memory;
    slots.slotAt = (gpa) => {
      this.#step();
      return MemorySlots.prototype.slotAt.call(slots, gpa);
    };
    const copyOut = memory.copyOut.bind(memory);
    memory.copyOut = (gpa, length) => {
      this.#move(length);
      return copyOut(gpa, length);
    };
    const copyIn = memory.copyIn.bind(memory);
    memory.copyIn = (gpa, bytes) => {
      this.#move(bytes.length);
      return copyIn(gpa, bytes);
    };
  }

  /** Every entry is an exit, and takes no more instructions than it was given. */
  watchEntries(vcpus: readonly Vcpu[]): void {
    for (const vcpu of vcpus) {
      const run = vcpu.run.bind(vcpu);
      vcpu.run = (budget) => {
        this.restart();
        const before = vcpu.ran;
        const exit = run(budget);
        if (vcpu.ran - before > budget)
          throw new Broken(`an entry with a budget of ${budget} instructions took ${vcpu.ran - before}`);
        return exit;
      };
    }
  }

  #step(): void {
    if (++this.#steps > MOST_STEPS) throw new Broken(`one exit took more than ${MOST_STEPS} look-ups of guest memory`);
  }

  #move(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > MOST_BYTES) throw new Broken(`one exit moved more than ${MOST_BYTES} bytes`);
  }
}
