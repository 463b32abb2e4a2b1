/** Lesson 04: does each trap reach the one whose it is, and does it enter the guest as hardware would have let it? */
import type { GuestTrap, Reflect } from '#vmm';
import { findGuest, kernel, requires, suite, type Lab } from '../../src/course/lab';
import { prints } from './support/prints';
import { referenceParts } from '../../src/reference';
import {
  inSupervisorMode,
  interruptible,
  INTERRUPTS,
  inUserMode,
  kernelFile,
  sstatusIs,
  STATES,
} from './support/kernels';
import { plainHart, stateOf, type PlainHart } from './support/virtual-hart';

const { equivalence, safety, efficiency } = suite('reflect', referenceParts, require);

/** Neither memory nor a device. */
const NOWHERE = 0x1000000;

equivalence(
  1,
  "a user program's system call enters its kernel: scause 8, sepc at the ecall, stval 0, all registers kept",
  'Privileged, "Environment Call and Breakpoint"; lesson: "Three questions about one trap"',
  (lab) => {
    lab.sameAsBareMetal(kernelFile('system-calls'));
  },
);

equivalence(
  1,
  'a call of the kernel goes to its firmware, and never to the kernel itself',
  'SBI, "Binary Encoding"; lesson: "Three questions about one trap"',
  (lab) => {
    const { console } = lab.sameAsBareMetal(kernelFile('firmware-calls'));
    requires(console === 'ok', `the kernel printed ${JSON.stringify(console)} through its firmware; right is "ok".`);
  },
);

equivalence(
  2,
  'breakpoints, illegal instructions, misaligned and lost accesses reach the kernel with cause, place and value, from S and from U',
  'Privileged, "Supervisor Cause (scause) Register" and "Supervisor Trap Value (stval) Register"; lesson: "What hardware writes"',
  (lab) => {
    const provocations = [
      'ebreak',
      'c.ebreak',
      '.word 0x0000000b',
      '.half 0',
      'csrr t3, mstatus',
      'csrw time, t3',
      'csrrwi t3, 0x5c0, 1',
      'mret',
      'lr.w t3, (a1)',
      'lr.d t3, (a1)',
      'amoadd.d t3, t3, (a1)',
      'lb t3, 5(a0)',
      'ld t3, 8(a0)',
      'sb t3, 3(a0)',
      'sd t3, 16(a0)',
      'amoswap.w t3, t3, (a0)',
      'jr a0',
      'jalr t3, 64(a0)',
    ];
    const onlyInUser = [
      'csrr t3, sscratch',
      'csrw sepc, t3',
      'sret',
      'wfi',
      'sfence.vma',
      'csrr t3, cycle',
      'csrr t3, time',
    ];
    lab.sameAsBareMetal(
      kernel(`
    li a0, ${NOWHERE}
    li a1, 0x80300001
    csrw scounteren, zero
${inSupervisorMode(provocations)}
${inUserMode([...provocations, ...onlyInUser])}
    csrwi scounteren, 7         # now the user program may read the counters: no trap
${inUserMode(['csrr t3, time', 'csrr t3, cycle', 'csrr t3, instret', 'csrw time, t3'])}`),
    );
  },
);

equivalence(
  2,
  "an access that the guest's own table forbids reaches its handler, with the cause and the address that the guest used",
  'Privileged, "Virtual Address Translation Process"; lesson: "True faults and hidden faults"',
  (lab) => {
    lab.sameAsBareMetal(kernelFile('page-faults'));
  },
);

equivalence(
  1,
  'what the guest has mapped it can use, and it never hears of the hypervisor being behind',
  'lesson: "True faults and hidden faults"',
  (lab) => {
    const { counters } = lab.sameAsBareMetal('self-map');
    requires(counters.shadowFills > 0, 'no translation was ever filled in.');
    const { console } = lab.run(['user-programs'])[0];
    prints('user-programs', console);
  },
);

equivalence(
  2,
  'a trap puts the mode into SPP and SIE into SPIE, clears SIE, and leaves the rest of sstatus alone',
  'Privileged, "Supervisor Status (sstatus) Register"; lesson: "What hardware writes"',
  (lab) => {
    const fromS = STATES.flatMap((state) =>
      ['ebreak', 'csrr t3, mstatus'].map(
        (trap) => `${sstatusIs(state)}\n    la s11, 1f\n    ${trap}\n1:  csrr t0, sstatus`,
      ),
    );
    const fromU = STATES.map(
      (state) => `${sstatusIs(state & 3)}
    la t0, 1f
    csrw sepc, t0
    la s11, 2f
    sret                        # to U-mode, with SIE = SPIE
1:  ebreak
2:  csrr t0, sstatus`,
    );
    lab.sameAsBareMetal(
      kernel(
        `    li t0, 0xc0000\n    csrs sstatus, t0            # SUM and MXR stay\n${[...fromS, ...fromU].join('\n')}`,
      ),
    );
    // Whatever SPP and SPIE hold: a snapshot may bring a state that no kernel reaches.
    for (const mode of ['S', 'U'] as const) {
      for (const sstatus of [0n, 0x2n, 0x20n, 0x100n, 0x122n, 0xc0122n]) {
        const hart = plainHart({ mode, csr: { sstatus } });
        lab.part.deliver({ cause: 3, interrupt: false, tval: 0n }, hart);
        const right = (sstatus & 0xc0000n) + (mode === 'S' ? 0x100n : 0n) + (sstatus & 2n ? 0x20n : 0n);
        requires(
          hart.csr.sstatus === right,
          `a trap in ${mode}-mode with sstatus = 0x${sstatus.toString(16)} left 0x${hart.csr.sstatus.toString(16)}; right is 0x${right.toString(16)}.`,
        );
      }
    }
  },
);

