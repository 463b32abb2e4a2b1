/** Lesson 05: does a guest's alarm ring when a machine's would, and does it get the processor and the interrupts that it is entitled to? */
import type { Parts, StealAccount, VirtualTime } from '#vmm';
import { kernel, requires, runInVm, suite } from '../../src/course/lab';
import { referenceParts } from '../../src/reference';
import { computed, computing, rested, resting, UART_INTERRUPTS, waiting } from './support/clocks';
import { interruptible, INTERRUPTS, inUserMode, kernelFile } from './support/kernels';
import { prints } from './support/prints';

const { equivalence, safety, efficiency } = suite('virtualTime', referenceParts, require);

/** What happened, and what the host's clock read then. */
type Event = readonly [Parameters<VirtualTime['account']>[1], number];

equivalence(
  1,
  'an alarm interrupts the guest at the instruction where a machine would have interrupted it, in S-mode and in U-mode',
  'SBI, "Timer Extension"; lesson: "An alarm is a comparison"',
  (lab) => {
    lab.sameAsBareMetal(kernelFile('deadlines'));
  },
);

equivalence(
  1,
  'sip shows the timer interrupt from its deadline on, for as long as the timer is not set to a later time',
  'SBI, "Timer Extension": "pending timer interrupt bit"; lesson: "An alarm is a comparison"',
  (lab) => {
    lab.sameAsBareMetal(kernelFile('polling'));
    for (const [deadline, now, right] of [
      [1_234, 1_233, 0n],
      [1_234, 1_234, 1n << 5n],
      [1_234, 9_999, 1n << 5n],
      [Infinity, 9_999, 0n],
    ] as const) {
      const pending = lab.part.pending(deadline, false, now);
      requires(
        pending === right,
        `with the deadline ${deadline}, at ${now}, \`pending\` is 0x${pending.toString(16)}; right is 0x${right.toString(16)}.`,
      );
    }
  },
);

equivalence(
  1,
  'of the interrupts that are pending and enabled the external one enters first: SEI, SSI, STI',
  'Privileged, "Supervisor Interrupt (sip and sie) Registers"; lesson: "Which one enters"',
  (lab) => {
    lab.sameAsBareMetal(kernelFile('three-interrupts'));
  },
);

equivalence(
  1,
  'a software interrupt enters before the timer, in S-mode and in U-mode',
  'Privileged, "Supervisor Interrupt (sip and sie) Registers"; lesson: "Which one enters"',
  (lab) => {
    lab.sameAsBareMetal(kernel(interruptible(`    la t0, direct\n    csrw stvec, t0\n${INTERRUPTS}`)));
  },
);

equivalence(
  1,
  'with sstatus.SIE clear nothing enters while the kernel runs, and everything enabled does while its user program runs',
  'Privileged, "Supervisor Interrupt (sip and sie) Registers"; lesson: "Which one enters"',
  (lab) => {
    const ring = '    mv a0, zero\n    call set_timer';
    lab.sameAsBareMetal(
      kernel(
        interruptible(
          `    la t0, direct\n    csrw stvec, t0\n${ring}\n    nop\n    nop\n${inUserMode(['nop', 'nop'])}`,
        ),
      ),
    );
    const pending = 1n << 5n;
    for (const mode of ['S', 'U'] as const) {
      for (const open of [true, false]) {
        const due = lab.part.due(Object.freeze({ pending, enabled: pending, mode, open }));
        const right = mode === 'U' || open ? 5 : undefined;
        requires(
          due === right,
          `in ${mode}-mode with SIE ${open ? 'set' : 'clear'} and the timer interrupt pending and enabled, \`due\` is ${due}; right is ${right}.`,
        );
        const disabled = lab.part.due(Object.freeze({ pending, enabled: ~pending, mode, open }));
        requires(
          disabled === undefined,
          `\`due\` is ${disabled} in ${mode}-mode although that interrupt is not enabled.`,
        );
      }
    }
  },
);

