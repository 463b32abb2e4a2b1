/** VCPUs that do as they are told, for judging a run loop alone: what it enters, with which budget, and where it leaves the pc. */
import {
  PartFailure,
  type Next,
  type Parts,
  type RunLoopContext,
  type RunLoopEnd,
  type StopReason,
  type Vcpu,
  type VmExit,
  type VmView,
} from '#vmm';

/** What a VCPU does when it is entered: how many instructions, how it comes out, and what the handler will say to that. */
export interface Step {
  /** Instructions, at most the budget; default: 1. */
  readonly uses?: number;
  readonly exit: VmExit;
  readonly next: Next;
  /** The handler's own doing, while it judges: for 'redirected', it sets the pc. */
  readonly handled?: (vcpu: ScriptedVcpu, all: readonly ScriptedVcpu[]) => void;
}

/** A step for the n-th entry, from 0; undefined ends the script, which a loop must not reach. */
export type Script = (entry: number, budget: number) => Step | undefined;

export const SHUTDOWN: StopReason = { why: 'shutdown', code: 0, detail: 'the guest switched its machine off' };
export const FAILURE: StopReason = { why: 'crashed', code: 1, detail: 'the guest reported a failure' };
const A_CALL: VmExit = { kind: 'ecall', extension: 1n, fn: 0n, args: [0n, 0n, 0n, 0n, 0n, 0n], length: 4 };

export const steps = {
  /** Runs `uses` instructions, the last of which calls the firmware. */
  call: (uses = 1): Step => ({ uses, exit: A_CALL, next: 'advance' }),
  wait: (): Step => ({ exit: A_CALL, next: 'block' }),
  end: (stop: StopReason = SHUTDOWN): Step => ({ exit: A_CALL, next: { stop } }),
};

/** Runs until its budget is used up. */
export const spin: Script = (_entry, budget) => ({ uses: budget, exit: { kind: 'budget' }, next: 'retry' });
export const forever =
  (step: Step): Script =>
  () =>
    step;
/** One step after the other, and then nothing more. */
export const list =
  (...all: readonly (Step | Script)[]): Script =>
  (entry, budget) => {
    const step = all[entry];
    return typeof step === 'function' ? step(entry, budget) : step;
  };

/** What an interrupt does to those who wait; true if there was one. */
export function wakeAll(vcpus: readonly ScriptedVcpu[]): boolean {
  const waiting = vcpus.filter((vcpu) => vcpu.state === 'blocked');
  for (const vcpu of waiting) vcpu.state = 'runnable';
  return waiting.length > 0;
}

const wrong = (sentence: string): PartFailure => new PartFailure('runLoop', `your \`runLoop\` ${sentence}`);

export class ScriptedVcpu implements Vcpu {
  readonly x = { get: () => 0n, set: () => {} };
  state: Vcpu['state'] = 'runnable';
  pc = 0x8020_0000n;
  ran = 0;
  /** All entries so far. */
  readonly entries: { readonly budget: number; readonly pc: bigint }[] = [];
  /** What the last entry did. */
  last: Step | undefined;

  constructor(
    readonly id: number,
    readonly vm: VmView,
    readonly script: Script,
    private readonly log: Log,
  ) {}

  run(budget: number): VmExit {
    if (this.state !== 'runnable') throw wrong(`entered a VCPU that is ${this.state}; only a runnable one may run.`);
    if (!Number.isInteger(budget) || budget < 1) throw wrong(`entered a VCPU with a budget of ${budget}.`);
    if (this.last) throw wrong('entered a VCPU again before its exit was handled.');
    this.log.entered(this);
    const step = this.script(this.entries.length, budget);
    if (!step) throw wrong(`entered ${this.vm.name} more often than it has anything to do.`);
    this.entries.push({ budget, pc: this.pc });
    const used = Math.min(step.uses ?? 1, budget);
    this.ran += used;
    this.log.used(used);
    this.last = step;
    return step.exit;
  }

  inject(): void {}
  setInterrupt(): void {}
}

