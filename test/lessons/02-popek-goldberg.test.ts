/** Lesson 02: does the classifier find what each instruction is, show it, claim nothing else, and do so with few experiments? */
import { MACHINES, type Classified, type Instruction, type Machine, type State } from '#popek-goldberg';
import { requires, suite } from '../../src/course/lab';
import { referenceParts } from '../../src/reference';
import { claimsNothingElse, CLAIMS, examine, findsAll, type Claim } from './support/classes';
import { BOTH, instructionOf, machineOf, randomMachine, traits, type Trait } from './support/random-machine';

const { equivalence, safety, efficiency } = suite('classifier', referenceParts, require);

const machine = (name: string): Machine => MACHINES.find((one) => one.name === name)!;
const instruction = (of: Machine, name: string): Instruction => of.instructions.find((one) => one.name === name)!;

/** A machine with this one instruction. */
function single(name: string, ...parts: Trait[]): [Machine, Instruction] {
  return alone(instructionOf(name, parts));
}
const alone = (only: Instruction): [Machine, Instruction] => [machineOf('a machine of one instruction', [only]), only];

/** A state of those machines; `c` is storage that its program does not reach. */
const stateAt = (M: State['M'], a: number, c = 0): State => ({ E: { a, b: 0, c }, M, P: 4, R: { base: 0, key: 0 } });

/** A table as `classify` would make it; witnesses do not matter to the theorems. */
const table = (rows: Readonly<Record<string, readonly Claim[]>>): Classified[] =>
  Object.entries(rows).map(([name, claims]) => ({
    name,
    classes: Object.fromEntries(claims.map((claim) => [claim, []])),
  }));

for (const [name, title, source] of [
  [
    '1974',
    'on the machine of the paper, each instruction is what its definition says, with states that show it',
    'lesson: "Two questions about an instruction"',
  ],
  [
    'pdp10',
    'on the PDP-10, JRST 1 changes the mode and does not trap, and JSP shows the mode',
    'Popek and Goldberg 1974, on theorem 3; lesson: "One jump too many"',
  ],
  [
    'x86',
    'on the 80386, what Robin and Irvine list is sensitive and not privileged',
    'lesson: "What the 80386 keeps to itself"',
  ],
] as const) {
  equivalence(1, title, source, (lab) => {
    const known = machine(name);
    for (const each of known.instructions) findsAll(lab.part, known, each);
  });
}

equivalence(2, 'on RV64 and RV64-leaky, classes are found on the hart itself', 'lesson: "Our own machine"', (lab) => {
  for (const name of ['rv64', 'rv64-leaky']) {
    const riscv = machine(name);
    for (const each of ['csrr a0, sstatus', 'csrw sstatus, a0', 'sret', 'sfence.vma', 'addi a0, a0, 3'])
      findsAll(lab.part, riscv, instruction(riscv, each));
  }
});

equivalence(1, 'on machines that nobody has seen, no class is missed', 'popek-goldberg/classes.ts, Classes', (lab) => {
  for (let seed = 1; seed <= 12; seed++) {
    const unseen = randomMachine(seed);
    for (const each of unseen.instructions) findsAll(lab.part, unseen, each);
  }
});

equivalence(
  1,
  'privileged: traps in u and completes in s, in every pair; traps in both, or in some states only, is something else',
  'lesson: "Two questions about an instruction"',
  (lab) => {
    findsAll(lab.part, ...single('traps in u', traits.traps({ modes: 'u' })));
    findsAll(lab.part, ...single('traps in both', traits.traps({ modes: BOTH })));
    findsAll(lab.part, ...single('traps in u where a = 2', traits.traps({ modes: 'u', a: 2 })));
    findsAll(lab.part, ...single('traps in s', traits.traps({ modes: 's' })));
    findsAll(lab.part, ...single('ignored in u', traits.setsKey({ modes: 's' })));
    const states = [stateAt('u', 2), stateAt('s', 1), stateAt('u', 1)];
    const unpaired = instructionOf('traps in the one pair there is', [traits.traps({ modes: 'u', a: 1 })], states);
    findsAll(lab.part, ...alone(unpaired));
  },
);

equivalence(
  1,
  'a memory trap says nothing: it neither makes an instruction privileged nor saves it from being so',
  'Popek and Goldberg 1974: pairs in which an instruction memory-traps do not count; lesson: "A trap is not an effect"',
  (lab) => {
    const partly = traits.memoryTraps({ modes: 'u', a: 1 });
    findsAll(lab.part, ...single('privileged, with a bad address in u', partly, traits.traps({ modes: 'u' })));
    const inS = traits.memoryTraps({ modes: 's', a: 0 });
    findsAll(lab.part, ...single('privileged, with a bad address in s', inS, traits.traps({ modes: 'u' })));
    findsAll(lab.part, ...single('a load that only s may do', traits.memoryTraps({ modes: 'u', a: 1 })));
    findsAll(lab.part, ...single('a load that nobody may do', traits.memoryTraps({ modes: BOTH })));
  },
);

