/** What the part of lesson 02 is asked and what it answers: one instruction's classes, and the paper's three theorems. */
import { held, type Machine, type Instruction, type Outcome, type State } from './state';

/** One instruction to be classified, by experiment alone. */
export interface Subject {
  readonly name: string;
  /** States to experiment in. They need not end: see `allowance`. */
  readonly states: Iterable<State>;
  /** How many times `run` may be called. */
  readonly allowance: number;
  /** Executes the instruction once. Leaves `state` as it is. */
  run(state: State): Outcome;
  /** All that a program can see of a state: P, its registers and its storage. Equal texts: no program could tell. */
  seen(state: State): string;
  /** R, as text. */
  held(state: State): string;
}

/** States from `Subject.states` (or made from them) that show a claim, in the order said at the claim. */
export type Witness = readonly State[];

/** The claims about one instruction; one that is missing was not shown. */
export interface Classes {
  /**
   * `[S1, S2]`: the program sees the same, R is the same, M is s in S1 and u in S2; S1 completes and S2 traps. To be claimed if at least one
   * such pair was found, and every pair in which neither memory-traps is one.
   */
  readonly privileged?: Witness;
  /** `[S]`: completes, and has changed M or R. */
  readonly control?: Witness;
  /** `[S1, S2]`: the program sees the same, M is the same, R is not. Both complete with M and R as they were; what is seen then differs. */
  readonly location?: Witness;
  /** `[S1, S2]`: the program sees the same, R is the same, M is s in S1 and u in S2. Both complete with M and R as they were; what is seen then differs. */
  readonly mode?: Witness;
  /** A witness of `control` with M = u, or of `location` with both M = u: sensitive while a user's program runs. */
  readonly user?: Witness;
}

export interface Classified {
  readonly name: string;
  readonly classes: Classes;
}

/** Whether a theorem's condition is met. */
export interface Condition {
  readonly holds: boolean;
  /** Names of the instructions that break it, in the order of the table. */
  readonly against: readonly string[];
}

/** Lesson 02's part. */
export interface Classifier {
  /** Changes no state; runs the instruction at most `allowance` times; claims nothing that its witness does not show. */
  classify(subject: Subject): Classes;
  /** Theorem 1, a monitor can be constructed: control-, location- and mode-sensitive instructions are privileged. */
  theorem1(table: readonly Classified[]): Condition;
  /** Theorem 2, a monitor can run under itself: theorem 1, and a monitor without timing dependencies can be constructed. */
  theorem2(table: readonly Classified[], withoutTiming: boolean): Condition;
  /** Theorem 3, a hybrid monitor can be constructed: user-sensitive instructions are privileged. */
  theorem3(table: readonly Classified[]): Condition;
}

export interface SubjectOptions {
  /** Default: the instruction's own. */
  readonly states?: Iterable<State>;
  /** Default: 10,000. */
  readonly allowance?: number;
}

/** A subject that counts its experiments, and ends with an Error after the last one that is allowed. */
export interface CountedSubject extends Subject {
  readonly experiments: number;
}

const ALLOWANCE = 10_000;

export function subjectOf(machine: Machine, instruction: Instruction, options: SubjectOptions = {}): CountedSubject {
  const { states = instruction.states, allowance = ALLOWANCE } = options;
  let experiments = 0;
  return {
    name: instruction.name,
    states,
    allowance,
    get experiments() {
      return experiments;
    },
    run(state) {
      if (experiments === allowance) throw new Error(`${instruction.name} may be run ${allowance} times, not more`);
      experiments++;
      return instruction.run(state);
    },
    seen: (state) => machine.seen(state),
    held,
  };
}
