/** Lesson 07: what a shadow entry allows, and where it leads. The machine's own walk answers (Privileged, "Virtual Address Translation Process"). */
import { PteBit, SCHEMES, walk, type Access, type Pte } from '#machine';
import type { Random } from '../random';
import { realMistakes, type Draft } from './draft';

const { V, R, W, X, U, A, D } = PteBit;
const PAGE = 4096;
const LARGE = 512 * PAGE;
const ROOT = 0x8020_0000;
const hex = (value: number): string => `0x${value.toString(16)}`;

interface Eyes {
  readonly user: boolean;
  readonly sum: boolean;
  readonly mxr: boolean;
}

const RIGHTS: readonly (readonly [Access, number])[] = [['load', R], ['store', W], ['fetch', X]]; // prettier-ignore

/**
 * The rights of a leaf as the walk gives them, for pages that have been used. With 'fault', a store waits for D, as it does with us;
 * with 'ignore', it does not.
 */
function rightsOf(low: number, eyes: Eyes, accessedDirty: 'fault' | 'ignore'): number {
  const request = { scheme: SCHEMES[8]!, root: ROOT, page: 0, accessedDirty, ...eyes };
  const memory = { read: (): Pte => ({ low, high: 0 }), writeLow: () => false };
  return RIGHTS.reduce((sum, [access, right]) => (walk({ ...request, access }, memory).ok ? sum + right : sum), 0);
}

const letters = (low: number): string =>
  [[R, 'R'], [W, 'W'], [X, 'X'], [U, 'U']].flatMap(([bit, name]) => (low & Number(bit) ? [name] : [])).join(', '); // prettier-ignore

/** A leaf and a view: with which rights does the shadow map the page? */
export function shadowRights(random: Random): Draft {
  const own = random.pick([R, R | W, R | X, R | W | X, X]);
  const low = V | A | own | random.pick([0, U]) | random.pick([0, D]);
  const user = random.int(0, 1) === 1;
  const eyes = { user, sum: !user && random.int(0, 1) === 1, mxr: random.int(0, 3) === 0 };
  const answer = rightsOf(low, eyes, 'fault');
  const sum = user ? '' : `SUM = ${Number(eyes.sum)}, `;
  return {
    kind: 'number',
    ask: `A leaf in the guest's table has ${letters(low)} set, and A = 1, D = ${low & D ? 1 : 0}. The guest is in ${user ? 'U' : 'S'}-mode, ${sum}MXR = ${Number(eyes.mxr)}. With which rights does the shadow map the page in this view? Add up R = 2, W = 4 and X = 8; 0 if it is not mapped.`,
    answer,
    within: 0,
    hex: false,
    why: `${letters(answer) || 'Nothing'}: what an access of this mode may do according to the leaf, and W only when D is set.`,
    mistakes: realMistakes(answer, [
      {
        answer: rightsOf(low, eyes, 'ignore'),
        why: 'D is 0: a store has to come to the hypervisor first, so that D can be set. W has to wait.',
      },
      { answer: own, why: "These are the leaf's bits as they stand. U, SUM, MXR and D decide what becomes of them." },
      {
        answer: rightsOf(low, { ...eyes, mxr: !eyes.mxr }, 'fault'),
        why: 'MXR lets loads read executable pages when it is 1, and only then.',
      },
      {
        answer: rightsOf(low, { ...eyes, sum: !eyes.sum }, 'fault'),
        why: 'SUM lets the kernel load from and store to user pages when it is 1, and only then.',
      },
      {
        answer: rightsOf(low, { ...eyes, user: !user }, 'fault'),
        why: `That is what the other mode may do. Here the guest is in ${user ? 'U' : 'S'}-mode.`,
      },
      { answer: answer | X, why: 'SUM is for loads and stores: the kernel never executes user pages.' },
      {
        answer: answer | U,
        why: 'U is set in every entry of the shadow; what it means to the guest is in R, W and X.',
      },
    ]),
  };
}

/** A walk and the slots: where in the host does an address of the guest's lie? */
export function shadowPlace(random: Random): Draft {
  const large = random.int(0, 1) === 1;
  const slots = slotsOf(random);
  const slot = random.pick(slots);
  const frame = slot.gpa + (large ? LARGE * random.int(0, 1) : PAGE * random.int(0x10, 0x3f0));
  const leaf = (frame / PAGE) * 2 ** 10 + (V | R | W | A | D);
  const at = random.int(1, 400) * LARGE + random.int(1, 511) * PAGE + random.int(1, 511) * 8;
  const gpa = translated(at, leaf, large);
  const answer = gpa - slot.gpa + slot.hpa;
  const other = slots.find((one) => one !== slot)!;
  const listed = slots.map((one) => `${hex(one.gpa)} to ${hex(one.gpa + 2 * LARGE - 1)} at ${hex(one.hpa)}`).join(', ');
  return {
    kind: 'number',
    ask: `The memory that a guest takes for physical lies in the host in two pieces: ${listed}. For the virtual address ${hex(at)} the walk of the guest's own table (Sv39) ends at a leaf of level ${large ? 1 : 0} with the value ${hex(leaf)}. Which host-physical address does the shadow make of the virtual one?`,
    answer,
    within: 0,
    hex: true,
    why: `PPN is bits 53:10 of the leaf: ${hex(frame)}. The low ${large ? 21 : 12} bits of the address are the offset, so the guest means ${hex(gpa)}; and that lies at ${hex(answer)}.`,
    mistakes: realMistakes(answer, [
      { answer: gpa, why: 'This is where the guest believes it to be. The slots lead on from there.' },
      { answer: frame - slot.gpa + slot.hpa, why: 'This is the first byte of the page: the offset in it is missing.' },
      {
        answer: frame - slot.gpa + slot.hpa + (at % PAGE),
        why: 'A leaf of level 1 maps 2 MiB: the offset has 21 bits, not 12.',
      },
      { answer: gpa - slot.gpa + other.hpa, why: "You took the other piece's place in the host." },
      {
        answer: gpa - slots[0].gpa + slots[0].hpa,
        why: 'The pieces do not follow each other in the host as they do for the guest.',
      },
      { answer: Math.floor(leaf / 2 ** 10), why: 'This is the page number. An address has 12 bits more.' },
    ]),
  };
}

/** Two pieces of 4 MiB, which the guest sees behind each other, somewhere else in the host and in another order. */
function slotsOf(random: Random): { readonly gpa: number; readonly hpa: number }[] {
  const first = 0x9000_0000 + 2 * LARGE * random.int(0, 60);
  const before = first - 2 * LARGE * random.int(2, 30);
  return [
    { gpa: 0x8000_0000, hpa: first },
    { gpa: 0x8000_0000 + 2 * LARGE, hpa: before },
  ];
}

/** Walks tables whose last entry on the way is the leaf, at level 1 or 0. */
function translated(at: number, leaf: number, large: boolean): number {
  const pointers = large ? 1 : 2;
  let reads = 0;
  const entry = (value: number): Pte => ({ low: value % 2 ** 32, high: Math.floor(value / 2 ** 32) });
  const read = (): Pte => entry(reads++ < pointers ? (ROOT / PAGE + reads) * 2 ** 10 + V : leaf);
  const request = { scheme: SCHEMES[8]!, root: ROOT, page: Math.floor(at / PAGE), access: 'load' as const };
  const eyes = { user: false, sum: false, mxr: false, accessedDirty: 'ignore' as const };
  const found = walk({ ...request, ...eyes }, { read, writeLow: () => false });
  if (!found.ok) throw new Error(`the question's own walk fails: ${found.fault}`);
  return found.address + (at % PAGE);
}
