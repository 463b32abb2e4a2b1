/** A guest's alarm clock, interrupts and waits, and the time that others take from it: what the manuals say, and what a part may not answer. */
import { bootReference, referenceParts } from '#reference';
import { PartFailure, type StealAccount, type VirtualTime } from '#vmm';
import { guardParts } from '../../src/vmm/guarded';
import { image } from './images';

const { virtualTime } = referenceParts;
const [SSI, STI, SEI] = [1n << 1n, 1n << 5n, 1n << 9n];
const CAUSE = { software: 1, timer: 5, external: 9 };

describe('pending', () => {
  test.each([
    ['before its time', 99, 0n],
    ['at its time', 100, STI],
    ['after it, until it is set anew', 10_000, STI],
  ])('the timer %s ("A supervisor timer interrupt becomes pending (...) whenever time contains a value greater than or equal to stimecmp")', (_, now, pending) => {
    expect(virtualTime.pending(100, false, now)).toBe(pending);
  }); // prettier-ignore

  test('"infinitely far into the future (i.e., (uint64_t)-1)" clears it (SBI ch. 6)', () => {
    expect(virtualTime.pending(Infinity, false, Number.MAX_SAFE_INTEGER)).toBe(0n);
  });

  test('the wire of the interrupt controller is a level: pending while it is up, and beside the timer', () => {
    expect(virtualTime.pending(Infinity, true, 0)).toBe(SEI);
    expect(virtualTime.pending(5, true, 5)).toBe(SEI | STI);
  });
});

describe('due: "An interrupt i will trap to S-mode if both of the following are true"', () => {
  test.each([
    ['S', true, CAUSE.timer], ['S', false, undefined], ['U', true, CAUSE.timer], ['U', false, CAUSE.timer],
  ] as const)('"(a) either the current privilege mode is S and the SIE bit (...) is set, or (...) has less privilege": in %s with SIE %s', (mode, open, cause) => {
    expect(virtualTime.due({ pending: STI, enabled: STI, mode, open })).toBe(cause);
  }); // prettier-ignore

  test.each([
    [SSI, STI | SEI, undefined], [STI, STI, CAUSE.timer], [SSI | STI, STI, CAUSE.timer], [0n, SSI | STI | SEI, undefined],
  ])('"(b) bit i is set in both sip and sie": sip %d and sie %d', (pending, enabled, cause) => {
    expect(virtualTime.due({ pending, enabled, mode: 'U', open: false })).toBe(cause);
  }); // prettier-ignore

  test.each([
    [SEI | SSI | STI, CAUSE.external], [SEI | STI, CAUSE.external], [SEI | SSI, CAUSE.external], [SSI | STI, CAUSE.software],
  ])('"handled in the following decreasing priority order: SEI, SSI, STI": of %d', (both, cause) => {
    expect(virtualTime.due({ pending: both, enabled: both, mode: 'S', open: true })).toBe(cause);
  }); // prettier-ignore
});

describe('wakes', () => {
  test('"The operation of WFI must be unaffected by the global interrupt bits": pending and enabled is enough, pending is not', () => {
    expect(virtualTime.wakes({ pending: SSI | SEI, enabled: SEI }, Infinity, 0)).toBe(true);
    expect(virtualTime.wakes({ pending: SSI, enabled: SEI | STI }, Infinity, 0)).toBe(false);
  });

  test.each([[99, false], [100, true], [101, true]])('the alarm of the wait, set to 100, at %d: %s', (now, wakes) => {
    expect(virtualTime.wakes({ pending: 0n, enabled: 0n }, 100, now)).toBe(wakes);
  }); // prettier-ignore
});

describe('budget', () => {
  test.each([
    ['the rest of the turn, if no alarm comes in it', 1000, 5000, 100, 1000],
    ['no further than to the alarm', 1000, 600, 100, 500],
    ['all of the rest, if the alarm comes at its end', 1000, 1100, 100, 1000],
    ['all, if the alarm has rung', 1000, 100, 100, 1000],
    ['all, if it has rung long ago', 1000, 7, 100, 1000],
    ['all, if there is none', 1, Infinity, 100, 1],
  ])('%s', (_, left, alarm, now, instructions) => {
    expect(virtualTime.budget(left, alarm, now)).toBe(instructions);
  });
});

test('idle: until the first alarm, of whomever', () => {
  expect(virtualTime.idleUntil([Infinity, 700, 300, Infinity, 500])).toBe(300);
  expect(virtualTime.idleUntil([Infinity, Infinity])).toBe(Infinity);
});

