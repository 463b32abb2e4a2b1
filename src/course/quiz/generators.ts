/** Questions that are made from a seed, so that a quiz can be taken again: one generator a skill, listed by name. */
import { fewExits, oneMoreExit } from './generate/run-loop';
import { interruptIdentified, wordsBeforeTheEnd } from './generate/devices';
import type { Draft } from './generate/draft';
import { againstTheoremOne, fourExperiments } from './generate/classify';
import { csrEffect, csrNumber, statusAfterSret } from './generate/csr';
import { guestException, guestReads } from './generate/hardware';
import { twoStageAddress, twoStageReferences } from './generate/two-stage';
import { boardClash, hostAddress } from './generate/memory';
import { shadowPlace, shadowRights } from './generate/shadow';
import { howFar, stolenTime, whichInterrupt } from './generate/time';
import { statusAfterTrap, trapTarget, whoseTrap } from './generate/trap';
import { chainsWaiting, walkAChain, whichInterrupts } from './generate/virtqueue';
import type { Question, QuizItem } from './question';
import { seededRandom, type Random } from './random';

const GENERATORS: Readonly<Record<string, (random: Random) => Draft>> = {
  'few-exits': fewExits,
  'one-more-exit': oneMoreExit,
  'four-experiments': fourExperiments,
  'against-theorem-one': againstTheoremOne,
  'interrupt-identified': interruptIdentified,
  'words-before-the-end': wordsBeforeTheEnd,
  'csr-number': csrNumber,
  'csr-effect': csrEffect,
  'status-after-sret': statusAfterSret,
  'trap-target': trapTarget,
  'whose-trap': whoseTrap,
  'status-after-trap': statusAfterTrap,
  'two-stage-address': twoStageAddress,
  'two-stage-references': twoStageReferences,
  'host-address': hostAddress,
  'board-clash': boardClash,
  'shadow-rights': shadowRights,
  'shadow-place': shadowPlace,
  'which-interrupt': whichInterrupt,
  'how-far': howFar,
  'stolen-time': stolenTime,
  'chains-waiting': chainsWaiting,
  'walk-a-chain': walkAChain,
  'which-interrupts': whichInterrupts,
  'guest-exception': guestException,
  'guest-reads': guestReads,
};

export const GENERATOR_NAMES: readonly string[] = Object.keys(GENERATORS);

/** The question to ask: the item itself, or what its generator makes of the seed. */
export function instantiate(item: QuizItem, seed: string): Question {
  if (item.kind !== 'generate') return item;
  const draft = GENERATORS[item.generator](seededRandom(`${item.generator} ${seed}`));
  return { ...draft, id: item.id, ...(item.section === undefined ? {} : { section: item.section }) };
}

/**
 * In which order choices, steps and partners are shown: a shuffle that the seed determines, never the right order itself.
 * Lines of code and everything that is typed keep their order.
 */
export function shownOrder(question: Question, seed: string): readonly number[] {
  if (question.kind === 'order') return disorder(question.steps.length, seed + question.id);
  if (question.kind === 'match') return disorder(question.partners.length, seed + question.id);
  if (question.kind === 'choose' || question.kind === 'choose-all') {
    return seededRandom(seed + question.id).shuffle(question.choices.map((_, index) => index));
  }
  return question.kind === 'fault' ? question.choices.map((_, index) => index) : [];
}

function disorder(count: number, seed: string): readonly number[] {
  const random = seededRandom(seed);
  const places = Array.from({ length: count }, (_, index) => index);
  for (;;) {
    const shuffled = random.shuffle(places);
    if (count < 2 || shuffled.some((index, place) => index !== place)) return shuffled;
  }
}
