/** Lesson 14: which exception an instruction of a guest raises, and which register a name leads to: asked of the machine's own hart. */
import type { Choice } from '../question';
import type { Random } from '../random';
import { realMistakes, type Draft } from './draft';
import { executed, type Situation } from './guest-hart';

const hex = (value: bigint): string => `0x${value.toString(16)}`;

const ILLEGAL = 2;
const VIRTUAL = 22;

/** What may stand in a guest's way, and the situation without it. */
interface Obstacle {
  readonly name: string;
  readonly without: (situation: Situation) => Situation;
}

const closed = (name: string, csr: string, open: (value: bigint) => bigint): Obstacle => ({
  name,
  without: (situation) => ({ ...situation, csr: { ...situation.csr, [csr]: open(situation.csr[csr]) } }),
});
const ALL_COUNTERS = 2n ** 32n - 1n;

const SWITCHES = [
  { name: 'VTVM', at: 20n },
  { name: 'VTW', at: 21n },
  { name: 'VTSR', at: 22n },
] as const;

const [BY_HYPERVISOR, BY_KERNEL] = [
  closed('`hcounteren`', 'hcounteren', () => ALL_COUNTERS),
  closed('`scounteren`', 'scounteren', () => ALL_COUNTERS),
];

const OBSTACLES: readonly Obstacle[] = [
  ...SWITCHES.map(({ name, at }) => closed(`\`hstatus\`.${name}`, 'hstatus', (value) => value & ~(1n << at))),
  BY_HYPERVISOR,
  BY_KERNEL,
  {
    name: `${BY_HYPERVISOR.name} as well as ${BY_KERNEL.name}`,
    without: (situation) => BY_HYPERVISOR.without(BY_KERNEL.without(situation)),
  },
  { name: 'the privilege of VU-mode', without: (situation) => ({ ...situation, mode: 'VS' }) },
  { name: 'that V is 1', without: (situation) => ({ ...situation, mode: 'HS' }) },
];

const INSTRUCTIONS = [
  'csrr a0, sscratch', 'csrw satp, zero', 'csrr a0, time', 'csrr a0, cycle', 'csrr a0, instret', 'csrw time, a0',
  'sret', 'sfence.vma', 'wfi', 'hfence.gvma', 'csrr a0, hstatus', 'csrr a0, vsscratch', 'csrr a0, mstatus', 'mret', 'csrw hgeip, a0',
] as const; // prettier-ignore

/** The first obstacle without which it would work. */
const obstacleOf = (situation: Situation): Obstacle | undefined =>
  OBSTACLES.find(({ without }) => executed(without(situation)).cause === undefined);

function reason(situation: Situation, cause: number | undefined): string {
  if (cause === undefined) return 'Nothing on its side of the wall stands in its way: it is done without an exit.';
  const obstacle = obstacleOf(situation);
  return obstacle
    ? `In HS-mode it is valid. What stands in its way is ${obstacle.name}: exception ${VIRTUAL}.`
    : `It would be illegal in HS-mode, too. What no hypervisor may do, none can have closed to its guest: exception ${ILLEGAL}.`;
}

/** No exception, virtual instruction, or illegal instruction? */
export function guestException(random: Random): Draft {
  const bits = SWITCHES.map(({ name, at }) => ({ name, at, set: BigInt(random.int(0, 1)) }));
  const mode = random.pick(['VS', 'VS', 'VU'] as const);
  const situation: Situation = {
    mode,
    instruction: random.pick(INSTRUCTIONS),
    csr: {
      hstatus: bits.reduce((all, { at, set }) => all | (set << at), 0n),
      hcounteren: random.pick([0n, 2n, 7n]),
      scounteren: random.pick([0n, 2n, 7n]),
    },
  };
  const { cause } = executed(situation);
  const why = reason(situation, cause);
  const choice = (text: string, code: number | undefined): Choice => ({
    text,
    right: code === cause,
    why: code === cause ? '' : why,
  });
  const { hcounteren, scounteren } = situation.csr;
  return {
    kind: 'choose',
    ask: `The firmware has closed nothing (\`mcounteren\` is all ones; TW, TSR and TVM of \`mstatus\` are 0). In \`hstatus\`, ${bits.map(({ name, set }) => `${name} = ${set}`).join(', ')}; \`hcounteren\` is ${hex(hcounteren)}, \`scounteren\` ${hex(scounteren)}. In ${mode}-mode, a guest executes \`${situation.instruction}\`. What does the hart raise?`,
    why,
    choices: [
      choice('nothing: it is done', undefined),
      choice('a virtual-instruction exception (22)', VIRTUAL),
      choice('an illegal-instruction exception (2)', ILLEGAL),
    ],
  };
}

