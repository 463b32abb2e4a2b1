/** What the definitions speak of: states, outcomes and instructions. G. J. Popek, R. P. Goldberg, "Formal Requirements for Virtualizable Third Generation Architectures", CACM 17(7), 1974. */

/** Supervisor and user. A machine with more modes is judged by the pair that a monitor and its guest would use. */
export type Mode = 's' | 'u';

/** Numbers by the name of the place that holds them; integers below 2^53. */
export type Values = Readonly<Record<string, number>>;

/** The paper's S = <E, M, P, R>. */
export interface State {
  /** Executable storage, and the registers that programs compute with. */
  readonly E: Values;
  /** The mode of the processor. */
  readonly M: Mode;
  /** The program counter, as the program knows it. */
  readonly P: number;
  /** What decides about resources: the relocation-bounds register, and on later machines every register that only a control program should set. */
  readonly R: Values;
}

/** What became of one execution. An instruction is a function from states to states; this says by which way it got there. */
export type Outcome =
  /** It ended in `after`. */
  | { readonly kind: 'completes'; readonly after: State }
  /** It trapped: the machine stored where it was, and a control program goes on in `after`. */
  | { readonly kind: 'traps'; readonly after: State; readonly why: string }
  /** It trapped because of an address that the program may not use. That says something of the address, and nothing of the instruction. */
  | { readonly kind: 'memory-traps'; readonly after: State; readonly why: string }
  /** No result: it did not end in the time that it had, or the machine's manual does not say what happens. */
  | { readonly kind: 'unknown'; readonly why: string };

/** An instruction of a machine, with the states in which to try it. */
export interface Instruction {
  readonly name: string;
  /** What it does, in a few words. */
  readonly does: string;
  /** Every situation of a program, in each mode, under each setting of R. */
  readonly states: readonly State[];
  /** Executes it once; leaves `state` as it is. */
  run(state: State): Outcome;
}

/** A machine, as small as its instructions of interest allow. */
export interface Machine {
  /** As `hv classify` takes it. */
  readonly name: string;
  readonly title: string;
  /** What its manual calls the two modes. */
  readonly modes: Readonly<Record<Mode, string>>;
  /** What R is here. */
  readonly resources: string;
  /** The manual or paper that the model follows. */
  readonly source: string;
  /** What to know before believing the table: whole sentences. */
  readonly notes: readonly string[];
  readonly instructions: readonly Instruction[];
  /** All that a program can see of a state: P, its registers, and its storage by its own addresses. Equal texts: no program could tell. */
  seen(state: State): string;
}

/** R as text: equal texts, equal resources. */
export const held = (state: State): string => textOf(state.R);

/** `a=1 b=2`, in the order of the names. */
export const textOf = (values: Values): string =>
  Object.keys(values)
    .sort()
    .map((name) => `${name}=${values[name]}`)
    .join(' ');
