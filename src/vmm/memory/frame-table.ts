/**
 * Whose each frame of the host is, and what it is used for: one row a frame, for all VMs. By it the page tables of
 * paravirtual guests are kept safe (docs/paravirtual.md, "Frames have types").
 */
import type { Ram } from '#machine';
import { describe } from '../part-failure';
import { register64 } from '../techniques/registers';
import { PAGE_SIZE, type MemorySlots } from './slots';
import type { FrameType, FrameUse, TypedFrames } from './typed-frames';

const TYPES: readonly FrameType[] = ['none', 'writable', 'table0', 'table1', 'table2'];
const PINNED = 0x80;
const MOST_REFERENCES = 0xffff;

/**
 * Tables that a VM may have at a time. To drop the last reference to a root may end all tables below it, and one hypercall must not
 * take long: this is 2 million entries.
 */
const MOST_TABLES = 4096;

/** A VM's view of the table. */
export interface VmFrames extends TypedFrames {
  /** Entries read so far: what the hypercalls on tables have cost. */
  readonly looked: number;
  /** The guest's pins: frames, and the levels of the tables that they are. */
  pins(): { readonly frame: number; readonly level: number }[];
  /** Nobody refers to any frame any more. */
  forget(): void;
}

/** Rows of the table, from `first` to before `end`. */
interface Rows {
  readonly first: number;
  readonly end: number;
}

export class FrameTable {
  readonly #ram: Ram;
  /** Number of the VM plus 1; 0: the hypervisor. */
  readonly #owner: Uint16Array;
  readonly #type: Uint8Array;
  readonly #references: Uint16Array;

  constructor(ram: Ram) {
    const frames = ram.size / PAGE_SIZE;
    this.#ram = ram;
    this.#owner = new Uint16Array(frames);
    this.#type = new Uint8Array(frames);
    this.#references = new Uint16Array(frames);
  }

  /** Makes a VM the owner of the frames in `slots`. Its view of the table calls `changed` when a table has changed. */
  give(vm: number, slots: MemorySlots, changed: () => void): VmFrames {
    const rows = [...slots].map(({ hpa, size }) => {
      const first = this.#row(hpa / PAGE_SIZE);
      return { first, end: first + size / PAGE_SIZE };
    });
    for (const { first, end } of rows) this.#owner.fill(vm + 1, first, end);
    return this.#viewOf(vm + 1, rows, changed);
  }

  /** For a part, which may be wrong: what it may not do is a TypeError, so that the wall around parts (guarded.ts) blames it. */
  #viewOf(owner: number, rows: readonly Rows[], changed: () => void): VmFrames {
    let tables = 0;
    let looked = 0;
    const owns = (frame: number): boolean => this.#owner[this.#row(frame)] === owner;
    const rowOf = (frame: number): number => {
      if (owns(frame)) return this.#row(frame);
      throw new TypeError(`frame ${describe(frame)} is not this VM's`);
    };
    const addressOf = (frame: number, index: number): number => {
      const fits = Number.isInteger(index) && index >= 0 && index < PAGE_SIZE / 8;
      if (!fits) throw new TypeError(`a frame has entries 0 to 511, and no ${describe(index)}`);
      return rowOf(frame) * PAGE_SIZE + 8 * index + this.#ram.base;
    };
    return {
      owns,
      use: (frame) => this.#use(rowOf(frame)),
      setUse: (frame, use) => {
        const row = rowOf(frame);
        tables -= Number(this.#isTable(row));
        this.#setUse(row, use);
        tables += Number(this.#isTable(row));
      },
      get looked() {
        return looked;
      },
      read: (frame, index) => {
        looked++;
        return this.#ram.read(addressOf(frame, index), 8);
      },
      write: (frame, index, entry) => {
        this.#ram.write(addressOf(frame, index), 8, register64('an entry', entry));
        changed();
      },
      moreTables: () => tables < MOST_TABLES,
      pins: () => rows.flatMap((range) => this.#pinsIn(range)),
      forget: () => {
        for (const { first, end } of rows) {
          this.#type.fill(0, first, end);
          this.#references.fill(0, first, end);
        }
        tables = 0;
      },
    };
  }

  #use(row: number): FrameUse {
    const type = this.#type[row];
    return { type: TYPES[type & ~PINNED], references: this.#references[row], pinned: (type & PINNED) !== 0 };
  }

  #setUse(row: number, { type, references, pinned }: FrameUse): void {
    if (!TYPES.includes(type)) throw new TypeError(`there is no type ${describe(type)} of frames`);
    const countable = Number.isInteger(references) && references >= 0 && references <= MOST_REFERENCES;
    if (!countable) throw new TypeError(`a frame cannot have ${describe(references)} references`);
    this.#type[row] = TYPES.indexOf(type) | (pinned ? PINNED : 0);
    this.#references[row] = references;
  }

  #pinsIn({ first, end }: Rows): { frame: number; level: number }[] {
    const pins = [];
    for (let row = first; row < end; row++) {
      const type = this.#type[row];
      if (type & PINNED) pins.push({ frame: this.#frame(row), level: (type & ~PINNED) - TYPES.indexOf('table0') });
    }
    return pins;
  }

  #isTable(row: number): boolean {
    return (this.#type[row] & ~PINNED) >= TYPES.indexOf('table0');
  }

  /** Frames are numbered by host-physical address; rows by their place in RAM. A frame outside has a row that is not there. */
  #row(frame: number): number {
    return frame - this.#ram.base / PAGE_SIZE;
  }
  #frame(row: number): number {
    return row + this.#ram.base / PAGE_SIZE;
  }
}