equivalence(
  1,
  'a wait ends when an interrupt is pending and enabled, also if sstatus.SIE keeps it from entering',
  'Privileged, "Wait for Interrupt"; lesson: "What ends a wait"',
  (lab) => {
    lab.sameAsBareMetal(kernelFile('wait'));
    lab.sameAsBareMetal(
      waiting(`
    li t0, 2                    # SSIP and SSIE
    csrw sie, t0
    csrs sip, t0
    li a0, 5000
    call set_timer
    wfi
    csrr t0, time
    csrr t0, sip
${UART_INTERRUPTS}
    li t0, 0x200                # SEIE
    csrw sie, t0
    wfi
    csrr t0, time
    csrr t0, sip`),
    );
  },
);

equivalence(
  1,
  'an interrupt that is pending and not enabled ends no wait',
  'Privileged, "Wait for Interrupt"; lesson: "What ends a wait"',
  (lab) => {
    lab.sameAsBareMetal(
      waiting(`
    csrsi sip, 2                # SSIP, without SSIE
    li t0, 0x20                 # STIE
    csrw sie, t0
    li a0, 300
    call set_timer
    wfi
    csrr t0, time
    csrr t0, sip
${UART_INTERRUPTS}
    li a0, 300
    call set_timer
    wfi
    csrr t0, time
    csrr t0, sip`),
    );
  },
);

equivalence(
  1,
  'a wait ends when its alarm rings, also if the guest has not enabled its interrupt',
  'Privileged, "Wait for Interrupt"; lesson: "What ends a wait"',
  (lab) => {
    lab.sameAsBareMetal(
      waiting(`
    csrw sie, zero
    li a0, 200
    call set_timer
    wfi
    csrr t0, time
    csrr t0, sip
    li t0, 2
    csrw sie, t0
    li a0, 200
    call set_timer
    wfi
    csrr t0, time`),
    );
  },
);

equivalence(
  1,
  'who has waited for its alarm reads a time at which it has just rung',
  'Privileged, "Wait for Interrupt"; lesson: "Nobody can run"',
  (lab) => {
    lab.sameAsBareMetal(kernelFile('rest'));
    lab.sameAsBareMetal(resting(20, 77));
  },
);

equivalence(
  1,
  'from a guest that is alone nothing is stolen, whether it computes or waits',
  'SBI, "Steal-time Accounting Extension"; lesson: "Time that is not yours"',
  (lab) => {
    lab.sameAsBareMetal(computing(700));
    const { stolen } = rested(lab.run([resting(3, 5_000)])[0].console, 'a guest that rests');
    requires(stolen === 0, `a guest that was alone and slept was told that ${stolen} ticks were stolen from it.`);
  },
);

safety(
  1,
  'a guest whose handler leaves its alarm ringing is interrupted for ever, and its neighbour runs to its end',
  'SBI, "Timer Extension"; lesson: "An alarm is a comparison"',
  (lab) => {
    lab.sameAsBareMetal(kernelFile('storm'), { events: 300 });
    const [storm, hello] = lab.run([kernelFile('storm'), 'hello'], { slice: 200, exits: 1_500 });
    requires(storm.stop === 'hung', `the guest with the storm ended with "${storm.stop}".`);
    prints('hello', hello.console, 'beside a guest with an interrupt storm, ');
  },
);

safety(
  1,
  'beside a guest that never gives up the processor, an alarm is late by the slice of that guest at most',
  'lesson: "An alarm is a comparison"',
  (lab) => {
    const slice = 1_000;
    const [{ console }] = lab.run([resting(40, 333), 'spinner'], { slice, exits: 2_000 });
    const { latest } = rested(console, 'a guest that rests beside spinner');
    const most = slice / 10 + 5;
    requires(
      latest <= most,
      `an alarm was ${latest} ticks late beside a slice of ${slice} instructions; at most ${most}.`,
    );
  },
);

safety(
  1,
  'of guests that all wait, each is woken by its own alarm, whichever comes first',
  'lesson: "Nobody can run"',
  (lab) => {
    const rests = [[9, 2_000], [40, 450], [3, 6_000]] as const; // prettier-ignore
    const outcomes = lab.run(rests.map(([count, ticks]) => resting(count, ticks)));
    outcomes.forEach(({ console }, i) => {
      const { latest } = rested(console, `a guest with rests of ${rests[i][1]} ticks, among three that rest,`);
      requires(
        latest <= 100,
        `a guest with rests of ${rests[i][1]} ticks woke ${latest} ticks late although nobody wanted the processor.`,
      );
    });
  },
);