equivalence(
  1,
  'user-sensitive: what happens in u counts, a difference between s and u does not',
  'lesson: "Half a monitor"',
  (lab) => {
    findsAll(lab.part, ...single('sets R in s only', traits.setsKey({ modes: 's', a: 1 })));
    findsAll(lab.part, ...single('sets R in u only', traits.setsKey({ modes: 'u', a: 1 })));
    findsAll(lab.part, ...single('shows R in s only', traits.showsBase({ modes: 's', a: 2 })));
    findsAll(lab.part, ...single('shows R in u only', traits.showsBase({ modes: 'u', a: 2 })));
    findsAll(lab.part, ...single('shows M', traits.showsMode({ modes: BOTH })));
  },
);

/** Who is in it, and for which theorem. */
const MIXED = table({
  add: [],
  halt: ['privileged'],
  lpsw: ['privileged', 'control'],
  pushf: ['location', 'user'],
  lra: ['privileged', 'location', 'user'],
  jrst: ['control'],
  jsp: ['mode'],
});
const GOOD = table({ add: [], halt: ['privileged'], lpsw: ['privileged', 'control'], jsp: ['mode', 'privileged'] });

equivalence(
  1,
  'theorem 1 names the sensitive instructions that are not privileged, in the order of the table, and nobody else',
  'Popek and Goldberg 1974, theorem 1; lesson: "Three theorems"',
  ({ part }) => {
    const { holds, against } = part.theorem1(MIXED);
    requires(
      !holds && against.join() === 'pushf,jrst,jsp',
      `of a table in which pushf, jrst and jsp are against theorem 1, you said: ${against.join(', ') || 'nobody is'}.`,
    );
    requires(part.theorem1(GOOD).holds, 'a table of innocuous and privileged instructions meets theorem 1.');
  },
);

equivalence(
  1,
  'theorem 3 names the user-sensitive instructions that are not privileged, and nobody else',
  'Popek and Goldberg 1974, theorem 3; lesson: "Half a monitor"',
  ({ part }) => {
    const { holds, against } = part.theorem3(MIXED);
    requires(
      !holds && against.join() === 'pushf',
      `of a table in which only pushf is against theorem 3, you said: ${against.join(', ') || 'nobody is'}.`,
    );
    requires(part.theorem3(GOOD).holds, 'a table in which nothing is user-sensitive meets theorem 3.');
  },
);

equivalence(
  1,
  'theorem 2 asks for theorem 1, and for a monitor without timing dependencies',
  'Popek and Goldberg 1974, theorem 2; lesson: "Three theorems"',
  ({ part }) => {
    const good = table({ add: [], lpsw: ['privileged', 'control'] });
    const bad = table({ add: [], jrst: ['control'] });
    const said = [
      part.theorem2(good, true),
      part.theorem2(good, false),
      part.theorem2(bad, true),
      part.theorem2(bad, false),
    ];
    const holds = said.map((condition) => condition.holds).join();
    requires(
      holds === 'true,false,false,false',
      `theorem 2 holds if both conditions are met; you said, for both, each alone and none: ${holds}.`,
    );
    const against = said.map((condition) => condition.against.join(' ')).join();
    requires(
      against === ',,jrst,jrst',
      `jrst breaks theorem 1, and so theorem 2, whether or not there is a monitor without timing dependencies; you named, for both conditions, each alone and none: ${against}.`,
    );
  },
);

safety(
  1,
  'on machines that nobody has seen, nothing is claimed that its witness does not show',
  'lesson: "What a witness proves"',
  (lab) => {
    for (let seed = 31; seed <= 42; seed++) {
      const unseen = randomMachine(seed);
      for (const each of unseen.instructions) claimsNothingElse(lab.part, unseen, each);
    }
    // Storage out of the program's reach is neither M nor R.
    const states = [0, 1].flatMap((c) => (['s', 'u'] as const).map((M) => stateAt(M, 1, c)));
    claimsNothingElse(lab.part, ...alone(instructionOf('shows what others store', [traits.showsOthers()], states)));
  },
);

safety(
  1,
  'the trap sequence changes mode, R and storage, and none of that is held against the instruction',
  'lesson: "A trap is not an effect"',
  (lab) => {
    for (const modes of ['s', 'u', BOTH])
      claimsNothingElse(lab.part, ...single(`traps in ${modes}`, traits.traps({ modes })));
    for (const modes of ['s', 'u', BOTH])
      claimsNothingElse(lab.part, ...single(`bad addresses only in ${modes}`, traits.memoryTraps({ modes })));
  },
);

