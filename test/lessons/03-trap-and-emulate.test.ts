/** Lesson 03: is a kernel that runs in U-mode served as the processor would serve it in S-mode? */
import { decode } from '#machine';
import { findGuest, kernel, requires, suite } from '../../src/course/lab';
import { prints } from './support/prints';
import { referenceParts } from '../../src/reference';
import {
  FORBIDDEN_CSRS,
  inSupervisorMode,
  inUserMode,
  kernelFile,
  sstatusIs,
  STATES,
  SUPERVISOR_CSRS,
  TWO_SPACES,
  writeAndReadBack,
} from './support/kernels';
import { plainHart } from './support/virtual-hart';

const { equivalence, safety, efficiency } = suite('virtualSupervisor', referenceParts, require);

equivalence(
  2,
  'a kernel reads back from each of its registers what a processor keeps of the write',
  'Privileged, "Supervisor CSRs"; lesson: "What a register keeps"',
  (lab) => {
    const values = {
      sstatus: ['0', '-1', '0xaaaaaaaaaaaaaaaa', '0x5555555555555555', '2', '0x20', '0x100', '0x40000', '0x80000'],
      sie: ['0', '-1', '2', '0x20', '0x200', '0xfffffffffffffddd'],
      stvec: ['0', '0x80200001', '0xfffffffffffffffc', '0x123456789abcdef1'],
      sscratch: ['0', '-1', '0x8000000000000000', '0x123456789abcdef1'],
      sepc: ['0', '-1', '0x123456789abcdef1', '0x80200002'],
      scause: ['0', '15', '8', '0x8000000000000001', '0x8000000000000009'],
      stval: ['0', '-1', '0x8000000000000000', '0x123456789abcdef1'],
      scounteren: ['0', '7', '5', '2'],
      senvcfg: ['0', '1'],
    };
    lab.sameAsBareMetal(kernel(writeAndReadBack(values)));
  },
);

equivalence(
  1,
  'the six CSR instructions return the old value and write what their names say',
  'Unprivileged, "Zicsr"',
  (lab) => {
    lab.sameAsBareMetal(kernelFile('csr-instructions'));
  },
);

equivalence(
  1,
  'sip shows what the timer holds pending, and of sip a kernel can write SSIP only',
  'Privileged, "Supervisor Interrupt (sip and sie) Registers"; lesson: "What a register keeps"',
  (lab) => {
    lab.sameAsBareMetal(kernelFile('pending'));
  },
);

equivalence(
  1,
  'an interrupt that a kernel makes pending, enables or unmasks comes before its next instruction',
  'Privileged, "Supervisor Interrupt (sip and sie) Registers"; lesson: "Two copies of one register"',
  (lab) => {
    const [pending, enabled, unmasked] = ['csrsi sip, 2', 'csrsi sie, 2', 'csrsi sstatus, 2'];
    const orders = [
      [pending, enabled, unmasked],
      [unmasked, pending, enabled],
      [enabled, unmasked, pending],
    ];
    const takes = (order: string[]) => `la s11, 1f; ${order.join('; ')}; nop; nop; 1: csrw sip, zero; csrw sie, zero`;
    const bySret = `
    csrsi sip, 2
    csrsi sie, 2
    li t0, 0x120                # SPP, SPIE: sret stays in S-mode and unmasks
    csrs sstatus, t0
    la t0, 2f
    csrw sepc, t0
    la s11, 3f
    sret
2:  nop
3:  csrr t0, sstatus`;
    lab.sameAsBareMetal(kernel([...orders.map(takes), bySret].join('\n')));
  },
);

equivalence(
  2,
  'sret continues at sepc in the mode that SPP names, with SIE from SPIE, SPIE = 1 and SPP = 0',
  'Privileged, "Supervisor Status (sstatus) Register": xRET; lesson: "sret, wfi, sfence.vma"',
  (lab) => {
    // The code behind sret breaks, so SPP and SPIE of the handler tell mode and SIE; only S-mode can read SPIE = 1 and SPP = 0 itself.
    const states = STATES.map(
      (state) => `${sstatusIs(state)}
    la t0, 1f
    csrw sepc, t0
    la s11, 2f
    sret
    nop
1:  ${state & 4 ? 'csrr t0, sstatus' : 'nop'}
    ebreak
2:  csrr t0, sstatus`,
    );
    lab.sameAsBareMetal(
      kernel(`    li t0, 0xc0000\n    csrs sstatus, t0            # SUM and MXR stay\n${states.join('\n')}`),
    );
  },
);

