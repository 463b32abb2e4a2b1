/** Lesson 01: does the run loop give every guest its turns, do what each handler decides, and know when it is over? */
import { findGuest, kernel, requires, suite } from '../../src/course/lab';
import { prints } from './support/prints';
import { referenceParts } from '../../src/reference';
import {
  FAILURE,
  forever,
  list,
  play,
  SHUTDOWN,
  spin,
  steps,
  wakeAll,
  type Script,
  type Step,
} from './support/run-loop';

const { equivalence, safety, efficiency } = suite('runLoop', referenceParts, require);

equivalence(
  2,
  'hello greets and ends, instruction by instruction as on bare metal',
  'lesson: "One turn of the loop"',
  (lab) => {
    const { console, stop } = lab.sameAsBareMetal('hello');
    requires(
      console === findGuest('hello').console && stop === 'shutdown',
      `hello ended with "${stop}" and printed ${JSON.stringify(console)}.`,
    );
  },
);

equivalence(
  2,
  'the pc moves behind an instruction that is done, by its length, and nowhere after retry and redirected',
  'lesson: "Where the pc goes"',
  (lab) => {
    const mmio = (length: 2 | 4): Step['exit'] => ({
      kind: 'mmio',
      gva: 0x1000_0000n,
      gpa: 0x1000_0000n,
      access: 'load',
      width: 1,
      signed: false,
      register: 10,
      length,
    });
    const miss: Step['exit'] = { kind: 'shadow-miss', gva: 0n, gpa: 0n, access: 'load' };
    const reflected: Step['exit'] = { kind: 'reflected', cause: 8, tval: 0n };
    const script: readonly Step[] = [
      { exit: mmio(4), next: 'advance' },
      { exit: mmio(2), next: 'advance' },
      { exit: miss, next: 'retry' },
      { exit: mmio(2), next: 'retry' },
      { exit: { kind: 'budget' }, next: 'retry', uses: 1000 },
      { exit: reflected, next: 'redirected', handled: (vcpu) => (vcpu.pc = 0x1234n) },
      { exit: mmio(4), next: 'redirected', handled: (vcpu) => (vcpu.pc = 0x4000n) },
      { exit: mmio(2), next: 'block' },
      { exit: mmio(4), next: { stop: SHUTDOWN } },
    ];
    const { vcpus } = play(lab.part, { scripts: [(entry) => script[entry]], idle: wakeAll });
    const seen = vcpus[0].entries.map(({ pc }) => pc.toString(16)).join(' ');
    const expected = '80200000 80200004 80200006 80200006 80200006 80200006 1234 4000 4002';
    requires(seen === expected, `the guest was entered at these addresses: ${seen}; right is: ${expected}.`);
  },
);

equivalence(
  1,
  'a compressed load and store that a device answers leave the guest two bytes further on',
  'Unprivileged, "C" Extension: instructions are two or four bytes long',
  (lab) => {
    lab.sameAsBareMetal(
      kernel(`
    li s0, 0xc000000            # PLIC: priorities of sources 1 and 2
    li a1, 5
    c.sw a1, 4(s0)
    c.lw a2, 4(s0)
    sw a2, 8(s0)
    lw a3, 8(s0)
    c.lw a4, 8(s0)
    add a5, a3, a4`),
    );
  },
);

equivalence(
  1,
  'a guest that waits for its timer goes on behind the wfi, when the timer is due',
  'lesson: "When nobody can run"',
  (lab) => {
    lab.sameAsBareMetal(
      kernel(`
    li s0, 3
    li s1, 0x20                 # STIE
    csrw sie, s1
1:  csrr a0, time
    addi a0, a0, 1000
    li a7, 0x54494d45
    li a6, 0
    ecall
2:  wfi
    csrr t0, sip
    and t0, t0, s1
    beqz t0, 2b
    csrr t1, time
    addi s0, s0, -1
    bnez s0, 1b`),
    );
  },
);

equivalence(
  2,
  'a guest with tables, system calls and faults of its own runs as on bare metal',
  'lesson: "What can end a guest\'s run"',
  (lab) => {
    const { console, stop } = lab.run(['user-programs'])[0];
    prints('user-programs', console);
    requires(stop === 'shutdown', `user-programs ended with "${stop}".`);
  },
);

equivalence(
  1,
  'the loop ends when all are stopped, when nobody will ever wake, and when its exits are used up, and says which',
  'vmm/parts.ts, RunLoopEnd; lesson: "When nobody can run"',
  (lab) => {
    const ends = (['hello', 'sleeper', 'spinner'] as const).map((guest) => lab.run([guest], { exits: 60 })[0].end);
    const expected = ['all-stopped', 'deadlock', 'out-of-budget'];
    requires(
      ends.join() === expected.join(),
      `hello, sleeper and spinner ended with ${ends.join(', ')}; right is ${expected.join(', ')}.`,
    );
    const mixed = play(lab.part, { scripts: [list(steps.end()), forever(steps.wait())] });
    requires(
      mixed.end === 'deadlock',
      `with one VM over and the other waiting for ever the loop returned '${mixed.end}'; right is 'deadlock'.`,
    );
    const exact = play(lab.part, { scripts: [list(steps.call(), steps.end())], exits: 2 });
    requires(
      exact.end === 'all-stopped',
      `a guest that ended with the last exit allowed made the loop return '${exact.end}'; right is 'all-stopped': nothing was given up.`,
    );
  },
);