safety(
  1,
  'an instruction that never ends is not privileged by that, and nothing is compared with it',
  'popek-goldberg/state.ts, Outcome: no result; lesson: "What the program is told"',
  (lab) => {
    claimsNothingElse(lab.part, ...single('never ends in u', traits.unknown({ modes: 'u' })));
    claimsNothingElse(
      lab.part,
      ...single('never ends in s, traps in u', traits.unknown({ modes: 's', a: 1 }), traits.traps({ modes: 'u' })),
    );
    claimsNothingElse(lab.part, ...single('never ends', traits.unknown({ modes: BOTH })));
    claimsNothingElse(
      lab.part,
      ...single('traps in u or never ends', traits.unknown({ modes: 'u', a: 2 }), traits.traps({ modes: 'u' })),
    );
  },
);

safety(
  1,
  'states that never end: the classifier does, at its allowance, with what it has found',
  'popek-goldberg/classes.ts, Subject.allowance; lesson: "Pairs without pairs"',
  (lab) => {
    const [only, each] = single('shows M where a = 1', traits.showsMode({ modes: BOTH, a: 1 }));
    for (const allowance of [100, 333]) {
      const { claims, experiments } = examine(lab.part, only, each, { states: withoutEnd(each.states), allowance });
      requires(experiments <= allowance, `of ${allowance} experiments allowed, ${experiments} were made.`);
      requires(
        claims.join() === 'mode',
        `the first 48 states show that the instruction is mode-sensitive; you found: ${claims.join() || 'nothing'}.`,
      );
    }
  },
);

safety(
  1,
  'without a pair of states nothing is privileged, and without states nothing is anything',
  'popek-goldberg/classes.ts, Classes.privileged: at least one such pair; lesson: "What a witness proves"',
  (lab) => {
    const [only, each] = single('traps in u', traits.traps({ modes: 'u' }));
    for (const mode of ['s', 'u', 'none']) {
      const states = each.states.filter(({ M }) => M === mode);
      const { claims } = examine(lab.part, only, each, { states });
      requires(
        claims.length === 0,
        `with ${states.length} states, ${mode === 'none' ? 'that is none' : `all of ${mode}`}, you claim: ${claims.join()}.`,
      );
    }
  },
);

efficiency(
  1,
  'no state is run twice: all instructions of the 80386 and of the paper cost as many experiments as they have states',
  'lesson: "Pairs without pairs"',
  (lab) => {
    let [made, states] = [0, 0];
    for (const examined of [machine('x86'), machine('1974')]) {
      for (const each of examined.instructions) {
        made += examine(lab.part, examined, each).experiments;
        states += each.states.length;
      }
    }
    lab.measure(`${made} experiments in ${states} states (pass ${states})`);
    requires(made > 0 && made <= states, `${made} experiments were made; each state once is ${states}.`);
  },
);

efficiency(
  1,
  'once nothing can be added it stops: of 4,800 states, 60 are enough for an instruction with every flaw',
  'lesson: "Pairs without pairs"',
  (lab) => {
    const [only, each] = single(
      'shows M and R, sets R',
      traits.showsMode({ modes: BOTH, a: 0 }),
      traits.showsBase({ modes: BOTH, a: 1 }),
      traits.setsKey({ modes: BOTH, a: 2 }),
    );
    const states = Array.from({ length: 100 }, () => each.states).flat();
    const { claims, experiments } = examine(lab.part, only, each, { states });
    requires(
      claims.length === CLAIMS.length - 1,
      `it is control-, location-, mode- and user-sensitive; you found: ${claims.join() || 'nothing'}.`,
    );
    lab.measure(`${experiments} experiments of 4,800 (pass 60)`);
    requires(experiments <= 60, `after 48 states everything was known, and ${experiments} experiments were made.`);
  },
);

efficiency(
  1,
  'what a program sees is looked at once before and once after an experiment, not once a pair',
  'lesson: "Pairs without pairs"',
  (lab) => {
    const x86 = machine('x86');
    let [looks, states] = [0, 0];
    for (const each of x86.instructions) {
      looks += examine(lab.part, x86, each).looks;
      states += each.states.length;
    }
    lab.measure(`${looks} looks at ${states} states (pass ${2 * states})`);
    requires(
      looks <= 2 * states,
      `\`seen\` was called ${looks} times for ${states} states; twice a state is ${2 * states}.`,
    );
  },
);

/** The same states again and again; a classifier that does not stop is stopped. */
function* withoutEnd(states: readonly State[]): Generator<State> {
  for (let round = 0; round < 1000; round++) yield* states;
  throw new Error('the states have no end, and were asked for one after the other for ever');
}
