/** Finding places: what a search says is checked against a run that looks at every instruction. */
import { disassemble } from '#machine';
import { referenceParts } from '#reference';
import { MEMORY_BYTES, readGuest } from '../../../src/course/lab';
import { complete, differenceFromBare, findLast, findNext, matcher, Sight } from '../../../src/course/step';
import { reflect as forgetsSpie } from '../../mutants/04-reflecting-traps/forgets-spie';
import { bootOf, walkOf } from './walks';

jest.setTimeout(120_000);

const HELLO = { guest: 'hello', technique: 'trap-and-emulate' } as const;
const program = readGuest('hello');

/** The pc and the word of everything that hello executes, in order. */
function everything(): { pc: bigint; word?: number }[] {
  const events: { pc: bigint; word?: number }[] = [];
  const host = bootOf(HELLO)({ engine: 'step', onGuestEvent: (event) => events.push(event) });
  host.run(1_000);
  host.release();
  return events;
}

function result<T>(generator: Generator<undefined, T>): T {
  for (;;) {
    const next = generator.next();
    if (next.done) return next.value;
  }
}

test.each([
  ['a symbol', 'putc', (pc: bigint) => pc === program.labels.get('putc')],
  ['an address', '0x80200074', (pc: bigint) => pc === 0x80200074n],
  [
    'a part of an instruction',
    'ecall',
    (_: bigint, word?: number) => word !== undefined && disassemble(word) === 'ecall',
  ],
])('%s: the next place and the last one before', (_, text, is) => {
  const all = everything();
  const places = all.flatMap(({ pc, word }, i) => (is(pc, word) ? [i] : []));
  const walk = walkOf(HELLO);
  complete(walk.goToInstruction(100));
  const matches = matcher(text, program);
  expect(places.length).toBeGreaterThan(3);
  expect(result(findNext(walk, matches))).toBe(places.find((place) => place > 100));
  expect(result(findLast(walk, matches))).toBe(places.findLast((place) => place < 100));
  complete(walk.goToInstruction(places[3]));
  expect(new Sight(walk.host).pc).toBe(all[places[3]].pc);
});

test('what is never executed is not found', () => {
  expect(result(findNext(walkOf(HELLO), matcher('sfence.vma', program)))).toBeUndefined();
});

test('a planted bug is found where the guest first sees it: both runs agree up to there, and differ behind it', () => {
  const technique = 'trap-and-emulate';
  const parts = { ...referenceParts, reflect: forgetsSpie };
  const compared = { technique, parts, reference: referenceParts, memoryBytes: MEMORY_BYTES } as const;
  const found = differenceFromBare({ guest: 'timer', program: readGuest('timer'), ...compared });
  expect(found?.instruction).toBeGreaterThan(0);
  expect(found?.message).toContain('timer left bare metal after');
  const [bare, vm] = [walkOf({ guest: 'timer', technique: 'bare' }), walkOf({ guest: 'timer', technique, parts })];
  const seen = (walk: typeof bare, instruction: number) => {
    complete(walk.goToInstruction(instruction));
    const { pc, x, mode } = new Sight(walk.host);
    return { pc, x, mode };
  };
  const at = found!.instruction!;
  expect(seen(vm, at)).toEqual(seen(bare, at));
  expect(seen(vm, at + 1)).not.toEqual(seen(bare, at + 1));
});