equivalence(
  1,
  'a write of satp switches the address space, and one with an unsupported MODE changes nothing',
  'Privileged, "Supervisor Address Translation and Protection (satp) Register"; lesson: "What a register keeps"',
  (lab) => {
    const unsupported = [1, 2, 7, 11, 12, 15].map(
      (mode) => `li t1, ${mode} << 60; or t1, t1, s5; csrw satp, t1; csrr t2, satp`,
    );
    lab.sameAsBareMetal(
      kernel(`${TWO_SPACES}
    li s0, 0x40000000
    li t1, 1 << 44              # an ASID each: no fence is needed to change from one to the other, or from Bare
    or s1, s1, t1
    slli t1, t1, 1
    or s2, s2, t1
    slli s5, s1, 4
    srli s5, s5, 4              # satp without MODE
    csrw satp, s1
    ld t0, 0(s0)                # 0x1111
    csrrw t1, satp, s2
    ld t0, 0(s0)                # 0x2222
    sd s0, 8(s0)
    csrr t0, satp
${unsupported.join('\n')}
    ld t0, 8(s0)                # still the second space
    csrw satp, s1
    ld t0, 8(s0)                # 0: the store went to the other frame
    csrw satp, zero
    la s11, 1f
    ld t0, 0(s0)                # no translation: nothing is at 0x40000000
1:  csrr t0, satp`),
    );
  },
);

equivalence(
  1,
  'after sfence.vma the guest sees its changed page table: a page moved, added, forbidden, removed',
  'Privileged, "Supervisor Memory-Management Fence Instruction"; lesson: "sret, wfi, sfence.vma"',
  (lab) => {
    const changes = [
      '(0x80301000 >> 2) + 0xc7',
      '(0x80300000 >> 2) + 0xc3',
      '0',
      '(0x80301000 >> 2) + 0xc7',
      '(0x80301000 >> 2) + 0xd7',
    ];
    const fences = ['sfence.vma', 'sfence.vma s0, zero', 'sfence.vma zero, t3', 'sfence.vma s0, t3'];
    const probe = `
    la s11, 1f
    ld t0, 0(s0)
1:  la s11, 1f
    sd t0, 8(s0)
1:`;
    const steps = fences.flatMap((fence) =>
      changes.map((entry) => `    li t1, ${entry}; sd t1, 0(s3); ${fence}\n${probe}`),
    );
    lab.sameAsBareMetal(
      kernel(`${TWO_SPACES}
    li t3, 0                    # ASID
    li s0, 0x40000000
    csrw satp, s1
    sfence.vma
${probe}
${steps.join('\n')}
    csrw satp, zero`),
    );
  },
);

equivalence(
  1,
  'time, cycle and instret count for the guest, and for its user programs as scounteren says',
  'Privileged, "Supervisor Counter-Enable (scounteren) Register"; lesson: "Who may ask"',
  (lab) => {
    const counters = ['cycle', 'time', 'instret', 'hpmcounter3', 'hpmcounter31'];
    const read = counters.map((counter) => `csrr t3, ${counter}`);
    const inUser = ['0', '1', '2', '4', '7', '5', '8', '0x80000000'].map(
      (enabled) => `    li t0, ${enabled}\n    csrw scounteren, t0\n${inUserMode(read)}`,
    );
    const twice = [...read, 'nop', ...read, 'ebreak', ...read].join('; ');
    lab.sameAsBareMetal(kernel(`la s11, 1f\n${twice}\n1:  ${read.join('; ')}\n${inUser.join('\n')}`));
  },
);

equivalence(
  1,
  'wfi lets the guest wait for an interrupt that it enabled, masked or not, and goes on behind it',
  'Privileged, "Wait for Interrupt"; lesson: "sret, wfi, sfence.vma"',
  (lab) => {
    const { console, stop } = lab.run([kernelFile('wait')])[0];
    const expected = 'woke up\nno wait\ninterrupted 0x1\ninterrupted 0x8000000000000005\n';
    requires(
      console === expected,
      `the guest printed ${JSON.stringify(console)}; on bare metal it prints ${JSON.stringify(expected)}.`,
    );
    requires(stop === 'shutdown', `the guest did not end: ${stop}.`);
  },
);

equivalence(
  1,
  'registers that a supervisor does not have, and mret, are illegal instructions of the guest and change nothing',
  'Privileged, "CSR Address Mapping Conventions"; lesson: "Who may ask"',
  (lab) => {
    const csrs = FORBIDDEN_CSRS.flatMap((number) => [`csrrs t3, ${number}, zero`, `csrrw t3, ${number}, t4`]);
    const registers = SUPERVISOR_CSRS.map((csr) => `    csrr t0, ${csr}`).join('\n');
    lab.sameAsBareMetal(
      kernel(
        `la t0, skip_trap; csrw stvec, t0; li t3, 77; li t4, -1\n${inSupervisorMode([...csrs, 'mret'])}\n${registers}`,
      ),
    );
  },
);

