/** What the VCPUs of a paravirtual VM share: its frames with their types, and the way from the start map to tables of its own. */
import { damaged, SavedFields, type Ram, type Saved } from '#machine';
import type { FrameTable, VmFrames } from '../../memory/frame-table';
import { PAGE_SIZE } from '../../memory/slots';
import type { PageTableAnswer, ParavirtualCpu } from '../../parts';
import { countIn } from '../../counters';
import type { SharedState, Vm } from '../../vm';
import type { StartMap } from './start-map';

/** As many as a VM may have tables (memory/frame-table.ts). */
const MOST_PINS = 4096;

/** satp.MODE: a guest's tables have three levels. */
export const SV39 = 8n << 60n;

/** Two roots, because kernel and user programs run in the same mode: what only the kernel may touch is not in the user's. */
export interface Roots {
  /** Machine frames. */
  readonly kernel: number;
  /** Missing: the guest has no user programs as yet. */
  readonly user: number | undefined;
}

/** A VCPU, as far as frames matter to it. */
interface Rooted {
  roots: Roots | undefined;
  /** The frame that the hypervisor stores into on its behalf. */
  readonly sharedFrame: number | undefined;
}

/** A frame that the guest has pinned, and the level of the table that it is. */
interface Pin {
  readonly frame: number;
  readonly level: number;
}

export class Domain implements SharedState {
  /** Goes up when the hart must forget what it has cached of the guest's tables. */
  generation = 0;
  /** All VCPUs of the VM. */
  readonly vcpus: Rooted[] = [];
  readonly vm: Vm;
  readonly ram: Ram;
  readonly #frames: VmFrames;
  readonly #part: ParavirtualCpu;
  readonly #startMap: StartMap;
  #started = false;
  /** From a snapshot, until `restored`. */
  #pins: readonly Pin[] = [];

  constructor(vm: Vm, ram: Ram, table: FrameTable, startMap: StartMap, part: ParavirtualCpu) {
    this.vm = vm;
    this.ram = ram;
    this.#startMap = startMap;
    this.#part = part;
    this.#frames = table.give(vm.id, vm.memory.slots, () => this.generation++);
    vm.shared = this;
    vm.memory.mayStore = (hpa, length) => !this.#isTable(hpa, length);
  }

  /** The first roots end the start map. */
  get started(): boolean {
    return this.#started;
  }

  /** Entries of tables read so far. */
  get looked(): number {
    return this.#frames.looked;
  }

  /** satp for these roots, as the kernel or a user program sees them. */
  satp(roots: Roots | undefined, mode: 'S' | 'U'): bigint {
    if (!roots) return this.#startMap.satp;
    const root = mode === 'S' ? roots.kernel : (roots.user ?? roots.kernel);
    return SV39 | BigInt(root);
  }

  /** The machine frame of a page that the guest names by its guest-physical address; undefined if it is not RAM of this VM. */
  frameAt(gpa: bigint): number | undefined {
    const hpa = gpa % BigInt(PAGE_SIZE) === 0n ? this.vm.memory.slots.toHost(gpa) : undefined;
    return hpa === undefined ? undefined : hpa / PAGE_SIZE;
  }

  /** A reference of the hypervisor's own. */
  refer(frame: number, type: 'writable' | 'table2'): PageTableAnswer {
    return this.#part.refer(frame, type, this.#frames);
  }
  release(frame: number): void {
    this.#part.release(frame, this.#frames);
  }

  pin(frame: number, level: number): PageTableAnswer {
    return this.#started ? this.#part.pin(frame, level, this.#frames) : 'conflict';
  }
  unpin(frame: number): PageTableAnswer {
    return this.#part.unpin(frame, this.#frames);
  }

  /** Stores one entry; `gpa` is where it is. */
  update(gpa: bigint, entry: bigint): PageTableAnswer {
    const { counters } = this.vm;
    const within = gpa % BigInt(PAGE_SIZE);
    const frame = this.frameAt(gpa - within);
    const answer = frame === undefined ? 'foreign' : within % 8n !== 0n ? 'malformed' : undefined;
    const result = answer ?? this.#part.update(frame!, Number(within) / 8, entry, this.#frames);
    counters.entriesUpdated += Number(result === 'done');
    if (result !== 'done') countIn(counters.entriesRefused, result);
    return result;
  }

  /**
   * A VCPU goes over to other roots. As long as one of them runs on the start map, it can store to every frame, so the first
   * roots are those of all VCPUs.
   */
  setRoots(vcpu: Rooted, roots: Roots): PageTableAnswer {
    const movers = this.#started ? [vcpu] : this.vcpus;
    const frames = roots.user === undefined ? [roots.kernel] : [roots.kernel, roots.user];
    const taken: number[] = [];
    for (const frame of movers.flatMap(() => frames)) {
      const answer = this.refer(frame, 'table2');
      if (answer !== 'done') {
        for (const each of taken) this.release(each);
        return answer;
      }
      taken.push(frame);
    }
    for (const mover of movers) this.#move(mover, roots);
    if (!this.#started) this.#startMap.release();
    this.#started = true;
    this.generation++;
    return 'done';
  }

  // Snapshots: types and counts are not in them, but counted anew from what refers to frames. So a forged one cannot break the rules.

  /** A guest knows machine addresses. */
  get shape(): Record<string, string> {
    const at = [...this.vm.memory.slots].map(({ hpa, size }) => `${size / 1024} KiB at 0x${hpa.toString(16)}`);
    return { 'machine memory': at.join(', ') };
  }

  reset(): void {
    this.#started = false;
    this.#pins = [];
    for (const vcpu of this.vcpus) vcpu.roots = undefined;
    this.#frames.forget();
    this.#startMap.make();
    this.generation++;
  }

  save(): Saved {
    return { started: this.#started, pins: this.#frames.pins().map(({ frame, level }) => ({ frame, level })) };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, 'domain');
    this.#started = from.flag('started');
    this.#pins = from.list('pins', MOST_PINS).map((each) => {
      const pin = new SavedFields(each, 'domain.pins');
      return { frame: pin.integer('frame', 0, Number.MAX_SAFE_INTEGER), level: pin.integer('level', 0, 2) };
    });
  }

  restored(): void {
    this.#frames.forget();
    this.generation++;
    const isStarted = this.#started;
    if (isStarted) this.#startMap.release();
    else this.#startMap.make();
    const check = (what: string, answer: PageTableAnswer): void => {
      if (answer !== 'done') throw damaged(`the guest's ${what} cannot be what it is there (${answer})`);
    };
    for (const { frame, level } of this.#pins) check('page table', this.#part.pin(frame, level, this.#frames));
    for (const { roots, sharedFrame } of this.vcpus) {
      if ((roots !== undefined) !== isStarted) throw damaged('a VCPU is on the start map, and another is not');
      if (roots) check('root', this.refer(roots.kernel, 'table2'));
      if (roots?.user !== undefined) check('root', this.refer(roots.user, 'table2'));
      if (sharedFrame !== undefined) check('shared-info page', this.refer(sharedFrame, 'writable'));
    }
    this.#pins = [];
  }

  #isTable(hpa: number, length: number): boolean {
    for (let frame = Math.floor(hpa / PAGE_SIZE); frame * PAGE_SIZE < hpa + length; frame++) {
      const { type } = this.#frames.use(frame);
      if (type !== 'none' && type !== 'writable') return true;
    }
    return false;
  }

  #move(mover: Rooted, roots: Roots): void {
    const old = mover.roots;
    mover.roots = roots;
    if (!old) return;
    this.release(old.kernel);
    if (old.user !== undefined) this.release(old.user);
  }
}
