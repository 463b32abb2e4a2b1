/** Guests that attack their firmware, and harts that attack each other (reliability.md D.G 15-19, 26). Expected errors: SBI 2.0. */
import { kernel } from '../../src/course/lab';
import { arena, techniques } from './guest-support';

jest.setTimeout(60_000);

describe.each(techniques)('under %s', (technique) => {
  const { attack, boot, faultsLikeHardware } = arena(technique);

  const NEVER = '-1';
  /** One SBI call; a0 is printed as a signed number from 0 to -9, a space behind it. */
  const call = (extension: string, fn: string, ...args: string[]): string => `
${args.map((arg, i) => `    li a${i}, ${arg}`).join('\n')}
    li a6, ${fn}
    li a7, ${extension}
    ecall
    bltz a0, 1f
    addi a0, a0, '0'
    call putc
    j 2f
1:  neg s1, a0
    li a0, '-'
    call putc
    addi a0, s1, '0'
    call putc
2:  li a0, ' '
    call putc`;

  const answers = (...calls: string[]): string => faultsLikeHardware(calls.join('\n')).trim();

  describe('15: a flood of calls', () => {
    test('unknown extensions and functions, negative ones too, are not supported', () => {
      const unknown = ['0x12345678', '-1', '0x8000000000000000', '0x1000000000000010', '3', '9', '0x0a000000'];
      expect(answers(...unknown.map((id) => call(id, '0')))).toBe('-2 '.repeat(7).trim());
      expect(answers(...['7', '-1', '0x7fffffff'].map((fn) => call('0x10', fn)))).toBe('-2 -2 -2');
    });

    test('costs the bystander nothing', () => {
      const { end, attacker } = attack(kernel('li a7, -1; 1: ecall; j 1b'), 30_000);
      expect(end).toBe('out-of-budget');
      expect(attacker.counters.byKind.ecall).toBeGreaterThan(10_000);
    });
  });

  describe('16: debug console with bad pointers', () => {
    const DBCN = '0x4442434e';
    test.each([
      ['no RAM at all', ['1', '0x1000', '0']],
      ['a device', ['1', '0x10000000', '0']],
      ["another VM's memory, as the host numbers it", ['16', '0x80400000', '0']],
      ['over the end of RAM', ['16', '0x803ffff8', '0']],
      ['before RAM', ['16', '0x7ffffff8', '0']],
      ['2^63 bytes', ['0x8000000000000000', '0x80200000', '0']],
      ['2^64-1 bytes', [NEVER, '0x80200000', '0']],
      ['an end that wraps to 0', ['16', '-8', '0']],
      ['a high half', ['1', '0x80200000', '1']],
    ])('%s: INVALID_PARAM, for writing and for reading', (_, args) => {
      expect(answers(call(DBCN, '0', ...args), call(DBCN, '1', ...args))).toBe('-3 -3');
    });
  });

  describe('17: hart state', () => {
    const HSM = '0x48534d';
    test("a bad hart, itself, a stopped hart's bad addresses", () => {
      expect(
        answers(
          call(HSM, '0', '1', '0x80200000', '0'),
          call(HSM, '0', '-1', '0x80200000', '0'),
          call(HSM, '0', '0', '0x80200000', '0'),
          call(HSM, '2', '0'),
          call(HSM, '2', '9'),
          call(HSM, '3', '0x80000000'),
        ),
      ).toBe('-3 -3 -6 0 -3 -2');
    });

    test('the last hart stops: the VM is over and says so', () => {
      const { attacker } = attack(kernel('li a7, 0x48534d; li a6, 1; ecall'));
      expect(attacker.stop).toEqual({ why: 'hung', code: 1, detail: 'the guest stopped its last hart' });
    });
  });

  describe('18: remote fences', () => {
    test('masks beyond the harts, sizes that wrap', () => {
      const RFENCE = '0x52464e43';
      expect(
        answers(
          call(RFENCE, '1', '2', '0', '0', '-1'),
          call(RFENCE, '1', '1', '1', '0', '-1'),
          call(RFENCE, '1', '-1', '0', '0', '-1'),
          call(RFENCE, '1', '1', '0', '-8', '-1'),
          call(RFENCE, '2', '0', '-1', '0', '-1', '99'),
          call(RFENCE, '0', '1', '0'),
          call(RFENCE, '6', '1', '0'),
        ),
      ).toBe('-3 -3 -3 0 0 0 -2');
    });
  });

  describe('19: the timer set to anything', () => {
    test.each(['0', '1', '-1', '0x7fffffffffffffff', '0x8000000000000000', '0x1000000000000'])('%s', (deadline) => {
      faultsLikeHardware(`
    li a0, ${deadline}
    li a7, 0x54494d45
    li a6, 0
    ecall
    csrr s1, sip                # pending only if the time has come
    li t0, 0x20
    csrw sie, t0
    la s11, 1f
    csrsi sstatus, 2            # taken at once, or never
    nop
1:  csrci sstatus, 2
    csrw sie, zero
    li a0, -1
    li a7, 0
    ecall
    csrr s2, sip                # cleared`);
    });
  });

  describe('26: several harts', () => {
    /** Hart 0 starts the others at `secondary`, with s0 = their number, and goes on with `main`. */
    const parallel = (harts: number, main: string, secondary: string) => kernel(`
    li s0, 1
1:  mv a0, s0
    la a1, secondary
    mv a2, s0
    li a6, 0
    li a7, 0x48534d
    ecall
    addi s0, s0, 1
    li t0, ${harts}
    bne s0, t0, 1b
    ${main}
    li a0, 0
    j shutdown
    .balign 4
secondary: mv s0, a1                 # opaque
    slli t0, s0, 8
    la sp, stack_top
    sub sp, sp, t0              # a stack of its own
    ${secondary}
6:  j 6b
    .balign 8
shared: .dword 0
    .zero 56`); // prettier-ignore

    test('atomics of four harts on one word: nothing is lost', () => {
      const add = (amount: string) => `
    la s1, shared
    li s2, 500
3:  ${amount}
    addi s2, s2, -1
    bnez s2, 3b`;
      const host = boot([['harts', parallel(4, `${add('li t0, 1; amoadd.d zero, t0, (s1)')}
4:  ld a0, 0(s1)
    li t0, 2000
    bne a0, t0, 4b
    call puthex`, add('7: lr.d t0, (s1); addi t0, t0, 1; sc.d t1, t0, (s1); bnez t1, 7b'))]], 4); // prettier-ignore
      expect(host.run(100_000)).toBe('all-stopped');
      expect(host.results()[0].console).toBe('0x7d0');
    });

    test('a storm of interrupts between harts, with remote fences in it', () => {
      const host = boot([['storm', parallel(3, `
    li s2, 300
3:  li a0, 6                    # harts 1 and 2
    li a1, 0
    li a6, 0
    li a7, 0x735049
    ecall
    li a0, 0
    li a1, -1                   # all
    li a2, 0
    li a3, -1
    li a6, 1
    li a7, 0x52464e43
    ecall
    addi s2, s2, -1
    bnez s2, 3b
    la s1, shared
4:  ld a0, 0(s1)                # each of them was interrupted at least once
    ld t0, 8(s1)
    beqz a0, 4b
    beqz t0, 4b
    li a0, '!'
    call putc`, `
    la t0, 8f
    csrw stvec, t0
    li t0, 2
    csrw sie, t0
    csrsi sstatus, 2
9:  wfi
    j 9b
    .balign 4
8:  csrci sip, 2
    la t0, shared
    slli t1, s0, 3
    add t0, t0, t1
    li t1, 1
    sd t1, -8(t0)
    sret`)]], 3); // prettier-ignore
      expect(host.run(100_000)).toBe('all-stopped');
      expect(host.results()[0].console).toBe('!');
    });

    test('a hart that stops itself can be started again, and twice is refused', () => {
      const host = boot([['again', parallel(2, `
    la s1, shared
    li s3, 3
3:  li a0, 1                    # wait until hart 1 is stopped
    li a6, 2
    li a7, 0x48534d
    ecall
    beqz a1, 3b
    li a0, 1
    la a1, secondary
    li a2, 1
    li a6, 0
    ecall
    li a0, 1
    la a1, secondary
    li a6, 0
    ecall
    neg a0, a0
    call puthex                 # already available: 6
    addi s3, s3, -1
    bnez s3, 3b
4:  li a0, 1
    li a6, 2
    li a7, 0x48534d
    ecall
    beqz a1, 4b
    ld a0, 0(s1)
    call puthex`, `
    la s1, shared
    ld t0, 0(s1)
    addi t0, t0, 1
    sd t0, 0(s1)
    li a6, 1
    li a7, 0x48534d
    ecall`)]], 2); // prettier-ignore
      expect(host.run(100_000)).toBe('all-stopped');
      expect(host.results()[0].console).toBe('0x60x60x60x4');
    });
  });
});
