/** A second correct run loop: a queue of processors and a table of what follows each judgement, where the first has nested loops. */
import type { Next, Parts, RunLoopContext, RunLoopEnd, Vcpu, VmExit } from '#vmm';

type Verdict = Extract<Next, string> | 'stop';

const length = (exit: VmExit): bigint =>
  exit.kind === 'ecall' ? 4n : BigInt((exit as { length?: number }).length ?? 0);

const AFTER: Readonly<Record<Verdict, (vcpu: Vcpu, exit: VmExit) => void>> = {
  advance: (vcpu, exit) => (vcpu.pc += length(exit)),
  block: (vcpu, exit) => {
    vcpu.pc += length(exit);
    vcpu.state = 'blocked';
  },
  retry: () => {},
  redirected: () => {},
  stop: () => {},
};

class RunQueue {
  readonly #context: RunLoopContext;
  #queue: readonly Vcpu[];
  #turnEnds = 0;
  #taken = 0;

  constructor(context: RunLoopContext) {
    this.#context = context;
    this.#queue = [...context.vcpus];
    this.#beginTurn();
  }

  run(): RunLoopEnd {
    let end: RunLoopEnd | undefined;
    while (end === undefined) end = this.#step();
    return end;
  }

  /** One exit, or one decision that nobody can have one. */
  #step(): RunLoopEnd | undefined {
    if (!this.#findRunnable()) {
      if (this.#queue.every((vcpu) => vcpu.state === 'stopped')) return 'all-stopped';
      return this.#context.idle() ? undefined : 'deadlock';
    }
    if (this.#taken === this.#context.exits) return 'out-of-budget';
    this.#taken++;
    const vcpu = this.#queue[0];
    const exit = vcpu.run(this.#turnEnds - vcpu.ran);
    const next = this.#context.handle(vcpu, exit);
    if (typeof next === 'object') this.#context.stop(vcpu, next.stop);
    AFTER[typeof next === 'object' ? 'stop' : next](vcpu, exit);
    if (vcpu.ran >= this.#turnEnds || vcpu.state !== 'runnable') this.#nextTurn();
    return undefined;
  }

  /** Turns the queue until somebody who can run is in front; false if there is nobody. */
  #findRunnable(): boolean {
    this.#lookAgain();
    for (let looked = 0; looked < this.#queue.length; looked++) {
      if (this.#queue[0].state === 'runnable') return true;
      this.#nextTurn();
    }
    return false;
  }

  #nextTurn(): void {
    const [front, ...rest] = this.#queue;
    this.#queue = [...rest, front];
    this.#beginTurn();
  }

  /** Where a scheduler chooses, others stand in the queue after each turn. */
  #lookAgain(): void {
    const { vcpus } = this.#context;
    const [front] = this.#queue;
    const stay = this.#queue.filter((vcpu) => vcpus.includes(vcpu));
    this.#queue = [...stay, ...vcpus.filter((vcpu) => !stay.includes(vcpu))];
    if (this.#queue[0] !== front) this.#beginTurn();
  }

  #beginTurn(): void {
    this.#turnEnds = this.#queue[0].ran + this.#context.slice;
  }
}

export const runLoop: Parts['runLoop'] = (context) => new RunQueue(context).run();
