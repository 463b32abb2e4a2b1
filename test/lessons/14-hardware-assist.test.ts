/** Lesson 14: does a guest in VS-mode find the machine that it expects, does it find only its own, and does it come out only when it must? */
import { TECHNIQUES, type GuestCsrName, type HardwareAssist, type VirtualInterrupt } from '#vmm';
import { kernel, requires, suite, type Comparison, type Lab } from '../../src/course/lab';
import { referenceParts } from '../../src/reference';
import { computed, computing, resting, UART_INTERRUPTS } from './support/clocks';
import { inSupervisorMode, interruptible, INTERRUPTS, inUserMode, TWO_SPACES } from './support/kernels';
import { toucher } from './support/toucher';
import { GUEST_CSRS, guestCsrs, keeper, PlainCsrs, type Kept } from './support/vs-mode';

const { equivalence, safety, efficiency } = suite('hardwareAssist', referenceParts, require);

/** A guest of rv64imac, whose timer is its firmware's. */
const PLAIN: Comparison = { technique: 'hardware' };
/** A guest whose processor has all extensions but H: Sstc, Smstateen, Zicbom and Zicboz among them. */
const FULL: Comparison = { technique: 'hardware', isa: TECHNIQUES.hardware.isa };
const hex = (value: bigint): string => `0x${value.toString(16)}`;

// What the guest can see

equivalence(
  1,
  'interrupts enter the guest by the numbers of S-mode, from its kernel and from its programs',
  'Privileged, "Hypervisor Trap Delegation (hedeleg and hideleg) Registers": "translated by the machine"; lesson: "One place higher"',
  (lab) => {
    lab.sameAsBareMetal(kernel(interruptible(`    la t0, direct\n    csrw stvec, t0\n${INTERRUPTS}`)), PLAIN);
  },
);

const PLACES: readonly (readonly [VirtualInterrupt, bigint])[] = [
  ['software', 1n << 2n],
  ['timer', 1n << 6n],
  ['external', 1n << 10n],
];

equivalence(
  1,
  'raising and lowering an interrupt leaves the two others as they are',
  'Privileged, "Hypervisor Interrupt (hvip, hip, and hie) Registers"; lesson: "One place higher"',
  (lab) => {
    lab.sameAsBareMetal(
      kernel(`
    csrsi sip, 2
${UART_INTERRUPTS}
    csrr t0, sip
    csrci sip, 2
    csrr t0, sip
    csrsi sip, 2
    li t0, 0x10000001
    sb zero, 0(t0)
    csrr t0, sip`),
      PLAIN,
    );
    for (const [interrupt, bit] of PLACES)
      for (const before of [0n, 0x444n, 0x444n & ~bit])
        for (const level of [true, false]) {
          const csrs = new PlainCsrs();
          csrs.values.hvip = before;
          lab.part.interrupt(csrs, interrupt, level);
          const right = level ? before | bit : before & ~bit;
          requires(
            csrs.values.hvip === right,
            `hvip was ${hex(before)}, and the ${interrupt} interrupt was ${level ? 'raised' : 'lowered'}: hvip is ${hex(csrs.values.hvip)}; right is ${hex(right)}.`,
          );
        }
  },
);

/** Takes one interrupt of the guest's own comparator, at the instruction where bare metal takes it. */
const TIMER = `
    li t0, 0x20
    csrw sie, t0
    csrr t0, time
    addi t0, t0, 9
    csrw stimecmp, t0
    la s11, 2f
    csrsi sstatus, 2
1:  j 1b
2:  csrr t0, sip
    li t0, -1
    csrw stimecmp, t0
    csrr t0, sip`;

equivalence(
  1,
  'a guest with Sstc writes stimecmp itself, and its alarm rings at the instruction where bare metal rings it',
  'Privileged, "Sstc Extension": henvcfg.STCE, hcounteren.TM; lesson: "What it may use"',
  (lab) => {
    lab.sameAsBareMetal(kernel(TIMER), FULL);
  },
);

const COUNTERS = ['cycle', 'instret', 'time', 'hpmcounter3', 'hpmcounter31'];

equivalence(
  1,
  'cycle and instret count what the guest has executed; the counters that count nothing read 0, and none can be written',
  'Privileged, "Hypervisor Counter-Enable (hcounteren) Register"; lesson: "What it may read"',
  (lab) => {
    const look = COUNTERS.map((name) => `csrr t0, ${name}`);
    const write = COUNTERS.map((name) => `csrw ${name}, t0`);
    lab.sameAsBareMetal(
      kernel(inSupervisorMode([...look, 'ebreak', ...look, 'csrrs t0, cycle, zero', ...write])),
      PLAIN,
    );
  },
);