/** What the loop did, in order. */
class Log {
  readonly order: ScriptedVcpu[] = [];
  readonly stops: { readonly vm: string; readonly reason: StopReason }[] = [];
  idles = 0;
  longestTurn = 0;
  #turn = 0;
  readonly #exits: number;

  constructor(exits: number) {
    this.#exits = exits;
  }

  used(instructions: number): void {
    this.#turn += instructions;
    this.longestTurn = Math.max(this.longestTurn, this.#turn);
  }

  entered(vcpu: ScriptedVcpu): void {
    if (vcpu !== this.order.at(-1)) this.#turn = 0;
    this.order.push(vcpu);
    if (this.order.length > this.#exits) throw wrong(`took more than its allowance of ${this.#exits} exits.`);
  }
}

export interface Scene {
  /** One VCPU for each script; those of equal `vm` belong to one VM. Default: a VM each. */
  readonly scripts: readonly Script[];
  readonly vms?: readonly number[];
  /** Which of the VCPUs the loop is shown, after so many entries; default: all. */
  readonly shown?: (vcpus: readonly ScriptedVcpu[], entries: number) => readonly ScriptedVcpu[];
  /** A number, or what it is after so many entries. */
  readonly slice?: number | ((entries: number) => number);
  readonly exits?: number;
  /** Nobody can run: what happens? Return false if nothing will ever. Default: nothing will. */
  readonly idle?: (vcpus: readonly ScriptedVcpu[]) => boolean;
}

export interface Played {
  readonly end: RunLoopEnd;
  readonly vcpus: readonly ScriptedVcpu[];
  /** Who was entered, by its place in `scripts`. */
  readonly order: readonly number[];
  /** The most instructions that one of them ran before another had its turn. */
  readonly longestTurn: number;
  readonly stops: Log['stops'];
  readonly idles: number;
}

/** Lets the loop run the scene. */
export function play(runLoop: Parts['runLoop'], scene: Scene): Played {
  const { slice = 1000, exits = 200, idle = () => false, shown = (all) => all } = scene;
  const log = new Log(exits);
  const views = new Map<number, VmView>();
  const vcpus = scene.scripts.map((script, i) => {
    const id = scene.vms?.[i] ?? i;
    const view = views.get(id) ?? { id, name: `VM ${id}` };
    views.set(id, view);
    return new ScriptedVcpu(i, view, script, log);
  });
  const end = runLoop(contextOf(vcpus, log, { slice, exits, idle, shown }));
  return {
    end,
    vcpus,
    order: log.order.map((vcpu) => vcpus.indexOf(vcpu)),
    longestTurn: log.longestTurn,
    stops: log.stops,
    idles: log.idles,
  };
}

function contextOf(
  vcpus: readonly ScriptedVcpu[],
  log: Log,
  { slice, exits, idle, shown }: Required<Pick<Scene, 'slice' | 'exits' | 'idle' | 'shown'>>,
): RunLoopContext {
  const ours = (vcpu: Vcpu): ScriptedVcpu => {
    const found = vcpus.find((candidate) => candidate === vcpu);
    if (found) return found;
    throw wrong('handed in something that is not in `vcpus`.');
  };
  return {
    get vcpus() {
      return shown(vcpus, log.order.length);
    },
    get slice() {
      return typeof slice === 'number' ? slice : slice(log.order.length);
    },
    exits,
    handle(vcpu, exit) {
      const { last } = ours(vcpu);
      if (!last || last.exit !== exit) throw wrong('gave `handle` another exit than the one that `run` returned.');
      ours(vcpu).last = undefined;
      last.handled?.(ours(vcpu), vcpus);
      return last.next;
    },
    stop(vcpu, reason) {
      log.stops.push({ vm: ours(vcpu).vm.name, reason });
      for (const other of vcpus) if (other.vm === vcpu.vm) other.state = 'stopped';
    },
    idle() {
      log.idles++;
      if (log.idles > 1000) throw wrong('asks `idle` again and again although nobody will ever wake.');
      return idle(vcpus);
    },
  };
}