safety(
  1,
  'a guest that nothing will ever wake keeps nobody from running, and the run ends when there is nobody else',
  'vmm/virtual-time.ts, VirtualTime.idleUntil; lesson: "Nobody can run"',
  (lab) => {
    const [sleeper, restless, hello] = lab.run(['sleeper', resting(3, 500), 'hello']);
    prints('hello', hello.console, 'beside a guest that sleeps for ever, ');
    const { latest } = rested(restless.console, 'a guest that rests beside one that sleeps for ever');
    requires(latest <= 200, `beside a guest that sleeps for ever, an alarm was ${latest} ticks late.`);
    requires(
      sleeper.end === 'deadlock',
      `the run ended with "${sleeper.end}"; nobody was left who could ever wake, which is "deadlock".`,
    );
  },
);

safety(
  1,
  'of the time that passes for a computing guest, all that it did not run itself is stolen, to the instruction',
  'SBI, "Steal-time Accounting Extension"; lesson: "Time that is not yours"',
  (lab) => {
    const slice = 500;
    const outcomes = lab.run([computing(4_000), computing(6_000), computing(6_000)], { slice });
    outcomes.forEach(({ console }, i) => {
      const { passed, own, stolen } = computed(console, `guest ${i} of three that compute`);
      const missing = passed - own - stolen;
      requires(
        Math.abs(missing) <= 2 * slice + 20,
        `for guest ${i} of three that compute, ${passed} instructions passed, it ran ${own}, and was told that ${stolen} were stolen: ${Math.abs(missing)} too ${missing > 0 ? 'few' : 'many'}.`,
      );
    });
    const events: readonly Event[] = [
      ['ready', 100], ['ready', 180], ['enters', 200], ['leaves', 900], ['ready', 930], ['enters', 950], ['leaves', 990], ['enters', 990],
    ]; // prettier-ignore
    told(
      lab.part,
      events,
      100 + 50,
      'it could run from 100 on and entered at 200; it came out at 900 and entered at 950',
    );
  },
);

safety(
  1,
  'from a guest that waits nothing is stolen until its alarm rings; from then on, all until it runs',
  'SBI, "Steal-time Accounting Extension": "not idle and scheduled out"; lesson: "Time that is not yours"',
  (lab) => {
    const [{ console }] = lab.run([resting(25, 333), 'spinner'], { slice: 1_000, exits: 2_000 });
    const { late, stolen } = rested(console, 'a guest that rests beside spinner');
    requires(
      Math.abs(stolen - late) <= 25,
      `a guest woke ${late} ticks late in all, beside one that computes, and was told that ${stolen} ticks were stolen from it.`,
    );
    const events: readonly Event[] = [
      ['enters', 0], ['leaves', 100], ['waits', 100], ['waits', 400], ['ready', 500], ['enters', 560], ['leaves', 600], ['waits', 600], ['enters', 700],
    ]; // prettier-ignore
    told(
      lab.part,
      events,
      60,
      'it waited from 100 on, could run from 500 on, entered at 560 and waited again from 600 on',
    );
  },
);

safety(
  1,
  'what was stolen is a sum: it grows when the guest gets the processor, and nothing makes it smaller',
  'vmm/virtual-time.ts, StealAccount; lesson: "Time that is not yours"',
  (lab) => {
    const account: StealAccount = { stolen: 0, since: undefined };
    const events: readonly Event[] = [
      ['ready', 0], ['enters', 40], ['leaves', 50], ['enters', 80], ['leaves', 90], ['enters', 90], ['leaves', 95], ['waits', 95], ['ready', 99], ['enters', 100],
    ]; // prettier-ignore
    let before = 0;
    for (const [event, now] of events) {
      lab.part.account(account, event, now);
      const { stolen } = account;
      requires(stolen >= before, `the account fell from ${before} to ${stolen} when the guest ${event}, at ${now}.`);
      requires(stolen === before || event === 'enters', `the account grew when the guest ${event}, at ${now}.`);
      before = stolen;
    }
    requires(
      before === 71,
      `it waited 40, 30 and 1 instructions for the processor: 71; your \`account\` says ${before}.`,
    );
  },
);