equivalence(
  1,
  'a program reads the counters that its kernel has opened in scounteren, and takes an illegal instruction from the others',
  'Privileged, "Supervisor Counter-Enable (scounteren) Register"; lesson: "What still comes out"',
  (lab) => {
    const look = inUserMode(['cycle', 'time', 'instret', 'hpmcounter20'].map((name) => `csrr t0, ${name}`));
    const opened = [0, 1, 2, 4, 0x17, 0x10_0000].map((open) => `    li t0, ${open}\n    csrw scounteren, t0\n${look}`);
    lab.sameAsBareMetal(kernel(opened.join('\n')), PLAIN);
  },
);

/** Instructions and CSRs of HS-mode, and VS-mode's CSRs by their own numbers. */
const HYPERVISORS = [
  'hlv.w t0, (a1)', 'hsv.b t0, (a1)', 'hfence.vvma', 'hfence.gvma',
  ...['hstatus', 'hedeleg', 'hvip', 'hgatp', 'vsstatus', 'vsatp', 'vstimecmp'].map((name) => `csrr t0, ${name}`),
  'csrw hideleg, t0', 'csrw htimedelta, t0', 'csrrs t0, hgeip, zero',
]; // prettier-ignore

equivalence(
  1,
  'to a guest without the extension H all that is of hypervisors is an illegal instruction, and so is to its programs what is of kernels',
  'Privileged, "Trap Cause Codes" of the hypervisor extension; lesson: "What still comes out"',
  (lab) => {
    const kernels = ['sret', 'sfence.vma', 'csrr t0, sstatus', 'csrw satp, t0'];
    lab.sameAsBareMetal(kernel(inSupervisorMode(HYPERVISORS) + inUserMode([...HYPERVISORS, ...kernels])), PLAIN);
  },
);

/** Sets its timer 300 ticks from now and waits, its interrupt enabled and not taken. */
const WAIT = `
    li s1, 0x20
    csrw sie, s1
    csrr a0, time
    addi a0, a0, 300
    li a7, 0x54494d45
    li a6, 0
    ecall
1:  wfi
    csrr t0, sip
    and t0, t0, s1
    beqz t0, 1b
    csrr t0, time
    wfi
    csrr t0, time`;

equivalence(
  1,
  'a kernel that waits goes on when its alarm rings; a program may not wait at all',
  'Privileged, "Wait for Interrupt"; lesson: "What still comes out"',
  (lab) => {
    lab.sameAsBareMetal(kernel(`${WAIT}\n    csrw sie, zero\n${inUserMode(['wfi'])}`), PLAIN);
  },
);

equivalence(
  1,
  "what the guest's processor has works without you: senvcfg and the cache-block instructions that it opens, sstateen0, memory types and A and D of page tables",
  'Privileged, "Hypervisor Environment Configuration (henvcfg) Register", "Smstateen/Ssstateen Extensions"; lesson: "What it may use"',
  (lab) => {
    const blocks = ['cbo.zero (a0)', 'cbo.flush (a0)', 'cbo.inval (a0)'];
    lab.sameAsBareMetal(
      kernel(`
    li a0, 0x80300000
    csrr t0, sstateen0
    csrr t0, sstateen3
${inSupervisorMode(blocks)}
    csrw senvcfg, zero
${inUserMode(blocks)}
    li t0, 0xd0
    csrw senvcfg, t0
    csrr t0, senvcfg
${inUserMode(blocks)}
${TWO_SPACES}
    li t0, (1 << 61) + (0x80300000 >> 2) + 7    # V R W, not cacheable; A and D are left to the hart
    sd t0, 0(s3)
    li a0, 0x40000000
    csrw satp, s1
    sfence.vma
${inSupervisorMode(['ld t0, (a0)', 'sd t0, (a0)'])}
    csrw satp, zero
    ld t0, 0(s3)`),
      FULL,
    );
  },
);

// What belongs to it alone

/** Guests beside each other, in short turns; each watches over CSRs of its own. */
function eachKeeps(lab: Lab<'hardwareAssist'>, guests: readonly (readonly Kept[])[]): void {
  const outcomes = lab.run(
    guests.map((kept) => keeper(kept)),
    { ...FULL, slice: 47, exits: 2_000 },
  );
  outcomes.forEach(({ console, detail }, i) => {
    const lost = guests[i][console.charCodeAt(0) - 'a'.charCodeAt(0)] as Kept | undefined;
    requires(
      console === 'ok' || lost === undefined,
      `guest ${i}, beside another one, had put 0x${lost?.value.toString(16)} into ${lost?.csr} and found something else there.`,
    );
    requires(console === 'ok', `guest ${i}, beside another one, did not come to its end: ${detail}.`);
  });
}

