/** Runs cases and says which of them break an invariant. */
import { referenceParts } from '../../src/reference';
import type { Case, GuestCase } from './case';
import { alone, checkInvariants, type Alone } from './invariants';
import { Stage } from './stage';

/** Cases that one pair of VMs serves; then it is built anew, so that what is left over of one cannot hide in the next for ever. */
const PER_STAGE = 256;

/** `cases` one after the other, on new VMs, lead to this. */
export interface Failure {
  readonly message: string;
  readonly cases: readonly Case[];
}

interface Used {
  readonly stage: Stage;
  readonly before: Alone;
  readonly since: GuestCase[];
}

export class Runner {
  /** The most that one exit took, in look-ups of guest memory. */
  mostSteps = 0;
  /** By technique: what attackers made the hypervisor do, by kind of exit. */
  readonly exits: Record<string, Record<string, number>> = {};
  /** Chains that virtio devices gave back. */
  requestsServed = 0;
  readonly #stages = new Map<string, Used>();

  /** Undefined if all is well. */
  run(each: Case): Failure | undefined {
    if (each.kind === 'configuration') return undefined;
    const used = this.#stageFor(each);
    used.since.push(each);
    const message = perform(used, each);
    this.mostSteps = Math.max(this.mostSteps, used.stage.meter.most);
    if (message !== undefined) this.#drop(each);
    return message === undefined ? undefined : { message, cases: used.since };
  }

  /** Gives all memory back. */
  release(): void {
    for (const { since } of this.#stages.values()) this.#drop(since[0]);
  }

  #stageFor(each: GuestCase): Used {
    const known = this.#stages.get(keyOf(each));
    if (known && known.since.length < PER_STAGE && !known.stage.isWorn) return known;
    if (known) this.#drop(each);
    const made = newStage(each);
    this.#stages.set(keyOf(each), made);
    return made;
  }

  #count({ setting, attacker, served }: Stage): void {
    const exits = (this.exits[setting.technique] ??= {});
    for (const [kind, count] of Object.entries(attacker.counters.byKind)) exits[kind] = (exits[kind] ?? 0) + count;
    this.requestsServed += served;
  }

  #drop(each: GuestCase): void {
    const known = this.#stages.get(keyOf(each));
    if (known) this.#count(known.stage);
    known?.stage.release();
    this.#stages.delete(keyOf(each));
  }
}

/** What becomes of the cases on new VMs, one after the other; undefined if all is well. */
export function failureOf(cases: readonly Case[]): string | undefined {
  const runner = new Runner();
  try {
    for (const each of cases) {
      const failure = runner.run(each);
      if (failure) return failure.message;
    }
    return undefined;
  } finally {
    runner.release();
  }
}

const keyOf = ({ technique, latency }: GuestCase): string => `${technique} ${latency}`;

function newStage({ technique, latency }: GuestCase): Used {
  const stage = new Stage({ technique, latency }, referenceParts);
  return { stage, before: alone(stage), since: [] };
}

/** Whatever is thrown is a failure: nothing that a guest does may make the hypervisor throw. */
function perform({ stage, before }: Used, each: GuestCase): string | undefined {
  try {
    stage.perform(each);
    checkInvariants(stage, before);
    return undefined;
  } catch (error) {
    const { name, message } = error as Error;
    return name === 'Broken' ? message : `${name}: ${message}`;
  }
}
