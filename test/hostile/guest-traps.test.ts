/** Guests that abuse traps, time and instructions (reliability.md D.G 8-10, 12, 13, 20, 21, 24, 25). Expected faults: Privileged 1.12. */
import { CSR_NUMBERS, decode } from '#machine';
import { bootReference } from '#reference';
import { kernel } from '../../src/course/lab';
import { arena, ISA, KERNEL_RWX, leaf, paged, PAGES, probe, techniques } from './guest-support';
import { image } from '../vmm/images';
import { forThisTest } from '../for-this-test';

jest.setTimeout(120_000);

/** Random instructions for each technique and mode. */
const WORDS = Number(process.env.WORLDSWITCH_FUZZ ?? 2000);

describe.each(techniques)('under %s', (technique) => {
  const { attack, boot, countsTraps, endless, faultsLikeHardware } = arena(technique);

  describe('8 and 25: traps in trap handlers, for ever', () => {
    test.each([
    ['stvec where nothing is', 'csrw stvec, zero; ebreak', 1],
    ['stvec in a device', 'li t0, 0x10000000; csrw stvec, t0; ebreak', 1],
    ['stvec on a page that is not mapped', `${paged([])}\n li t0, ${PAGES}; csrw stvec, t0; ebreak`, 12],
    ['a handler that breaks', 'la t0, 1f; csrw stvec, t0; .balign 4; 1: ebreak', 3],
    ['a handler that executes nonsense', 'la t0, 1f; csrw stvec, t0; .balign 4; 1: .word 0xffffffff', 2],
    ['a handler that is an sret to itself', 'la t0, 1f; csrw stvec, t0; j 1f; .balign 4; 1: li t0, 0x100; csrs sstatus, t0; la t0, 1b; csrw sepc, t0; sret', undefined],
  ])('%s: only the guest\'s own time is lost', (_, body, cause) => {
    const { end, attacker } = endless(kernel(body));
    expect(end).toBe('out-of-budget');
    expect(attacker.stop).toBeUndefined();
    if (cause && countsTraps) expect(attacker.counters.trapsByCause[cause]).toBeGreaterThan(1000);
  }); // prettier-ignore

    test('a trap in a trap handler overwrites what the first one left, as on hardware', () => {
      faultsLikeHardware(`
    la t0, 1f
    csrw stvec, t0
    li s4, 0
    ebreak
    .balign 4
1:  addi s4, s4, 1
    csrr s1, scause
    csrr s2, sepc
    csrr s3, sstatus
    li t0, 3
    bge s4, t0, 2f
    li t0, 1
    ld t0, 0(t0)
2:  nop`);
    });
  });

  describe('9: a tight loop with interrupts masked', () => {
    test('is pre-empted after its slice', () => {
      const { end, attacker } = attack(kernel('csrw sie, zero; 1: j 1b'), 100);
      expect(end).toBe('out-of-budget');
      expect(attacker.counters.byKind.budget).toBeGreaterThan(50);
    });
  });

  describe('10: wfi that nothing can end', () => {
    test.each([
      ['no source enabled', 'csrw sie, zero; wfi'],
      ['a source enabled that never comes', 'li t0, 0x222; csrw sie, t0; wfi'],
      ['the timer set to never', 'li t0, 0x20; csrw sie, t0; li a0, -1; li a7, 0; ecall; wfi'],
    ])('%s: a deadlock is reported, not waited for', (_, body) => {
      const host = boot([['sleeper', kernel(body)]]);
      expect(host.run(1000)).toBe('deadlock');
      expect(host.results()[0].stop).toBeUndefined();
      expect(host.run(1000)).toBe('deadlock'); // and again
    });

    test('input wakes the sleeper later, through UART and PLIC', () => {
      const host = boot([['reader', kernel(`
    li s1, 0x0c000000
    li t0, 1
    sw t0, 40(s1)               # priority of source 10
    li t1, 0x0c002080
    li t0, 0x400
    sw t0, 0(t1)                # enabled for S-mode of hart 0
    li s2, 0x10000000
    li t0, 1
    sb t0, 1(s2)                # IER: received data
    li t0, 0x200
    csrw sie, t0
    wfi
    li t1, 0x0c201004
    lw a0, 0(t1)                # claim: 10
    call puthex
    lbu a0, 0(s2)
    call putc`)]]); // prettier-ignore
      expect(host.run(1000)).toBe('deadlock');
      host.vms[0].input(Buffer.from('!'));
      expect(host.run(1000)).toBe('all-stopped');
      expect(host.results()[0]).toMatchObject({ console: '0xa!', stop: { why: 'shutdown' } });
    });
  });

  describe('12: random words', () => {
    /** Puts one instruction after the other at the guest's pc, enters it for one instruction and handles what comes. */
    function execute(words: Iterable<number>, mode: 'S' | 'U'): number {
      const toUser = mode === 'U' ? 'li t0, 0x100; csrc sstatus, t0; la t0, 1f; csrw sepc, t0; sret' : 'nop';
      const host = forThisTest(
        bootReference({
          vms: [{ name: 'words', image: image(`${toUser}\n1: j 1b`), memoryBytes: 4 << 20 }],
          technique,
          isa: ISA,
          slice: 1,
        }),
      );
      host.run(20);
      const [vm] = host.vms;
      const [vcpu] = vm.vcpus;
      let executed = 0;
      for (const word of words) {
        vcpu.pc = 0x8021_0000n;
        vm.memory.write(0x8021_0000n, 4, BigInt(word));
        host.run(4);
        if (vm.stop) break;
        executed++;
      }
      return executed;
    }

    /** A generator of 32-bit words (xorshift), the same on every run. */
    function* random(count: number, seed: number): Iterable<number> {
      let x = seed;
      for (let i = 0; i < count; i++) {
        x ^= x << 13;
        x ^= x >>> 17;
        x ^= x << 5;
        yield x >>> 0;
      }
    }
    test.each(['S', 'U'] as const)(
      'in %s-mode, most of them privileged or illegal: nothing is thrown, and the VM goes on',
      (mode) => {
        const words = [...random(WORDS, 7 + techniques.indexOf(technique))].map((word, i) =>
          i % 2 ? word | 3 : (word & ~0x7f) | 0x73,
        );
        expect(words.filter((word) => decode(word)?.row.does.kind === 'csr').length).toBeGreaterThan(WORDS / 8);
        expect(execute(words, mode)).toBe(words.length);
      },
    );
  });

  describe('13: LR and SC', () => {
    test('a loop between whose two ends exits come makes progress, as fast as on hardware', () => {
      faultsLikeHardware(`
    ${paged([leaf(0x8031_0000, 0x07)])}
    li s1, ${PAGES}
    li s2, 20
1:  lr.d t0, (s1)
    csrr t1, sscratch           # an exit of its own
    addi t0, t0, 1
    sc.d t1, t0, (s1)           # the first one marks the page dirty: a hidden fault
    bnez t1, 1b
    addi s2, s2, -1
    bnez s2, 1b
    mv a0, t0
    call puthex`);
    });

    test('a trap of the guest in between ends the reservation, as on hardware', () => {
      faultsLikeHardware(`
    la s1, 9f
    la s11, 1f
    lr.w s2, (s1)
    ebreak
1:  sc.w s3, s2, (s1)           # catch_trap's sret came before: fails
    lr.w s2, (s1)
    li a7, 16
    li a6, 0
    ecall                       # M-mode's mret, too
    sc.w s4, s2, (s1)
    lr.w s2, (s1)
    csrr t0, sstatus
    sc.w s5, s2, (s1)           # nothing changed modes: succeeds
    j 2f
    .balign 8
9:  .dword 5
2:`);
    });
  });

  describe('20: satp with reserved modes and ASIDs', () => {
    test('reserved modes are not written, ASIDs are kept, and translation goes on', () => {
      const values = ['1', '7', '11', '15'].map(
        (mode) => `li t0, ${mode}; slli t0, t0, 60; ori t0, t0, 0x123; csrrw t1, satp, t0; csrr t2, satp`,
      );
      faultsLikeHardware([
      ...values,
      paged([leaf(0x8031_0000, KERNEL_RWX)]),
      ...values,
      'csrr t0, satp; li t1, 0xffff; slli t1, t1, 44; or t0, t0, t1; csrw satp, t0; csrr t2, satp',
      `li s1, ${PAGES}`, probe('ld s2, 0(s1)'),
      'csrw satp, zero', probe('ld s2, 0(s1)'),
    ].join('\n')); // prettier-ignore
    });

    test.each([9, 10])('a guest under mode %i (Sv48, Sv57)', (mode) => {
      const levels = mode === 9 ? [0x8030_0000] : [0x8030_4000, 0x8030_0000];
      // One more table (or two) above the tables of `paged`, whose root becomes entry 0 of the level above.
      const above = levels.map(
        (table, i) =>
          `li t0, ${table + 0x8000}; li t1, ${(i + 1 < levels.length ? levels[i + 1] + 0x8000 : 0x8030_0000) / 4 + 1}; sd t1, 0(t0)`,
      );
      faultsLikeHardware(`${paged([leaf(0x8031_0000, KERNEL_RWX)])}
    csrw satp, zero
    ${above.join('\n')}
    li t0, ${(levels[0] + 0x8000) / 4096}; li t1, ${mode}; slli t1, t1, 60; or t0, t0, t1; csrw satp, t0; sfence.vma
    li s1, ${PAGES}
    ${probe('sd s1, 0(s1)')}
    li s1, ${PAGES + 4096}
    ${probe('sd s1, 0(s1)')}
    li s1, 1; slli s1, s1, 38
    ${probe('ld s2, 0(s1)')}
    li s1, 1; slli s1, s1, 56
    ${probe('ld s2, 0(s1)')}`); // prettier-ignore
    });
  });

  describe('24: a guest that believes it is a hypervisor', () => {
    test('fences and accesses of the hypervisor extension, which its processor does not have, are illegal', () => {
      const words = [0x2200_0073, 0x6200_0073, 0x6804_c973, 0x6434_c973, 0x6b24_c073]; // hfence.vvma, hfence.gvma, hlv.w, hlvx.hu, hsv.w
      const printed = faultsLikeHardware(
        ['la s1, stack', ...words.map((word) => probe(`.word 0x${word.toString(16)}`))].join('\n'),
      );
      expect(printed).toBe(words.map((word) => `0x2 0x${word.toString(16)}\n`).join(''));
    });

    test('so are its CSRs, and misa, which is for M-mode only; the device tree tells that there is no H', () => {
      const numbers = Object.entries(CSR_NUMBERS).flatMap(([name, number]) =>
        ((number >> 8) & 3) === 2 || name === 'misa' ? [number] : [],
      );
      expect(numbers.length).toBeGreaterThan(25); // Privileged, "Currently allocated RISC-V hypervisor and VS CSR addresses"
      const words = numbers.map((number) => number * 2 ** 20 + 0x22f3); // csrr t0
      const body = words.map((word) => probe(`.word 0x${word.toString(16)}`)).join('\n');
      expect(faultsLikeHardware(body)).toBe(words.map((word) => `0x2 0x${word.toString(16)}\n`).join(''));

      const { memory, vcpus } = boot([['looks around', kernel('nop')]]).vms[0];
      const tree = Buffer.from(memory.copyOut(vcpus[0].x.get(11), 4096)!).toString('latin1'); // a1
      expect(/rv64[a-z]+/.exec(tree)?.[0]).toBe('rv64imac');
    });
  });

  describe('21: code that changes itself', () => {
    test.each(['fence.i', 'nop'])('with %s between store and jump: on this machine the new code runs', (fence) => {
      const printed = faultsLikeHardware(`
    la s1, 1f
    li s2, 3
2:  jalr s1
    call puthex
    lw t0, 0(s1)
    li t1, 0x00100000           # adds 1 to the immediate of addi
    add t0, t0, t1
    sw t0, 0(s1)
    ${fence}
    addi s2, s2, -1
    bnez s2, 2b
    j 3f
    .balign 4
1:  li a0, 5
    ret
3:`);
      expect(printed).toBe('0x50x60x7');
    });

    test('through another mapping of the same page', () => {
      faultsLikeHardware(`
    ${paged([leaf(0x8020_0000, KERNEL_RWX)])}
    la s1, 1f
    li t0, 0xfff
    and s2, s1, t0
    li t0, ${PAGES}
    or s2, s2, t0               # the same bytes at another address
    jalr s1
    lw t0, 0(s2)
    li t1, 0x00100000
    add t0, t0, t1
    sw t0, 0(s2)
    jalr s1
    j 3f
    .balign 4
1:  li a0, 5
    ret
3:`);
    });
  });
});