/** Two guests take turns on one hart: each of these registers is that of the guest that is on it, as it left it there. */
function switched(part: HardwareAssist, names: readonly GuestCsrName[]): void {
  const hart = new PlainCsrs();
  const guests = [guestCsrs(1), guestCsrs(2)];
  const right = guests.map((guest) => ({ ...guest }));
  for (let turn = 0; turn < 4; turn++) {
    const guest = turn % 2;
    part.load(hart, guests[guest]);
    for (const name of names)
      requires(
        hart.values[name] === right[guest][name],
        `guest ${guest} came back onto the hart and found ${hex(hart.values[name])} in ${name}; right is ${hex(right[guest][name])}.`,
      );
    for (const name of GUEST_CSRS)
      if (name !== 'hgatp' && name !== 'htimedelta')
        right[guest][name] = hart.values[name] = hart.values[name] + 0x100n;
    part.save(hart, guests[guest]);
  }
}

safety(
  1,
  'guests that take turns each keep their own supervisor registers',
  'Privileged, "Hypervisor and Virtual Supervisor CSRs"; lesson: "The world switch"',
  (lab) => {
    const guest = (seed: number, status: number, enabled: number): Kept[] => [
      { csr: 'sstatus', value: status, mask: 0xc0120 },
      { csr: 'sie', value: enabled },
      ...['stvec', 'sscratch', 'sepc', 'scause', 'stval'].map((csr, i) => ({ csr, value: seed + 8 * i })),
    ];
    eachKeeps(lab, [guest(0x1000, 0x40120, 0x222), guest(0x2000, 0x80000, 0x20)]);
    switched(lab.part, ['vsstatus', 'vsie', 'vstvec', 'vsscratch', 'vsepc', 'vscause', 'vstval']);
  },
);

safety(
  1,
  'and the two that have no copy of their own in VS-mode, scounteren and senvcfg',
  'Privileged, "Hypervisor and Virtual Supervisor CSRs": "expected to manually swap the contents of these registers"; lesson: "The world switch"',
  (lab) => {
    const guest = (opened: number, environment: number): Kept[] => [
      { csr: 'scounteren', value: opened },
      { csr: 'senvcfg', value: environment },
    ];
    eachKeeps(lab, [guest(7, 0xd0), guest(2, 0)]);
    switched(lab.part, ['scounteren', 'senvcfg']);
  },
);

safety(
  1,
  'each has its own time and its own alarm',
  'Privileged, "Hypervisor Time Delta (htimedelta) Register", "Virtual Supervisor Timer (vstimecmp) Register"; lesson: "The world switch"',
  (lab) => {
    eachKeeps(lab, [[{ csr: 'stimecmp', value: 1n << 50n }], [{ csr: 'stimecmp', value: 1n << 60n }]]);
    switched(lab.part, ['vstimecmp', 'htimedelta']);
  },
);

safety(
  1,
  'what is pending for one guest is not pending for the next one',
  'Privileged, "Hypervisor Interrupt (hvip, hip, and hie) Registers"; lesson: "The world switch"',
  (lab) => {
    eachKeeps(lab, [[{ csr: 'sip', value: 2 }], [{ csr: 'sip', value: 0 }]]);
    switched(lab.part, ['hvip']);
  },
);

safety(
  1,
  "each guest's addresses go through its own second stage, and hgatp never changes while vsatp has a table in it",
  'Privileged, "Memory-Management Fences" of the hypervisor extension: "should zero vsatp, then swap hgatp"; lesson: "The world switch"',
  (lab) => {
    const memory = [{ from: 0x8030_0000, bytes: 0x8000 }];
    const outcomes = lab.run([toucher(0x1111, memory), toucher(0x7777_0000, memory)], { ...PLAIN, slice: 47 });
    outcomes.forEach(({ console, detail }, i) =>
      requires(console === 'ok', `guest ${i} of two did not find in its memory what it had stored there: ${detail}.`),
    );
    switched(lab.part, ['vsatp', 'hgatp']);
    const hart = new PlainCsrs();
    lab.part.load(hart, guestCsrs(1));
    const between = hart.log.find(({ access, name, vsatp }) => access === 'write' && name === 'hgatp' && vsatp !== 0n);
    requires(
      between === undefined,
      `vsatp was ${hex(between?.vsatp ?? 0n)} when you wrote hgatp: from there on the hart may walk one guest's table through the other's second stage.`,
    );
  },
);

safety(
  1,
  'while a guest waits, the others have the processor',
  'Privileged, "Hypervisor Status (hstatus) Register", VTW; lesson: "What still comes out"',
  (lab) => {
    const outcomes = lab.run([resting(2, 1_000), computing(2_000)], { ...PLAIN, slice: 400, exits: 1_000 });
    const { stolen } = computed(outcomes[1].console, 'a guest that computes beside one that waits');
    requires(
      stolen <= 1_200,
      `beside a guest that waits for 2,000 ticks, one that computes was kept from the processor for ${stolen} instructions; at most 1,200.`,
    );
  },
);

