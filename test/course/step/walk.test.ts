/** Walking back: what is seen after going back equals what a fresh run shows after as many steps, under every technique that a lesson uses. */
import { referenceParts } from '#reference';
import type { Parts, TechniqueName, TraceEvent } from '#vmm';
import { complete, Sight } from '../../../src/course/step';
import { bootOf, plainStates, stateOfWalk, walkOf } from './walks';

jest.setTimeout(120_000);

const TECHNIQUES: readonly TechniqueName[] = ['bare', 'trap-and-emulate', 'hardware'];

describe.each(TECHNIQUES)('under %s', (technique) => {
  test('every place of hello, reached from behind, is as a fresh run of so many steps leaves it', () => {
    const walked = { guest: 'hello', technique };
    const walk = walkOf(walked);
    complete(walk.goTo(Infinity));
    const last = walk.step;
    const count = process.env.WORLDSWITCH_FUZZ ? last + 1 : 12;
    const places = Array.from({ length: count }, (_, i) => Math.floor((i * last) / (count - 1)));
    const fresh = plainStates(walked, places);
    for (let i = count - 1; i >= 0; i--) {
      complete(walk.goTo(places[i]));
      expect({ step: walk.step, state: stateOfWalk(walk) }).toEqual({ step: places[i], state: fresh[i] });
    }
  });

  test('so is a place among page tables, user programs and interrupts, from either side', () => {
    const walked = { guest: 'user-programs', technique };
    const places = [1, 3_000, 9_999, 14_000];
    const fresh = plainStates(walked, places);
    const walk = walkOf(walked);
    for (const i of [2, 0, 3, 1]) {
      complete(walk.goTo(places[i]));
      expect(stateOfWalk(walk)).toEqual(fresh[i]);
    }
  });

  test('one step back from the end undoes the end', () => {
    const walk = walkOf({ guest: 'hello', technique });
    complete(walk.goTo(Infinity));
    expect(walk.end).toBe('the guest switched its machine off');
    complete(walk.goTo(walk.step - 1));
    expect(walk.end).toBeUndefined();
    complete(walk.goTo(walk.step + 1));
    expect(walk.end).toBe('the guest switched its machine off');
  });

  test('exits have the numbers and the order of a run without a walk', () => {
    const walked = { guest: 'hello', technique };
    const heard: TraceEvent[] = [];
    const host = bootOf(walked)({ engine: 'step', onEvent: (event) => heard.push(event) });
    host.run(1_000);
    host.release();
    const walk = walkOf(walked);
    complete(walk.goTo(Infinity));
    complete(walk.goTo(walk.step - 3));
    complete(walk.goTo(Infinity));
    const exits = walk.exits.last(walk.step, 1_000);
    expect(exits.flatMap(({ events }) => events).map(told)).toEqual(heard.map(told));
    expect(exits.map(({ number }) => number)).toEqual(exits.map((_, i) => i + 1));
  });

  test('the next exit and the last one lead to the same places', () => {
    const walk = walkOf({ guest: 'hello', technique });
    const places = Array.from({ length: 6 }, () => (complete(walk.nextExit()), walk.step));
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    const back = Array.from({ length: 6 }, () => (complete(walk.previousExit()), walk.step));
    expect(back).toEqual([...places.slice(0, -1).reverse(), 0]);
    complete(walk.goToExit(4));
    expect(walk.step).toBe(places[3]);
  });
});

const told = (event: TraceEvent): unknown => ({ ...event, number: undefined });

test('after so many instructions a guest stands where it stands under every technique, interrupts and all', () => {
  const walks = TECHNIQUES.map((technique) => walkOf({ guest: 'timer', technique }));
  for (const instruction of [500, 20_000, 9_000]) {
    const seen = walks.map((walk) => {
      complete(walk.goToInstruction(instruction));
      const { pc, mode, x } = new Sight(walk.host);
      return { instruction: walk.instruction, pc, mode, x };
    });
    expect(seen).toEqual(seen.map(() => seen[0]));
    expect(seen[0].instruction).toBe(instruction);
  }
});

test.each(['trap-and-emulate', 'hardware', 'emulation'] as const)(
  'under %s, places behind a checkpoint are the same whether the walk has just come there or goes back to it',
  (technique) => {
    const walk = walkOf({ guest: 'user-programs', technique, checkpointEvery: 2_500 });
    const forwards = [2_400, 2_501, 7_499, 9_000].map((step) => (complete(walk.goTo(step)), told2()));
    const backwards = [9_000, 7_499, 2_501, 2_400].map((step) => (complete(walk.goTo(step)), told2()));
    expect(backwards).toEqual(forwards.reverse());
    // What the guest sees is what it sees without checkpoints.
    const plain = walkOf({ guest: 'user-programs', technique });
    complete(plain.goToInstruction(walk.instruction));
    expect(stateOfWalk(plain)).toEqual(stateOfWalk(walk));

    function told2(): object {
      return { instruction: walk.instruction, exits: walk.exitCount, state: stateOfWalk(walk) };
    }
  },
);

describe('parts that fail', () => {
  const supervisor = referenceParts.virtualSupervisor;

  test('a part that throws ends the walk with its sentence, and one can go back from there', () => {
    const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
      if (vcpu.cycles() > 3_000n) throw new Error('lost');
      return supervisor(instruction, vcpu);
    };
    const walk = walkOf({ guest: 'csr-torture', technique: 'trap-and-emulate', parts: { virtualSupervisor } });
    complete(walk.goTo(Infinity));
    expect(walk.end).toBe('your `virtualSupervisor` threw Error: lost');
    const { step } = walk;
    complete(walk.goTo(step - 100));
    expect({ end: walk.end, step: walk.step }).toEqual({ end: undefined, step: step - 100 });
  });

  test('a part that remembers earlier runs is found out, and the walk says so', () => {
    let calls = 0;
    const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) =>
      ++calls > 60 ? 'illegal' : supervisor(instruction, vcpu);
    const walk = walkOf({ guest: 'csr-torture', technique: 'trap-and-emulate', parts: { virtualSupervisor } });
    complete(walk.goTo(3_000));
    complete(walk.goTo(1));
    complete(walk.goTo(3_000));
    expect(walk.end).toContain('went another way when it was repeated');
  });
});
