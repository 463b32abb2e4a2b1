/** How models are written: a machine is a few settings of R and a row for each instruction, which says what it does to a draft of the state. */
import { textOf, type Instruction, type Machine, type Mode, type Outcome, type State, type Values } from './state';

/** A state while an instruction executes: P stands behind the instruction already. */
export interface Draft {
  readonly E: Record<string, number>;
  M: Mode;
  P: number;
  readonly R: Record<string, number>;
}

/** Thrown by an instruction that does not complete. */
class Stopped extends Error {
  readonly kind: Exclude<Outcome['kind'], 'completes'>;
  constructor(kind: Exclude<Outcome['kind'], 'completes'>, why: string) {
    super(why);
    this.kind = kind;
  }
}

export const trap = (why: string): never => {
  throw new Stopped('traps', why);
};
export const memoryTrap = (why: string): never => {
  throw new Stopped('memory-traps', why);
};
export const unknown = (why: string): never => {
  throw new Stopped('unknown', why);
};

/** An instruction as its model has it. */
export interface Row {
  readonly name: string;
  readonly does: string;
  readonly execute: (draft: Draft) => void;
  /** Programs to try it in: what they have in registers and storage where that is not the machine's default. At least one. */
  readonly programs: readonly Values[];
}

export const row = (name: string, does: string, execute: (draft: Draft) => void, ...programs: Values[]): Row => ({
  name,
  does,
  execute,
  programs: programs.length === 0 ? [{}] : programs,
});

/** In u it traps. */
export const supervisorOnly =
  (execute: (draft: Draft) => void, why = 'privileged operation') =>
  (draft: Draft): void => {
    if (draft.M === 'u') trap(why);
    execute(draft);
  };

export interface Blueprint extends Omit<Machine, 'instructions' | 'seen'> {
  readonly rows: readonly Row[];
  /** What programs have unless a row says otherwise. */
  readonly program: Values;
  /** R, in all settings that are tried. */
  readonly settings: readonly Values[];
  /** E for a program that runs in this mode under this R. Default: the program's values. */
  readonly place?: (program: Values, mode: Mode, resources: Values) => Values;
  /** Default: P and all of E. */
  readonly seen?: (state: State) => string;
  /** What a trap does to the state in which the instruction began. Default: to s, at 0. */
  readonly enter?: (draft: Draft) => void;
}

/** Where programs begin, and how long an instruction is. */
const START = 2;
const LENGTH = 1;

export function machineOf({ rows, program, settings, place, seen, enter, ...about }: Blueprint): Machine {
  const statesOf = (each: Row): State[] =>
    each.programs.flatMap((values) =>
      settings.flatMap((R) =>
        (['s', 'u'] as const).map((M): State => {
          const all = { ...program, ...values };
          return { E: place ? place(all, M, R) : all, M, P: START, R: { ...R } };
        }),
      ),
    );
  return {
    ...about,
    instructions: rows.map((each): Instruction => ({
      name: each.name,
      does: each.does,
      states: statesOf(each),
      run: (state) => outcomeOf(each, state, enter ?? enterSupervisor),
    })),
    seen: seen ?? ((state) => `P=${state.P} ${textOf(state.E)}`),
  };
}

const enterSupervisor = (draft: Draft): void => {
  draft.M = 's';
  draft.P = 0;
};

function outcomeOf({ execute }: Row, state: State, enter: (draft: Draft) => void): Outcome {
  const draft = draftOf(state);
  draft.P += LENGTH;
  try {
    execute(draft);
    return { kind: 'completes', after: draft };
  } catch (stopped) {
    if (!(stopped instanceof Stopped)) throw stopped;
    const { kind, message: why } = stopped;
    if (kind === 'unknown') return { kind, why };
    // A trap finds the state as the instruction found it.
    const after = draftOf(state);
    enter(after);
    return { kind, after, why };
  }
}

const draftOf = ({ E, M, P, R }: State): Draft => ({ E: { ...E }, M, P, R: { ...R } });
