/** Lesson 10: indices, chains and event indices of a split virtqueue. Virtio 1.2, section 2.7. */
import type { Random } from '../random';
import { realMistakes, type Draft } from './draft';

const NEXT = 1;
const WRITE = 2;
const index16 = (value: number): number => value & 0xffff;

/** A queue in which chains wait: the device's index and the driver's. */
export interface Waiting {
  readonly size: number;
  readonly nextAvail: number;
  readonly idx: number;
}

export function waitingIn(random: Random): Waiting & { readonly answer: number } {
  const size = random.pick([8, 16, 32]);
  const answer = random.int(2, size);
  // Around the end of 16 bits, more often than not.
  const nextAvail = index16(random.pick([0x1_0000 - random.int(1, answer), random.int(100, 60_000)]));
  return { size, nextAvail, idx: index16(nextAvail + answer), answer };
}

/** How many chains wait? A difference modulo 65536. */
export function chainsWaiting(random: Random): Draft {
  const { size, nextAvail, idx, answer } = waitingIn(random);
  return {
    kind: 'number',
    ask: `A queue has ${size} entries. The available ring's \`idx\` is ${idx}, and the device's \`nextAvail\` is ${nextAvail}. How many chains wait?`,
    answer,
    within: 0,
    unit: 'chains',
    hex: false,
    why: `(${idx} - ${nextAvail}) & 0xffff = ${answer}: indices run on modulo 65536.`,
    mistakes: realMistakes(answer, [
      { answer: idx - nextAvail, why: 'A number of chains cannot be negative: the count began again at 0, so take the difference modulo 65536.' },
      { answer: idx % size, why: 'That is a place in the ring. How many wait is a difference of two indices.' },
      { answer: (idx % size) - (nextAvail % size), why: 'Take the difference of the indices themselves. Places in the ring do not tell how often it has been gone around.' },
      { answer: idx, why: 'That is how many there have been since the start, modulo 65536; those before `nextAvail` have been taken.' },
      { answer: answer - 1, why: '`idx` is the index of the next entry that the driver will write: all before it wait.' },
      { answer: answer + 1, why: '`idx` is the index of the next entry that the driver will write: that one is not there yet.' },
    ]),
  }; // prettier-ignore
}

interface Described {
  readonly size: number;
  readonly flags: number;
  readonly next: number;
}

/** A table of descriptors, all of whose buffers are memory, with a chain in it, and what it has for the device to write. */
export function chainIn(random: Random): { table: Described[]; head: number; path: number[]; writable: number } {
  const entries = 8;
  const path = random.shuffle(Array.from({ length: entries }, (_, i) => i)).slice(0, random.int(3, 5));
  const firstWritable = random.int(1, path.length - 1);
  const table = Array.from({ length: entries }, (): Described => {
    return { size: random.int(1, 40) * 16, flags: random.pick([0, NEXT, WRITE, NEXT | WRITE]), next: random.int(0, entries - 1) }; // prettier-ignore
  });
  path.forEach((index, i) => {
    const last = i === path.length - 1;
    const flags = (last ? 0 : NEXT) | (i >= firstWritable ? WRITE : 0);
    // The last one has a next, too, which means nothing: a walk that follows it goes astray.
    table[index] = { ...table[index], flags, next: last ? random.int(0, entries - 1) : path[i + 1] };
  });
  const writable = path.slice(firstWritable).reduce((sum, index) => sum + table[index].size, 0);
  return { table, head: path[0], path, writable };
}

/** Walk a chain: how much may the device write? */
export function walkAChain(random: Random): Draft {
  const { table, head, path, writable } = chainIn(random);
  const lines = table.map(({ size, flags, next }, i) => `${i}: ${size} bytes, flags ${flags}, next ${next}`);
  const all = path.reduce((sum, index) => sum + table[index].size, 0);
  const stray = table.reduce((sum, { size, flags }) => sum + (flags & WRITE ? size : 0), 0);
  const end = path.at(-1)!;
  return {
    kind: 'number',
    ask: `NEXT is flag 1, WRITE flag 2. A driver makes the chain with head ${head} available:\n\n\`\`\`\n${lines.join('\n')}\n\`\`\`\n\nHow many bytes may the device write?`,
    answer: writable,
    within: 0,
    unit: 'bytes',
    hex: false,
    why: `The chain is ${path.join(', ')}; it ends where NEXT is clear. Its descriptors with WRITE have ${writable} bytes together.`,
    mistakes: realMistakes(writable, [
      { answer: all, why: 'That is the whole chain. Descriptors without WRITE are to be read.' },
      { answer: all - writable, why: 'Those are the bytes that the device reads: WRITE is the other flag.' },
      { answer: stray, why: 'Those are all descriptors with WRITE. Only those that the chain leads to count.' },
      { answer: writable + table[table[end].next].size, why: `Descriptor ${end} has no NEXT: what its \`next\` says means nothing.` },
      { answer: writable - table[end].size, why: `The descriptor without NEXT, ${end}, is the last of the chain and belongs to it.` },
    ]),
  }; // prettier-ignore
}

/** A device that gives chains back one by one, and a driver that has asked to hear of one entry. */
export interface Returns {
  readonly nextUsed: number;
  readonly usedEvent: number;
  readonly count: number;
}

export function returnsIn(random: Random): Returns {
  const count = random.int(3, 8);
  const nextUsed = index16(random.pick([0x1_0000 - random.int(1, 3), random.int(10, 60_000)]));
  // Sometimes an entry that has long been passed, or is still to come.
  return { count, nextUsed, usedEvent: index16(nextUsed + random.int(-2, count + 1)) };
}

/** Which of the chains that come back makes the device interrupt? */
export function whichInterrupts(random: Random): Draft {
  const { count, nextUsed, usedEvent } = returnsIn(random);
  const place = index16(usedEvent - nextUsed);
  const answer = place < count ? place + 1 : 0;
  return {
    kind: 'number',
    ask: `EVENT_IDX is negotiated; \`used_event\` is ${usedEvent} and stays so. The device's \`nextUsed\` is ${nextUsed}, and it gives back ${count} chains, one after the other. Which one makes it interrupt: the 1st, 2nd, …? Answer 0 if none does.`,
    answer,
    within: 0,
    hex: false,
    why: answer
      ? `They become the used entries ${nextUsed} to ${index16(nextUsed + count - 1)}, modulo 65536; entry ${usedEvent} is number ${answer} of them.`
      : `They become the used entries ${nextUsed} to ${index16(nextUsed + count - 1)}, modulo 65536; ${usedEvent} is not among them.`,
    mistakes: realMistakes(answer, [
      { answer: answer - 1, why: 'The first one becomes the entry whose index is `nextUsed` itself.' },
      { answer: answer + 1, why: '`used_event` names an entry by its index before it is counted, not after.' },
      { answer: count, why: 'The last of a batch interrupts only if the driver has asked for that one.' },
      { answer: 0, why: 'The entry that `used_event` names is among them. Think of indices that begin again at 0.' },
      { answer: 1, why: 'Without EVENT_IDX the first would interrupt. With it, one entry is named.' },
    ]),
  };
}