efficiency(
  1,
  'three rests of 10 ms are three waits: they cost at most 40 exits',
  'lesson: "What ends a wait"',
  (lab) => {
    const { console, counters } = lab.run([kernelFile('rest')])[0];
    requires(console === 'rested\n', `the guest printed ${JSON.stringify(console)}; right is "rested".`);
    lab.measure(`${counters.exits} exits for three rests (pass 40)`);
    requires(counters.exits <= 40, `three rests took ${counters.exits} exits; 40 are enough.`);
  },
);

efficiency(
  1,
  'a guest that computes comes out once a slice, whether its alarm is far away or has rung',
  'lesson: "How far it may run"',
  (lab) => {
    for (const [alarm, deadline] of [
      ['far away', '0x10000000'],
      ['that has rung', '0'],
    ]) {
      const compute = kernel(`
    li a0, ${deadline}
    li a6, 0
    li a7, 0x54494d45
    ecall
    li s0, 20000
1:  addi s0, s0, -1
    bnez s0, 1b`);
      const { counters, entries } = entering(lab.parts, compute);
      lab.measure(
        `${counters.exits} exits and ${entries} entries for 40,000 instructions with an alarm ${alarm} (pass 30 and 60)`,
      );
      requires(
        counters.exits <= 30 && entries <= 60,
        `40,000 instructions with an alarm ${alarm} took ${counters.exits} exits, and you were asked ${entries} times how far the guest may run; 30 and 60 are enough.`,
      );
    }
  },
);

efficiency(
  1,
  'an alarm within a slice ends one entry, and the turn goes on: 200 interrupts cost at most 700 exits',
  'lesson: "How far it may run"',
  (lab) => {
    const { counters, entries } = entering(lab.parts, ticking(200));
    const interrupts = counters.interruptsInjected;
    lab.measure(`${counters.exits} exits and ${entries} entries for ${interrupts} interrupts (pass 700 and 1,700)`);
    requires(interrupts === 200, `${interrupts} interrupts entered the guest; right is 200.`);
    requires(
      counters.exits <= 700 && entries <= 1_700,
      `200 timer interrupts took ${counters.exits} exits, and you were asked ${entries} times how far the guest may run; 700 and 1,700 are enough.`,
    );
  },
);

/** Computes while its timer interrupts it every 20 ticks, `times` times. */
const ticking = (times: number) =>
  kernel(`
    la t0, 2f
    csrw stvec, t0
    li t0, 0x20
    csrw sie, t0
    li s0, ${times}
    csrr a0, time
    li a6, 0
    li a7, 0x54494d45
    ecall
    csrsi sstatus, 2
1:  bnez s0, 1b
    csrci sstatus, 2
    j 3f
    .balign 4
2:  addi s0, s0, -1
    csrr a0, time
    addi a0, a0, 20
    bnez s0, 4f
    li a0, -1
4:  ecall
    sret
3:`);

/** Runs the guest, and counts how often the part was asked how far it may run. */
function entering(parts: Parts, guest: ReturnType<typeof kernel>) {
  let entries = 0;
  const { virtualTime: part } = parts;
  const virtualTime: VirtualTime = {
    pending: (...args) => part.pending(...args),
    due: (state) => part.due(state),
    wakes: (...args) => part.wakes(...args),
    budget: (...args) => {
      entries++;
      return part.budget(...args);
    },
    idleUntil: (alarms) => part.idleUntil(alarms),
    account: (...args) => part.account(...args),
  };
  return { ...runInVm({ ...parts, virtualTime }, guest), entries };
}

/** The account after these events. */
function told(part: VirtualTime, events: readonly Event[], right: number, story: string): void {
  const account: StealAccount = { stolen: 0, since: undefined };
  for (const [event, now] of events) part.account(account, event, now);
  requires(
    account.stolen === right,
    `${story}: ${right} instructions were stolen; your \`account\` says ${account.stolen}.`,
  );
}
