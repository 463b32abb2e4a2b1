/** Lesson 06: where a guest's byte lies in the host, and which ranges of a board overlap. */
import type { Random } from '../random';
import { realMistakes, type Draft } from './draft';

const PAGE = 0x1000;
const RAM = 0x8000_0000;
const HOST = 0x9000_0000;

interface Range {
  readonly start: number;
  readonly size: number;
}
interface Slot extends Range {
  readonly host: number;
}

const hex = (value: number): string => `0x${value.toString(16)}`;
const through = ({ start, size }: Range): string => `${hex(start)}-${hex(start + size - 1)}`;

/** Three slots, neighbours to the guest, in another order in the host and apart there. */
function scattered(random: Random): Slot[] {
  const places = random.shuffle([0, 1, 2].map((n) => HOST + (8 * n + random.int(0, 3)) * PAGE));
  let start = RAM + random.int(0, 15) * PAGE;
  return places.map((host) => {
    const slot = { start, size: random.int(1, 4) * PAGE, host };
    start += slot.size;
    return slot;
  });
}

/** A byte of a buffer that crosses the border between two slots: where does it lie in the host? */
export function hostAddress(random: Random): Draft {
  const slots = scattered(random);
  const crossed = random.int(0, 1);
  const [before, behind] = [slots[crossed], slots[crossed + 1]];
  const left = random.int(1, 15) * 8;
  const begin = behind.start - left;
  const nth = random.pick([0, left + random.int(0, 8) * 8, left + random.int(0, 8) * 8]);
  const byte = begin + nth;
  const slot = byte < behind.start ? before : behind;
  const answer = slot.host + byte - slot.start;
  const table = slots.map((each) => `${through(each)}  RAM  ${hex(each.host)}`);
  return {
    kind: 'number',
    ask: `The slots of a VM, guest-physical range and the host-physical address at which it begins:\n\n\`\`\`text\n${table.join('\n')}\n\`\`\`\n\nA guest names a buffer at ${hex(begin)}. Where in the host is byte ${nth} of it (the first is byte 0)?`,
    answer,
    within: 0,
    hex: true,
    why: `Byte ${nth} is at guest-physical ${hex(byte)}, in the slot that begins at ${hex(slot.start)}: ${hex(byte - slot.start)} behind its start, so at ${hex(slot.host)} + ${hex(byte - slot.start)}.`,
    mistakes: realMistakes(answer, [
      { answer: byte, why: 'That is the guest-physical address. In the host this byte lies where its slot does.' },
      {
        answer: before.host + byte - before.start,
        why: 'You went on behind the end of the first slot. At its border the buffer continues in the next slot, wherever that lies.',
      },
      {
        answer: slots[0].host + byte - slots[0].start,
        why: 'You took the distance of the first slot in the list. Each slot has its own.',
      },
      { answer: slot.host, why: 'That is where the slot begins. Add how far into it the byte is.' },
      { answer: slot.host + nth, why: 'Count from the start of the slot, not from the start of the buffer.' },
    ]),
  };
}

const NAMES = ['RAM', 'uart', 'disk', 'plic', 'rtc'] as const;

/** Which components share an address with another one? */
export function boardClash(random: Random): Draft {
  const parts = NAMES.map((name) => ({
    name,
    start: RAM + random.int(0, 23) * 0x800,
    size: random.int(1, 6) * 0x800,
  }));
  const clashes = (one: Range): typeof parts =>
    parts.filter(
      (other) => other !== one && one.start < other.start + other.size && other.start < one.start + one.size,
    );
  const others = parts.map((part) => clashes(part).map(({ name }) => name));
  const some = others.some((names) => names.length > 0);
  const lines = parts.map((part) => `${part.name.padEnd(4)}  ${through(part)}`);
  return {
    kind: 'choose-all',
    ask: `A configuration asks for this board:\n\n\`\`\`text\n${lines.join('\n')}\n\`\`\`\n\nWhich of these have an address that something else has, too?`,
    why: some
      ? 'Two ranges overlap exactly if each begins before the other ends; one that contains another counts, one that only touches it does not.'
      : 'Sorted by their starts, each begins behind the end of the one before it: this board can be had.',
    choices: [
      ...parts.map(({ name }, i) => ({
        text: name,
        right: others[i].length > 0,
        why:
          others[i].length > 0
            ? `It shares addresses with ${others[i].join(' and ')}: each begins before the other ends.`
            : 'It begins behind the end, or ends before the start, of each of the others.',
      })),
      {
        text: 'none of them',
        right: !some,
        why: some ? 'At least two of them overlap.' : 'Each begins behind the end of the one before it.',
      },
    ],
  };
}