safety(
  1,
  'a guest that spins with interrupts off keeps the processor for a slice at most: its neighbours run to their end',
  'lesson: "A guest that never asks"',
  (lab) => {
    const [spinner, hello, uart] = lab.run(['spinner', 'hello', 'hello-uart'], { exits: 2_000 });
    for (const [name, { console }] of Object.entries({ spinner, hello, 'hello-uart': uart })) {
      prints(name, console, 'beside spinner, ');
    }
    requires(
      hello.stop === 'shutdown' && uart.stop === 'shutdown',
      'hello and hello-uart did not come to their end beside spinner.',
    );
    requires(spinner.stop === 'hung', 'spinner never ends, but your loop stopped it.');
  },
);

safety(1, 'a guest that crashes ends alone and for its own reason', 'lesson: "A guest that dies alone"', (lab) => {
  const [before, crasher, after] = lab.run(['syscalls', 'crasher', 'hello']);
  requires(
    crasher.stop === 'crashed',
    `crasher reported a failure and switched itself off; your loop let it end with "${crasher.stop}" (${crasher.detail}).`,
  );
  prints('crasher', crasher.console);
  for (const [name, { console, stop }] of Object.entries({ syscalls: before, hello: after })) {
    requires(
      stop === 'shutdown' && console === findGuest(name).console,
      `${name} ended with "${stop}" beside crasher and printed ${JSON.stringify(console)}.`,
    );
  }
});

safety(
  1,
  'a guest that exits before its slice is over, again and again, leaves the others their turns',
  'lesson: "A guest that never asks"',
  (lab) => {
    for (const uses of [1, 10, 999]) {
      const { vcpus, longestTurn } = play(lab.part, {
        scripts: [forever(steps.call(uses)), spin, forever(steps.call(7))],
        slice: 1000,
        exits: 4_000,
      });
      const left = vcpus.filter((vcpu) => vcpu.entries.length === 0).length;
      requires(
        left === 0 && longestTurn <= 1000,
        `beside a guest that exits every ${uses} instructions, ${left} of 3 never ran; one ran ${longestTurn} instructions at a stretch with a slice of 1,000.`,
      );
    }
  },
);

safety(
  1,
  'a turn is counted in instructions: who exits often gets neither more nor less than who never does',
  'lesson: "A guest that never asks"',
  (lab) => {
    for (const uses of [10, 333, 1000]) {
      const scripts = [forever(steps.call(uses)), spin, forever(steps.call(7))];
      const { vcpus } = play(lab.part, { scripts, slice: 1000, exits: 2_000 });
      const ran = vcpus.map((vcpu) => vcpu.ran);
      requires(
        Math.min(...ran) > 0 && Math.max(...ran) - Math.min(...ran) <= 1000,
        `with a slice of 1,000, a guest that exits every ${uses} instructions got ${ran[0]}, one that spins ${ran[1]}, one that exits every 7 got ${ran[2]}; no two may differ by more than a slice.`,
      );
    }
    const waking: Script = (entry, budget) => ({ ...spin(entry, budget)!, handled: (_, all) => wakeAll(all) });
    const { longestTurn } = play(lab.part, { scripts: [list(steps.wait(), spin, spin), waking], exits: 4 });
    requires(
      longestTurn <= 1000,
      `a guest that had waited after 1 instruction ran ${longestTurn} in its next turn; what is left of a turn is nobody's.`,
    );
  },
);

safety(
  1,
  'when a virtual machine ends, none of its processors is entered again, and the others go on',
  'vmm/exit.ts, Next: this VM, and only this VM, is over; lesson: "A guest that dies alone"',
  (lab) => {
    const scripts = [
      list(steps.call(), steps.call(), steps.end(FAILURE)),
      spin,
      list(steps.call(), spin, spin, spin, steps.end()),
    ];
    const { end, stops, vcpus } = play(lab.part, { scripts, vms: [0, 0, 1] });
    requires(end === 'all-stopped', `the loop returned '${end}' although both virtual machines had ended.`);
    const told = stops.map(({ vm, reason }) => `${vm}: ${reason.why}`).join(', ');
    requires(
      told === 'VM 0: crashed, VM 1: shutdown',
      `\`stop\` was called for "${told}"; right is "VM 0: crashed, VM 1: shutdown".`,
    );
    requires(vcpus[2].entries.length === 5, `VM 1 was entered ${vcpus[2].entries.length} times; its guest needed 5.`);
  },
);

