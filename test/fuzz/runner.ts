/** Runs cases and says which of them break an invariant. */
import type { Parts } from '#vmm';
import { referenceParts } from '../../src/reference';
import type { Case, ConfigurationCase, GuestCase } from './case';
import { tryConfiguration } from './configuration';
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
  /** Entries of page tables that paravirtual guests changed. */
  entriesUpdated = 0;
  /** Configurations whose machines ran. */
  machinesRun = 0;
  readonly #parts: Parts;
  readonly #stages = new Map<string, Used>();

  /** `parts`: of the hypervisor that is attacked. */
  constructor(parts: Parts = referenceParts) {
    this.#parts = parts;
  }

  /** Undefined if all is well. */
  run(each: Case): Failure | undefined {
    if (each.kind === 'configuration') return this.#configuration(each);
    let used: Used;
    try {
      used = this.#stageFor(each);
    } catch (error) {
      return { message: sentenceOf(error), cases: [each] }; // even the bystander alone fails
    }
    used.since.push(each);
    const message = messageOf(() => {
      used.stage.perform(each);
      checkInvariants(used.stage, used.before);
    });
    this.mostSteps = Math.max(this.mostSteps, used.stage.meter.most);
    if (message !== undefined) this.#drop(each);
    return message === undefined ? undefined : { message, cases: used.since };
  }

  /** Gives all memory back. */
  release(): void {
    for (const { since } of this.#stages.values()) this.#drop(since[0]);
  }

  #configuration(each: ConfigurationCase): Failure | undefined {
    const message = messageOf(() => (this.machinesRun += Number(tryConfiguration(each))));
    return message === undefined ? undefined : { message, cases: [each] };
  }

  #stageFor(each: GuestCase): Used {
    const known = this.#stages.get(keyOf(each));
    if (known && known.since.length < PER_STAGE) return known;
    if (known) this.#drop(each);
    const made = newStage(each, this.#parts);
    this.#stages.set(keyOf(each), made);
    return made;
  }

  #count({ setting, attacker, served }: Stage): void {
    const exits = (this.exits[setting.technique] ??= {});
    for (const [kind, count] of Object.entries(attacker.counters.byKind)) exits[kind] = (exits[kind] ?? 0) + count;
    this.requestsServed += served;
    this.entriesUpdated += attacker.counters.entriesUpdated;
  }

  #drop(each: GuestCase): void {
    const known = this.#stages.get(keyOf(each));
    if (known) this.#count(known.stage);
    known?.stage.release();
    this.#stages.delete(keyOf(each));
  }
}

/** What becomes of the cases on new VMs, one after the other; undefined if all is well. */
export function failureOf(cases: readonly Case[], parts?: Parts): string | undefined {
  const runner = new Runner(parts);
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

const keyOf = ({ technique, latency, large }: GuestCase): string =>
  `${technique} ${latency} ${large ? 'large' : 'small'}`;

function newStage({ technique, latency, large = false }: GuestCase, parts: Parts): Used {
  const stage = new Stage({ technique, latency, large }, parts);
  return { stage, before: alone(stage), since: [] };
}

/** Whatever is thrown is a failure: nothing that a guest does may make the hypervisor throw. */
function messageOf(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return sentenceOf(error);
  }
}

/** What was wrong in the first place. */
function sentenceOf(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (cause instanceof Error) return sentenceOf(cause);
  return name === 'Broken' ? message : `${name}: ${message}`;
}