equivalence(
  1,
  'a trap in a trap handler overwrites the one before, and a kernel that saved it can return through both',
  'Privileged, "Supervisor Exception Program Counter (sepc) Register"; lesson: "A guest that shoots itself"',
  (lab) => {
    lab.sameAsBareMetal(kernelFile('nested'));
  },
);

equivalence(
  1,
  'an interrupt enters with bit 63 of scause set and stval 0, at the instruction that has not run yet',
  'Privileged, "Supervisor Cause (scause) Register"; lesson: "What hardware writes"',
  (lab) => {
    lab.sameAsBareMetal(kernel(interruptible(`    la t0, direct\n    csrw stvec, t0\n${INTERRUPTS}`)));
    for (const cause of [1, 5, 9]) {
      const hart = plainHart({ mode: 'U', csr: { stvec: 0x8000_0100n, stval: 5n } });
      lab.part.deliver({ cause, interrupt: true, tval: 0n }, hart);
      const { scause, stval, sepc } = hart.csr;
      const right =
        scause === (1n << 63n) + BigInt(cause) && stval === 0n && hart.pc === 0x8000_0100n && hart.mode === 'S';
      requires(
        right,
        `interrupt ${cause} entered with scause = 0x${scause.toString(16)} and stval = 0x${stval.toString(16)}, at 0x${hart.pc.toString(16)}.`,
      );
      requires(
        sepc === 0x8020_1234n,
        `interrupt ${cause} came before the instruction at 0x80201234 had run, and left sepc = 0x${sepc.toString(16)}.`,
      );
    }
  },
);

equivalence(
  1,
  'if stvec says vectored, an interrupt enters at BASE + 4 x its code',
  'Privileged, "Supervisor Trap Vector Base Address (stvec) Register"; lesson: "Where the guest continues"',
  (lab) => {
    lab.sameAsBareMetal(kernel(interruptible(`    addi t0, s1, 1\n    csrw stvec, t0\n${INTERRUPTS}`)));
    const hart = plainHart({ mode: 'U', csr: { stvec: 0x8000_0101n } });
    lab.part.deliver({ cause: 9, interrupt: true, tval: 0n }, hart);
    requires(
      hart.pc === 0x8000_0124n,
      `an external interrupt (code 9) with stvec = 0x80000101 went to 0x${hart.pc.toString(16)}; right is 0x80000124.`,
    );
  },
);

equivalence(
  1,
  'exceptions enter at BASE, also if stvec says vectored',
  'Privileged, "Supervisor Trap Vector Base Address (stvec) Register"; lesson: "Where the guest continues"',
  (lab) => {
    const exceptions = ['ebreak', 'csrr t3, mstatus', '.word 0x0000000b'];
    lab.sameAsBareMetal(
      kernel(
        interruptible(`    addi t0, s1, 1
    csrw stvec, t0
${inSupervisorMode(exceptions)}
${inUserMode([...exceptions, 'ecall', 'csrr t3, sscratch'])}`),
      ),
    );
  },
);

safety(
  1,
  'a guest whose trap vector points nowhere faults there itself, for ever, and its neighbour runs to its end',
  'lesson: "A guest that shoots itself"',
  (lab) => {
    lab.sameAsBareMetal('stvec-outside', { events: 400 });
    besideHello(lab, 'stvec-outside');
    const hart = plainHart({ mode: 'U' });
    lab.part.deliver({ cause: 3, interrupt: false, tval: 0n }, hart);
    requires(
      hart.pc === 0n && hart.csr.scause === 3n && hart.mode === 'S',
      `0 is an address like any other: with stvec = 0, a breakpoint of the user program went to 0x${hart.pc.toString(16)}, in ${hart.mode}-mode.`,
    );
  },
);

safety(
  1,
  "a guest whose trap handler traps at once is in nobody's way",
  'lesson: "A guest that shoots itself"',
  (lab) => {
    lab.sameAsBareMetal('trap-loop', { events: 400 });
    besideHello(lab, 'trap-loop');
  },
);

safety(
  1,
  "page tables and frames that lie outside of the guest's memory are its own access faults",
  'Privileged, "Virtual Address Translation Process", steps 2 and 8; lesson: "True faults and hidden faults"',
  (lab) => {
    lab.sameAsBareMetal('foreign-tables', { events: 5_000 });
    besideHello(lab, 'foreign-tables');
  },
);