describe('stolen: "the amount of time in which this virtual hart was not idle and scheduled out" (SBI ch. 16)', () => {
  const after = (...events: readonly (readonly [Parameters<VirtualTime['account']>[1], number])[]): StealAccount => {
    const account: StealAccount = { stolen: 0, since: undefined };
    for (const [event, now] of events) virtualTime.account(account, event, now);
    return account;
  };

  test.each([
    ['from coming out to going in again', 250, [['enters', 0], ['leaves', 100], ['ready', 200], ['enters', 350]]],
    ['nothing if nobody came between', 0, [['enters', 0], ['leaves', 100], ['enters', 100]]],
    ['only from waking on, not while it waits', 50, [['leaves', 100], ['waits', 100], ['waits', 400], ['ready', 500], ['ready', 520], ['enters', 550]]],
    ['not what it ran itself', 20, [['ready', 0], ['enters', 10], ['leaves', 1000], ['enters', 1010]]],
    ['nothing at the first entry', 0, [['enters', 5000]]],
  ] as const)('%s', (_, stolen, events) => {
    expect(after(...events).stolen).toBe(stolen);
  }); // prettier-ignore
});

describe('a part that lies', () => {
  const answers = (part: Partial<Record<keyof VirtualTime, unknown>>): VirtualTime =>
    guardParts({ ...referenceParts, virtualTime: { ...virtualTime, ...part } as VirtualTime }).virtualTime;
  const state = { pending: 0n, enabled: 0n, mode: 'S', open: true } as const;

  test.each([
    ['pending', (): unknown => 32, (time: VirtualTime): unknown => time.pending(0, false, 0), '32; it must return a bigint.'],
    ['due', (): unknown => 7, (time: VirtualTime): unknown => time.due(state), '7; it must return undefined, 1, 5 or 9.'],
    ['due', (): unknown => null, (time: VirtualTime): unknown => time.due(state), 'null; it must return undefined, 1, 5 or 9.'],
    ['wakes', (): unknown => 1n, (time: VirtualTime): unknown => time.wakes(state, 0, 0), '1n; it must return true or false.'],
    ['budget', (): unknown => 0, (time: VirtualTime): unknown => time.budget(10, 5, 5), '0; it must return a whole number from 1 to 10.'],
    ['budget', (): unknown => 11, (time: VirtualTime): unknown => time.budget(10, 5, 5), '11; it must return a whole number from 1 to 10.'],
    ['idleUntil', (): unknown => NaN, (time: VirtualTime): unknown => time.idleUntil([]), 'NaN; it must return a number.'],
  ] as const)('about `%s`', (name, lie, ask, sentence) => {
    expect(() => ask(answers({ [name]: lie }))).toThrow(`your \`virtualTime.${name}\` returned ${sentence}`);
  }); // prettier-ignore

  test.each(['pending', 'due', 'wakes', 'budget', 'idleUntil', 'account'] as const)('`%s` that throws', (name) => {
    const time = answers({ [name]: () => { throw new RangeError('oh'); } }); // prettier-ignore
    expect(() => (time[name] as () => unknown)()).toThrow(`your \`virtualTime.${name}\` threw RangeError: oh`);
  });

  /** Waits for its timer at tick 1000, with its interrupt enabled but not taken, and switches the machine off. */
  const SLEEPER = `
    li a0, 1000
    li a6, 0
    li a7, 0x54494d45
    ecall
    li t0, 0x20
    csrw sie, t0
    wfi
    rdtime s0
    li a7, 8
    ecall`;

  /** What its clock said when it woke. */
  const sleep = (technique: 'trap-and-emulate' | 'hardware', time: Partial<VirtualTime> = {}): bigint => {
    const vms = [{ name: 'sleeper', image: image(SLEEPER), memoryBytes: 2 ** 22 }];
    const host = bootReference({ vms, technique, parts: { virtualTime: { ...virtualTime, ...time } } });
    host.run(100);
    return host.vms[0].vcpus[0].x.get(8);
  };

  test.each(['trap-and-emulate', 'hardware'] as const)(
    'a guest sleeps until its alarm, and no longer: %s',
    (technique) => {
      expect(sleep(technique)).toBe(1000n);
      expect(sleep(technique, { idleUntil: (alarms) => Math.min(...alarms) + 5000 })).toBe(1500n);
    },
  );

  test('a guest that never wakes is the failure of the part, not a run without end', () => {
    expect(() => sleep('trap-and-emulate', { wakes: () => false })).toThrow(PartFailure);
    expect(() => sleep('trap-and-emulate', { idleUntil: () => 0 })).toThrow('waits for an alarm that has rung already');
  });
});