/** A name, what is in the registers that it might lead to, and how each answer goes wrong. */
interface Reading {
  readonly name: string;
  readonly csr: Readonly<Record<string, bigint>>;
  readonly time?: bigint;
  readonly why: string;
  readonly mistakes: readonly (readonly [bigint, string])[];
}

function twin(random: Random): Reading {
  const name = random.pick(['sscratch', 'sepc', 'scause', 'stval']);
  const guest = BigInt(8 * random.int(1, 4000));
  const own = guest + BigInt(8 * random.int(1, 4000));
  return {
    name,
    csr: { [name]: own, [`v${name}`]: guest },
    why: `While V is 1, the name \`${name}\` leads to \`v${name}\`.`,
    mistakes: [
      [
        own,
        `That is the hypervisor's register. It keeps its value while V is 1, and no instruction of the guest reaches it.`,
      ],
    ],
  };
}

function shared(random: Random): Reading {
  const [value, closing] = [BigInt(random.int(1, 7)), BigInt(random.int(8, 31))];
  return {
    name: 'scounteren',
    csr: { scounteren: value, hcounteren: closing },
    why: '`scounteren` has no copy for guests: both worlds see the same register, and the hypervisor has to swap its contents.',
    mistakes: [
      [closing, 'That is `hcounteren`, which closes counters to the guest. A guest cannot read it.'],
      [value & closing, 'Each of the two closes counters, but neither changes what is in the other.'],
      [0n, 'There is no such register for guests alone that could be 0: they share this one with the hypervisor.'],
    ],
  };
}

function pending(random: Random): Reading {
  const places = [1n << 2n, 1n << 6n, 1n << 10n];
  const some = (): bigint => places.reduce((all, bit) => all | (random.int(0, 2) > 0 ? bit : 0n), 0n);
  const [hvip, hideleg] = [some() | random.pick(places), some()];
  return {
    name: 'sip',
    csr: { hvip, hideleg },
    why: '`sip` leads to `vsip`, which shows the bits of `hip` that `hideleg` gives to the guest, each one place lower. `hvip` is what makes them pending here.',
    mistakes: [
      [hvip & hideleg, 'The guest knows these interrupts by the numbers of S-mode, which are lower by one.'],
      [hvip >> 1n, 'What `hideleg` keeps for the hypervisor, the guest does not see.'],
      [hvip, 'That is `hvip` itself. A guest sees only what is delegated to it, and each bit one place lower.'],
    ],
  };
}

function clock(random: Random): Reading {
  const [time, difference] = [BigInt(random.int(2000, 9000)), BigInt(random.int(-1900, 4000) || 7)];
  return {
    name: 'time',
    csr: { htimedelta: BigInt.asUintN(64, difference), hcounteren: 2n },
    time,
    why: `A guest reads \`time\` plus \`htimedelta\`, modulo 2^64: ${time} ${difference < 0n ? '-' : '+'} ${difference < 0n ? -difference : difference}.`,
    mistakes: [
      [time, "That is the hart's own `time`. A guest's is corrected by `htimedelta`."],
      [time - difference, '`htimedelta` is added, not taken away.'],
    ],
  };
}

/** What does the guest read? */
export function guestReads(random: Random): Draft {
  const { name, csr, time, why, mistakes } = random.pick([twin, twin, shared, pending, clock])(random);
  const answer = Number(executed({ mode: 'VS', instruction: `csrr a0, ${name}`, csr, time }).a0);
  const given = Object.entries({ ...csr, ...(time === undefined ? {} : { time }) }).map(
    ([register, value]) => `\`${register}\` = ${hex(value)}`,
  );
  const wrong = mistakes.map(([value, explanation]) => ({ answer: Number(value), why: explanation }));
  return {
    kind: 'number',
    ask: `Read in HS-mode, the registers of a hart say: ${given.join(', ')}. The hart goes to VS-mode, and the guest executes \`csrr a0, ${name}\`. What is in \`a0\`?`,
    answer,
    within: 0,
    hex: true,
    why,
    mistakes: realMistakes(answer, wrong),
  };
}