safety(
  1,
  'no counter tells a guest what others have executed',
  'Privileged, "Hypervisor Counter-Enable (hcounteren) Register"; lesson: "What it may read"',
  (lab) => {
    const counting = kernel(`
    csrr s1, cycle
    csrr s2, instret
    li s0, 200
1:  addi s0, s0, -1
    bnez s0, 1b
    csrr s3, cycle
    csrr s4, instret
    sub a0, s3, s1
    call puthex
    sub a0, s4, s2
    call puthex`);
    const { console: alone } = lab.bare(counting);
    for (const { console, stop, detail } of lab.run([counting, counting], { ...PLAIN, slice: 90 })) {
      requires(stop === 'shutdown', `a guest that counts did not come to its end: ${detail}.`);
      requires(
        console === alone,
        `from one point to another a guest counted ${JSON.stringify(console)} cycles and instructions beside another guest; alone it is ${JSON.stringify(alone)}.`,
      );
    }
  },
);

// What it costs

/** Runs the guest and allows it only the exits that every guest needs: its first fetch, and the call that switches it off. */
function staysIn(lab: Lab<'hardwareAssist'>, what: string, body: string, options: Comparison = FULL): void {
  const { counters } = lab.sameAsBareMetal(kernel(body), options);
  const unneeded = counters.byKind.privileged + counters.byKind.reflected;
  lab.measure(`${unneeded} exits for ${what} (pass 0)`);
  requires(unneeded === 0, `${unneeded} exits for ${what}; none of them needs you.`);
}

efficiency(
  1,
  "system calls and page faults of the guest's programs go to its kernel without an exit",
  'Privileged, "Hypervisor Trap Delegation (hedeleg and hideleg) Registers"; lesson: "Whose trap is this, said once"',
  (lab) => {
    staysIn(
      lab,
      'six system calls and nine page faults',
      `${inUserMode(Array.from({ length: 6 }, () => 'ecall'))}
${TWO_SPACES}
    li a0, 0x50000000
    csrw satp, s1
    sfence.vma
${inSupervisorMode(Array.from({ length: 3 }, () => ['ld t3, (a0)', 'sd t3, (a0)', 'jr a0']).flat())}
    csrw satp, zero`,
    );
  },
);

efficiency(
  1,
  'so do its illegal instructions, breakpoints and misaligned atomics',
  'Privileged, "Hypervisor Trap Delegation (hedeleg and hideleg) Registers"; lesson: "Whose trap is this, said once"',
  (lab) => {
    const wrong = [
      '.word 0',
      'ebreak',
      'csrr t0, mstatus',
      '.word 0xffffffff',
      'lr.d t0, (a0)',
      'amoadd.d t0, t0, (a0)',
    ];
    const what = 'illegal instructions, breakpoints and misaligned atomics';
    staysIn(lab, what, `    li a0, 0x80300004\n${inSupervisorMode(wrong)}${inUserMode(wrong)}`);
  },
);

efficiency(
  1,
  "the kernel's own registers, sret and sfence.vma cost no exit",
  'Privileged, "Virtual Supervisor Status (vsstatus) Register" and those behind it; lesson: "The same names, other registers"',
  (lab) => {
    const registers = ['sstatus', 'sie', 'sip', 'stvec', 'sscratch', 'sepc', 'scause', 'stval', 'satp', 'scounteren'];
    staysIn(
      lab,
      "the kernel's own registers, its fences and returns",
      `${registers.map((name) => `    csrr t0, ${name}\n    csrw ${name}, t0`).join('\n')}
    sfence.vma
    sfence.vma t0, zero
${inUserMode(['nop', 'nop'])}`,
      PLAIN,
    );
  },
);

efficiency(
  1,
  'neither does its clock, nor setting its timer, nor the interrupt when that rings',
  'Privileged, "Hypervisor Counter-Enable (hcounteren) Register", "Sstc Extension"; lesson: "What it may read"',
  (lab) => {
    staysIn(lab, 'the clock and the timer', `${'    csrr t0, time\n'.repeat(4)}${TIMER}`);
  },
);

efficiency(
  1,
  'a world switch reads each register once and writes each once, and vsatp twice',
  'lesson: "The world switch"',
  (lab) => {
    const hart = new PlainCsrs();
    const guest = guestCsrs(1);
    lab.part.load(hart, guest);
    const { length: entering } = hart.log;
    lab.part.save(hart, guest);
    const leaving = hart.log.length - entering;
    lab.measure(`${entering} accesses to enter, ${leaving} to leave (pass 16 and 14)`);
    requires(
      entering <= 16 && leaving <= 14,
      `to bring a guest onto the hart you accessed its CSRs ${entering} times, and ${leaving} times to take it off; 16 and 14 are enough.`,
    );
    switched(lab.part, ['vsscratch']);
  },
);