safety(
  1,
  "whose trap it is depends on mode, access and the guest's own table alone, and to decide it changes nothing",
  'vmm/parts.ts, Reflect.owner; lesson: "Three questions about one trap"',
  (lab) => {
    const sizes = { fetch: 12, load: 13, store: 15 } as const;
    for (const mode of ['S', 'U'] as const) {
      judged(
        lab.part,
        { cause: 8, tval: 0n },
        plainHart({ mode }),
        mode === 'U' ? 'guest' : 'vmm',
        `an ecall from virtual ${mode}-mode`,
      );
      for (const [cause, what] of [
        [3, 'a breakpoint'],
        [4, 'a misaligned lr'],
        [6, 'a misaligned atomic'],
      ] as const)
        judged(lab.part, { cause, tval: 0n }, plainHart({ mode }), 'guest', `${what} in virtual ${mode}-mode`);
      for (const [access, cause] of Object.entries(sizes)) {
        for (const allowed of ['fetch', 'load', 'store', 'nothing']) {
          const trap = { cause, tval: 0x4000_0123n };
          const hart = plainHart({ mode, allows: (gva, wanted) => gva === trap.tval && wanted === allowed });
          const expected = access === allowed ? 'vmm' : 'guest';
          judged(
            lab.part,
            trap,
            hart,
            expected,
            `a ${access} page fault in ${mode}-mode where the guest's table allows ${allowed}`,
          );
        }
      }
    }
  },
);

efficiency(
  1,
  '1,000 system calls cost four exits each and a few for the rest: at most 4,200',
  'lesson: "What a system call costs": one exit for the trap; the kernel\'s own three CSR instructions and sret are the others',
  (lab) => {
    const { console, counters } = lab.run(['syscalls'])[0];
    prints('syscalls', console);
    lab.measure(`${counters.exits} exits for 1,000 system calls (pass 4,200)`);
    requires(counters.exits <= 4_200, `1,000 system calls took ${counters.exits} exits; 4,200 are enough.`);
  },
);

efficiency(
  1,
  'to deliver a trap makes no translation stale: 1,000 system calls fill at most 4 shadow entries',
  'lesson: "What hardware writes": satp is not among it',
  (lab) => {
    const { console, counters } = lab.run(['syscalls'])[0];
    prints('syscalls', console);
    lab.measure(`${counters.shadowFills} shadow entries for 1,000 system calls (pass 4)`);
    requires(
      counters.shadowFills <= 4 && counters.shadowFences <= 4,
      `the shadow was filled ${counters.shadowFills} times and compared with the guest's table ${counters.shadowFences} times; the guest has not changed that once.`,
    );
  },
);

efficiency(
  1,
  "a system call is told from the mode alone, a page fault by one walk of the guest's table",
  'lesson: "Three questions about one trap"',
  (lab) => {
    const call = plainHart({ mode: 'U' });
    const fault = plainHart({ mode: 'U', allows: () => false });
    requires(lab.part.owner({ cause: 8, tval: 0n }, call) === 'guest', "an ecall from virtual U-mode is the guest's.");
    requires(
      lab.part.owner({ cause: 13, tval: 0x4000n }, fault) === 'guest',
      "a page fault that the guest's table explains is the guest's.",
    );
    const breakpoint = plainHart({ mode: 'U' });
    lab.part.owner({ cause: 3, tval: 0n }, breakpoint);
    requires(
      call.walks === 0 && breakpoint.walks === 0 && fault.walks === 1,
      `the guest's table was walked ${call.walks} times for a system call, ${breakpoint.walks} times for a breakpoint and ${fault.walks} times for a page fault; right is 0, 0 and 1.`,
    );
  },
);

/** The part's answer, and that the question left no trace. */
function judged(part: Reflect, trap: GuestTrap, hart: PlainHart, expected: 'guest' | 'vmm', what: string): void {
  const before = stateOf(hart);
  const owner = part.owner(trap, hart);
  const whose = { guest: "the guest's", vmm: "the hypervisor's" };
  requires(owner === expected, `${what} is ${whose[expected]}; your \`owner\` says that it is ${whose[owner]}.`);
  requires(
    stateOf(hart) === before && hart.stale === 0,
    `your \`owner\` changed the guest while it looked at ${what}.`,
  );
}

/** An endless guest and hello, side by side. */
function besideHello(lab: Lab<'reflect'>, name: string): void {
  const [endless, hello] = lab.run([name, 'hello'], { exits: 9_000 });
  requires(
    endless.console === findGuest(name).console && endless.stop === 'hung',
    `${name} ended with "${endless.stop}" and printed ${JSON.stringify(endless.console)}.`,
  );
  requires(
    hello.console === findGuest('hello').console && hello.stop === 'shutdown',
    `hello, beside ${name}, ended with "${hello.stop}" and printed ${JSON.stringify(hello.console)}.`,
  );
}