safety(
  1,
  'a processor that waits is not entered until it wakes, while the others run',
  'lesson: "When nobody can run"',
  (lab) => {
    const waking: Step = { ...steps.call(), handled: (_, all) => wakeAll(all) };
    const scripts = [list(steps.wait(), steps.end()), list(steps.call(), spin, spin, waking, steps.end())];
    const { end, order, idles } = play(lab.part, { scripts });
    requires(end === 'all-stopped', `the loop returned '${end}' although both guests had ended.`);
    requires(
      order.filter((who) => who === 0).length === 2,
      `a guest that waited once was entered ${order.filter((who) => who === 0).length} times; right is 2.`,
    );
    requires(idles === 0, '`idle` was asked although somebody could run.');
    const sleepers = play(lab.part, {
      scripts: [list(steps.wait(), steps.end()), list(steps.wait(), steps.wait(), steps.end())],
      idle: (all) => wakeAll(all[1].entries.length === 1 ? [all[1]] : all),
    });
    requires(
      sleepers.order.join() === '0,1,1,0,1',
      `two guests waited, and time woke the second one first; your loop entered them in the order ${sleepers.order.join(', ')}.`,
    );
  },
);

safety(
  1,
  'who shares the processor is looked up for each round, and how long a turn is for each turn',
  'vmm/parts.ts, RunLoopContext.vcpus; lesson: "One turn of the loop"',
  (lab) => {
    const { order, vcpus } = play(lab.part, {
      scripts: [spin, spin],
      shown: (all, entries) => [all[[0, 0, 1, 0, 1, 1][entries % 6]]],
      slice: (entries) => 100 * (entries + 1),
      exits: 6,
    });
    const seen = order.map((who, i) => {
      const nth = order.slice(0, i).filter((other) => other === who).length;
      return `${who} for ${vcpus[who].entries[nth].budget}`;
    });
    const right = '0 for 100, 0 for 200, 1 for 300, 0 for 400, 1 for 500, 1 for 600';
    requires(
      seen.join(', ') === right,
      `a scheduler chose VCPU ${right} instructions; your loop entered ${seen.join(', ')}.`,
    );
  },
);

safety(1, 'the loop takes exactly the exits that it may take', 'vmm/parts.ts, RunLoopContext.exits', (lab) => {
  for (const exits of [1, 2, 7, 50]) {
    const { end, order } = play(lab.part, { scripts: [spin, forever(steps.call()), spin], exits, slice: 3 });
    requires(
      end === 'out-of-budget' && order.length === exits,
      `of ${exits} exits allowed, the loop took ${order.length} and returned '${end}'.`,
    );
  }
});

efficiency(
  1,
  'a guest that computes is left alone: 68,537 instructions in slices of 10,000 take at most 45 exits',
  'Popek and Goldberg: innocuous instructions run directly; lesson: "Most of the time it does not run"',
  (lab) => {
    const { console, counters } = lab.run(['compute'], { slice: 10_000 })[0];
    prints('compute', console);
    lab.measure(`${counters.exits} exits for 68,537 instructions (pass 45)`);
    requires(counters.exits <= 45, `compute took ${counters.exits} exits; 45 are enough.`);
  },
);

efficiency(
  1,
  'two guests that exit every 10 instructions change places once a slice, not at every exit',
  'lesson: "A guest that never asks"',
  (lab) => {
    const { order } = play(lab.part, {
      scripts: [forever(steps.call(10)), forever(steps.call(10))],
      slice: 1000,
      exits: 2_000,
    });
    const changes = order.filter((who, i) => i > 0 && who !== order[i - 1]).length;
    lab.measure(`${changes} world switches for 20,000 instructions in slices of 1,000 (pass 22)`);
    requires(
      changes > 0 && changes <= 22,
      `the two guests changed places ${changes} times in 20,000 instructions; with a slice of 1,000 it is 20 times.`,
    );
  },
);

efficiency(
  1,
  'while everybody waits nobody is entered, and one call of idle is enough for one wait',
  'lesson: "When nobody can run"',
  (lab) => {
    const sleeper = list(steps.wait(), steps.wait(), steps.wait(), steps.wait(), steps.end());
    const { end, order, idles } = play(lab.part, { scripts: [sleeper, sleeper], idle: wakeAll });
    requires(
      end === 'all-stopped' && order.length === 10,
      `two guests that wait 4 times each took ${order.length} exits and ended with '${end}'; right is 10 and 'all-stopped'.`,
    );
    lab.measure(`${idles} calls of idle for 4 waits (pass 8)`);
    requires(
      idles >= 4 && idles <= 8,
      `\`idle\` was called ${idles} times; two guests that wait at the same time, 4 times each, need 4 to 8 calls.`,
    );
  },
);
