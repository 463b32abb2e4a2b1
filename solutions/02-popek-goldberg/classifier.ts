// 02 · Which machines can be virtualized? Find out by experiment what each instruction of a machine is.
//
// `classify`: `run` one instruction in the states that come with it, compare what happened in pairs of states, and say which of the five
// claims hold, each with the states that show it (`Classes` says what a witness is). Claim nothing that you have not seen, stay within
// `allowance`, run no state twice, and stop when there is nothing left to find out.
// `theorem1` to `theorem3`: given the classes of all instructions of a machine, is the theorem's condition met, and who breaks it?
// #region solution: import { todo, type Parts } from '#vmm';
import type { Classes, Classified, Condition, Outcome, State, Subject, Witness } from '#popek-goldberg';
import type { Parts } from '#vmm';

/** One execution, and what could be seen before it. */
interface Experiment {
  readonly state: State;
  readonly seen: string;
  readonly held: string;
  readonly kind: Outcome['kind'];
  /** What the program sees afterwards, if the instruction completed and left M and R alone: only then can two results be compared. */
  readonly result?: string;
}

/** What has been found out about one instruction. */
class Findings {
  readonly #subject: Subject;
  /** Experiments that no program could tell apart beforehand. */
  readonly #alike = new Map<string, Experiment[]>();
  #control: Witness | undefined;
  #location: Witness | undefined;
  #mode: Witness | undefined;
  #user: Witness | undefined;
  /** A pair that shows it; nothing that follows can save the claim once one pair has refuted it. */
  #privileged: Witness | undefined;
  #refuted = false;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** Nothing can be added: what can be shown is shown, and the one claim about all pairs has failed. */
  get complete(): boolean {
    return [this.#control, this.#location, this.#mode, this.#user, this.#refuted].every(Boolean);
  }

  get classes(): Classes {
    const privileged = this.#refuted ? undefined : this.#privileged;
    return { privileged, control: this.#control, location: this.#location, mode: this.#mode, user: this.#user };
  }

  add(state: State): void {
    const experiment = this.#run(state);
    const others = this.#alike.get(experiment.seen) ?? [];
    for (const other of others) this.#compare(other, experiment);
    this.#alike.set(experiment.seen, [...others, experiment]);
  }

  #run(state: State): Experiment {
    const { seen, held, run } = this.#subject;
    const before = { state, seen: seen(state), held: held(state) };
    const outcome = run(state);
    if (outcome.kind !== 'completes') return { ...before, kind: outcome.kind };
    const { after } = outcome;
    if (after.M === state.M && held(after) === before.held)
      return { ...before, kind: 'completes', result: seen(after) };
    // It changed the mode or a resource, and no control program was asked.
    this.#control ??= [state];
    if (state.M === 'u') this.#user ??= [state];
    return { ...before, kind: 'completes' };
  }

  #compare(one: Experiment, other: Experiment): void {
    const sameMode = one.state.M === other.state.M;
    if (one.held === other.held && !sameMode) {
      const [inS, inU] = one.state.M === 's' ? [one, other] : [other, one];
      this.#judgePrivilege(inS, inU);
      if (differ(inS, inU)) this.#mode ??= [inS.state, inU.state];
    }
    if (one.held !== other.held && sameMode && differ(one, other)) {
      const witness = [one.state, other.state];
      this.#location ??= witness;
      if (one.state.M === 'u') this.#user ??= witness;
    }
  }

  /** An address that is out of bounds says nothing about the instruction. No result is no trap either, so it refutes. */
  #judgePrivilege(inS: Experiment, inU: Experiment): void {
    if (inS.kind === 'memory-traps' || inU.kind === 'memory-traps') return;
    if (inS.kind === 'completes' && inU.kind === 'traps') this.#privileged ??= [inS.state, inU.state];
    else this.#refuted = true;
  }
}

/** Both can be compared, and a program sees different things. */
const differ = (one: Experiment, other: Experiment): boolean =>
  one.result !== undefined && other.result !== undefined && one.result !== other.result;

/** Whether all instructions with such a class are privileged. */
function arePrivileged(table: readonly Classified[], sensitive: (classes: Classes) => Witness | undefined): Condition {
  const against = table.filter(({ classes }) => sensitive(classes) && !classes.privileged).map(({ name }) => name);
  return { holds: against.length === 0, against };
}

const sensitiveArePrivileged = (table: readonly Classified[]): Condition =>
  arePrivileged(table, ({ control, location, mode }) => control ?? location ?? mode);
// #endregion

export const classifier: Parts['classifier'] = {
  // #region solution: classify: (subject) => todo('experiment with one instruction'),
  classify(subject) {
    const findings = new Findings(subject);
    let left = subject.allowance;
    for (const state of subject.states) {
      if (left === 0 || findings.complete) break;
      left--;
      findings.add(state);
    }
    return findings.classes;
  },
  // #endregion

  // #region solution: theorem1: (table) => todo('can a monitor be constructed?'),
  theorem1: sensitiveArePrivileged,
  // #endregion

  // #region solution: theorem2: (table, withoutTiming) => todo('can it run under itself?'),
  theorem2(table, withoutTiming) {
    const { holds, against } = sensitiveArePrivileged(table);
    return { holds: holds && withoutTiming, against };
  },
  // #endregion

  // #region solution: theorem3: (table) => todo('can a hybrid monitor be constructed?'),
  theorem3: (table) => arePrivileged(table, ({ user }) => user),
  // #endregion
};