equivalence(
  1,
  'to write a read-only register is illegal, to read it is not',
  'Privileged, "CSR Address Mapping Conventions"; Unprivileged, "Zicsr"; lesson: "Who may ask"',
  (lab) => {
    const writes = [
      'csrw time, t4',
      'csrwi cycle, 0',
      'csrs instret, t4',
      'csrsi time, 1',
      'csrci cycle, 1',
      'csrc time, t3',
    ];
    const reads = ['csrrs t3, time, zero', 'csrrc t3, cycle, zero', 'csrrsi t3, instret, 0', 'csrrci t3, time, 0'];
    lab.sameAsBareMetal(kernel(`li t3, 77; li t4, -1\n${inSupervisorMode([...writes, ...reads, ...writes])}`));
  },
);

safety(
  2,
  "a user program of the guest can neither read nor change its kernel's registers, nor its mode",
  'Privileged, "CSR Address Mapping Conventions"; lesson: "Who may ask"',
  (lab) => {
    const csrs = SUPERVISOR_CSRS.flatMap((csr) => [
      `csrr t3, ${csr}`,
      `csrw ${csr}, t4`,
      `csrwi ${csr}, 2`,
      `csrc ${csr}, t4`,
    ]);
    const others = ['sret', 'mret', 'wfi', 'sfence.vma', 'csrr t3, mstatus', 'csrw mepc, t4', 'csrw time, t4'];
    const registers = SUPERVISOR_CSRS.map((csr) => `    csrr t0, ${csr}`).join('\n');
    const kernelText = `la t0, skip_trap; csrw stvec, t0; li t3, 77; li t4, 0x12345672; csrwi scounteren, 7\n${inUserMode([...csrs, ...others])}\n${registers}`;
    lab.sameAsBareMetal(kernel(kernelText));
  },
);

safety(
  1,
  'a kernel that writes every pattern to every register disturbs no other virtual machine',
  'Popek and Goldberg: resource control; lesson: "Two copies of one register"',
  (lab) => {
    const alone = lab.run(['self-map'])[0];
    const [torture, neighbour] = lab.run(['csr-torture', 'self-map']);
    prints('csr-torture', torture.console, 'beside another guest, ');
    prints('self-map', neighbour.console, 'beside csr-torture, ');
    requires(
      neighbour.digest() === alone.digest(),
      "its neighbour's memory is not what it is when that guest runs alone.",
    );
  },
);

safety(
  1,
  "page tables that name what is not the guest's give it access faults, and disturb nobody",
  'Privileged, "Virtual Address Translation Process", steps 2 and 8',
  (lab) => {
    lab.sameAsBareMetal('foreign-tables', { events: 5_000 });
    const [, neighbour] = lab.run(['foreign-tables', 'critical-sections'], { exits: 12_000 });
    prints('critical-sections', neighbour.console, 'beside foreign-tables, ');
  },
);

efficiency(
  1,
  'to mask and unmask interrupts 500 times costs one exit each and a few for the rest: at most 1,300',
  'lesson: "A kernel without its privilege": each CSR access is one exit',
  (lab) => {
    const { console, counters } = lab.run(['critical-sections'])[0];
    requires(
      console === findGuest('critical-sections').console,
      `critical-sections printed ${JSON.stringify(console)}.`,
    );
    lab.measure(`${counters.exits} exits for 500 critical sections (pass 1,300)`);
    requires(counters.exits <= 1_300, `500 critical sections took ${counters.exits} exits; 1,300 are enough.`);
  },
);

efficiency(
  1,
  'what the guest has not changed stays translated: 8 rounds over 64 pages fill at most 80 entries',
  'lesson: "sret, wfi, sfence.vma": only satp and sfence.vma make translations stale',
  (lab) => {
    const { console, counters } = lab.run(['page-walker'])[0];
    prints('page-walker', console);
    lab.measure(`${counters.shadowFills} shadow entries for 64 pages (pass 80)`);
    requires(
      counters.shadowFills <= 80 && counters.shadowFences <= 10,
      `the shadow was filled ${counters.shadowFills} times (80 are enough) and compared with the guest's tables ${counters.shadowFences} times (10 are enough). Which of your writes make translations stale?`,
    );
    const hart = plainHart({ csr: { satp: 0x8000000000080310n } });
    lab.part(decode(0x18002573)!, hart); // csrr a0, satp
    requires(hart.stale === 0, 'csrr reads satp and writes nothing; your part called all translations stale.');
  },
);

efficiency(
  1,
  'a guest that waits for its timer costs nothing while it waits: 3 waits of 10 ms take at most 60 exits',
  'Privileged, "Wait for Interrupt": a hint that the hart can be stalled; lesson: "sret, wfi, sfence.vma"',
  (lab) => {
    const { console, counters } = lab.run([kernelFile('rest')])[0];
    requires(console === 'rested\n', `the guest printed ${JSON.stringify(console)} instead of "rested".`);
    lab.measure(`${counters.exits} exits for 3 waits (pass 60)`);
    requires(
      counters.exits <= 60,
      `3 waits took ${counters.exits} exits: the guest runs in circles where it could sleep.`,
    );
  },
);
