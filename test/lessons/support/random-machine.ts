/** Machines that nobody has seen: instructions put together from traits, each of which decides a class, or hides one. */
import type { Instruction, Machine, Mode, Outcome, State } from '#popek-goldberg';

/** Numbers 0 .. below - 1, the same for the same seed (Park and Miller's minimal standard). */
export function numbers(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761) % 2_147_483_647 || 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

interface Place {
  /** A program reaches `a` and `b`. */
  E: { a: number; b: number; c?: number };
  M: Mode;
  P: number;
  R: { base: number; key: number };
}

/** Does its part of the instruction; an outcome's kind ends it. */
export type Trait = (now: Place, before: State) => Exclude<Outcome['kind'], 'completes'> | undefined;

/** When a trait acts: in these modes, for one value of `a` or for any. */
export interface When {
  readonly modes: string;
  readonly a?: number;
}
const acts = ({ modes, a }: When, { M, E }: State): boolean => modes.includes(M) && (a === undefined || E.a === a);
const trait =
  (when: When, effect: (now: Place, before: State) => ReturnType<Trait> | void): Trait =>
  (now, before) =>
    acts(when, before) ? (effect(now, before) ?? undefined) : undefined;

export const BOTH = 'su';

export const traits = {
  traps: (when: When) => trait(when, () => 'traps'),
  memoryTraps: (when: When) => trait(when, () => 'memory-traps'),
  unknown: (when: When) => trait(when, () => 'unknown'),
  /** Changes R. */
  setsKey: (when: When) => trait(when, (now) => void (now.R.key = 1)),
  setsMode: (when: When, mode: Mode) => trait(when, (now) => void (now.M = mode)),
  /** Shows R. */
  showsBase: (when: When) => trait(when, (now) => void (now.E.b = 10 + now.R.base)),
  /** Shows M. */
  showsMode: (when: When) => trait(when, (now, { M }) => void (now.E.b = M === 's' ? 20 : 21)),
  /** Shows what the program does not reach. */
  showsOthers: () => trait({ modes: BOTH }, (now, { E }) => void (now.E.b = 30 + (E.c ?? 0))),
  jumps: (when: When) => trait(when, (now) => void (now.P += now.E.a)),
};

/** An instruction that adds, and then does what its traits say, in order. */
export function instructionOf(name: string, parts: readonly Trait[], states: readonly State[] = STATES): Instruction {
  return { name, does: 'what its traits say', states, run: (state) => outcomeOf(parts, state) };
}

function outcomeOf(parts: readonly Trait[], state: State): Outcome {
  const { E, R } = state;
  const now: Place = {
    E: { ...E, a: E.a, b: (E.b + 1) % 8 },
    M: state.M,
    P: state.P + 1,
    R: { base: R.base, key: R.key },
  };
  for (const part of parts) {
    const kind = part(now, state);
    if (kind === 'unknown') return { kind, why: 'it never ends' };
    // The trap sequence: where it was is stored, a control program goes on, under resources of its own.
    if (kind) return { kind, after: { E: { ...E, b: 99 }, M: 's', P: 0, R: { base: 0, key: 0 } }, why: 'its traits' };
  }
  return { kind: 'completes', after: now };
}

const SETTINGS = [0, 1].flatMap((base) => [0, 1].map((key) => ({ base, key })));
const PROGRAMS = [0, 1, 2].flatMap((a) => [0, 4].map((b) => ({ a, b })));
const STATES: readonly State[] = PROGRAMS.flatMap((E) =>
  SETTINGS.flatMap((R) => (['s', 'u'] as const).map((M): State => ({ E: { ...E }, M, P: 4, R: { ...R } }))),
);

/** Programs see `a`, `b` and P. */
export function machineOf(name: string, instructions: readonly Instruction[]): Machine {
  return {
    name,
    title: name,
    modes: { s: 's', u: 'u' },
    resources: 'base and key',
    source: 'chance',
    notes: [],
    instructions,
    seen: ({ E, P }) => `P=${P} a=${E.a} b=${E.b}`,
  };
}

const WHEN: readonly string[] = ['s', 'u', BOTH];

/** Of a dozen instructions with up to three traits, in states in an order of their own. */
export function randomMachine(seed: number): Machine {
  const below = numbers(seed);
  const when = (): When => ({ modes: WHEN[below(3)], ...(below(3) > 0 ? { a: below(3) } : {}) });
  const kinds: readonly (() => Trait)[] = [
    () => traits.traps({ modes: 'u' }),
    () => traits.traps(when()),
    () => traits.memoryTraps(when()),
    () => traits.unknown(when()),
    () => traits.setsKey(when()),
    () => traits.setsMode(when(), 'u'),
    () => traits.showsBase(when()),
    () => traits.showsMode({ modes: BOTH, a: below(3) }),
    () => traits.jumps(when()),
  ];
  const instructions = Array.from({ length: 12 }, (_, i) => {
    const parts = Array.from({ length: below(4) }, () => kinds[below(kinds.length)]());
    const states = STATES.map((state) => ({ state, at: below(1000) })).sort((one, other) => one.at - other.at);
    return instructionOf(
      `instruction ${i}`,
      parts,
      states.map(({ state }) => state),
    );
  });
  return machineOf(`machine ${seed}`, instructions);
}
