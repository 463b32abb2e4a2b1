/** Finds the next or the last place of a walk where the guest executes something: a symbol's instruction, an address, or a text. */
import { disassemble, type Program } from '#machine';
import type { GuestEvent, Host } from '#vmm';
import { isNamed } from '../errors';
import type { Walk } from './walk';

/** Asked of each event after it has happened, in the run that `host` carries. */
export type Match = (event: GuestEvent, host: Host) => boolean;

/** Events that one search looks at: some seconds of the stepping executor. */
const FARTHEST = 5_000_000;
/** Steps in a turn. */
const SLICE = 2_000;

/**
 * What a person asks for: `0x80200010`, a symbol, or a part of an instruction as it is disassembled or of its source line. A guest
 * without symbols has the last two of its instructions only.
 */
export function matcher(text: string, program?: Program): Match {
  const address = addressOf(text, program);
  if (address !== undefined) return (event) => event.pc === address;
  const known = new Map<number, boolean>();
  const inText = (word: number): boolean => {
    let found = known.get(word);
    if (found === undefined) known.set(word, (found = disassemble(word, { aliases: true }).includes(text)));
    return found;
  };
  return (event) =>
    (event.kind === 'instruction' && inText(event.word)) || program?.lines.get(event.pc)?.text.includes(text) === true;
}

/** The address that a symbol or a number means; undefined for other texts. */
export function addressOf(text: string, program?: Program): bigint | undefined {
  if (/^0x[0-9a-f]{1,16}$/i.test(text)) return BigInt(text);
  return program?.labels.get(text) ?? program?.symbols.get(text);
}

/**
 * The number of instructions behind which the guest executes what matches: the next after this place. Undefined if there is none before
 * the guest's end, or `farthest` events from here.
 */
export function* findNext(walk: Walk, matches: Match, farthest = FARTHEST): Generator<undefined, number | undefined> {
  const begin = walk.instruction;
  let [seen, found] = [0, -1];
  const follower: Host = yield* walk.follower('here', (event) => {
    if (found < 0 && seen > 0 && matches(event, follower)) found = seen;
    seen++;
  });
  try {
    while (found < 0 && seen < farthest && goesOn(() => follower.run(1, SLICE)) && !follower.vms[0].stop) yield;
  } finally {
    follower.release();
  }
  return found < 0 ? undefined : begin + found;
}

/** The last one before this place. */
export function* findLast(walk: Walk, matches: Match): Generator<undefined, number | undefined> {
  const end = walk.instruction;
  let [seen, found] = [0, -1];
  const follower: Host = yield* walk.follower('start', (event) => {
    if (seen < end && matches(event, follower)) found = seen;
    seen++;
  });
  try {
    while (seen < end && goesOn(() => follower.run(1, SLICE)) && !follower.vms[0].stop) yield;
  } finally {
    follower.release();
  }
  return found < 0 ? undefined : found;
}

/** False if nothing can happen any more. */
function goesOn(run: () => string): boolean {
  try {
    return run() === 'out-of-budget';
  } catch (error) {
    if (isNamed(error, 'PartFailure') || isNamed(error, 'NotWritten')) return false;
    throw error;
  }
}
