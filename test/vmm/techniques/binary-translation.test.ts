/**
 * Binary translation on RV64-leaky (docs/leaky.md): a guest does what it does on bare metal, instruction by instruction, and is told
 * nothing of the cache. Guests of the course are compared in test/system/techniques.test.ts.
 */
import { decode, disassemble, InputError, leaks, parseIsa, type Program } from '#machine';
import { imageOf, PartFailure, type BootOptions, type TraceEvent } from '#vmm';
import { assembleGuest, kernel, sameAsBareMetal, type Comparison } from '../../../src/course/lab';
import { releaseHosts } from '../../../src/course/lab/run';
import { bootReference, referenceParts } from '../../../src/reference';
import { randomKernel } from '../random-kernel';
import { ENABLES_INTERRUPTS, READS_SSTATUS, RETURNS } from './leaky-kernels';
import { forThisTest } from '../../for-this-test';

const isa = parseIsa('rv64imac_xleaky');

jest.setTimeout(60_000);

const same = (program: Program, options: Comparison = {}) =>
  sameAsBareMetal(referenceParts, referenceParts, program, { technique: 'binary-translation', isa, ...options });

function boot(program: Program, options: Partial<BootOptions> = {}) {
  const vms = [{ name: 'vm', image: imageOf('guest', program), memoryBytes: 4 * 2 ** 20 }];
  return forThisTest(bootReference({ vms, technique: 'binary-translation', isa, ...options }));
}

/** What became of it, to be compared with bare metal. */
function ending(program: Program, options: Partial<BootOptions> = {}) {
  const host = boot(program, options);
  const end = host.run(20_000);
  const [{ console, stop, digest, counters }] = host.results();
  return { seen: { end, console, stop, digest, time: host.now() }, counters };
}

afterEach(releaseHosts);

describe('where trap-and-emulate goes wrong, nothing goes wrong', () => {
  test.each(Object.entries({ READS_SSTATUS, ENABLES_INTERRUPTS, RETURNS }))('%s', (_, body) => {
    same(kernel(body));
  });

  test("what leaks to the guest's own user program is the guest's sstatus", () => {
    const { counters } = same(
      kernel(`
    la t0, 1f; csrw sepc, t0
    li t0, 0x40120; csrw sstatus, t0; li t0, 0x100; csrc sstatus, t0
    la s11, 3f
    sret
 1: csrr a0, sstatus
    csrw sstatus, zero
    csrr a1, sstatus
    sfence.vma
    la t0, 2f; beqz zero, 2f
    nop
 2: ecall
 3: csrr a2, sstatus`),
    );
    expect(counters.byKind.privileged).toBeGreaterThan(0);
  });
});

test.each([1, 5, 11, 18, 20, 31, 42, 77])('random kernel %i', (seed) => {
  same(randomKernel(seed), { name: `${seed}`, events: 4000 });
});

test('the registers that translated code uses for itself are the guest’s: links to t0, jumps by t0 to t2, swaps of one register', () => {
  same(
    kernel(`
    li t0, 11; li t1, 22; li t2, 33
    la t1, 1f
    jalr t0, t1, 0          # links to t0
 1: mv a0, t0; la t0, 2f
    jalr t0, t0, 0          # from and to t0
 2: mv a1, t0; la t2, 3f
    jalr t2, 0(t2)
 3: mv a2, t2; la t1, 4f+1
    jr t1                   # bit 0 does not count
 4: jal t0, 5f
 5: csrrw t0, sscratch, t0
    csrrw t0, sscratch, zero
    csrrw zero, sscratch, t1
    csrrci t0, sstatus, 2
    csrrci zero, sstatus, 31
    csrr t1, sscratch
    auipc t0, 0x12345
    auipc zero, 1
    csrr zero, sstatus`),
  );
});

describe('the cache', () => {
  const loop = (turns: number): Program =>
    kernel(`li s0, ${turns}
 0: la t0, 1f
    jalr t0
    addi s0, s0, -1
    bnez s0, 0b
    j 2f
 1: ret
 2:`);

  test('is left no more often by a thousand turns of a loop with calls in it than by ten', () => {
    const [few, many] = [ending(loop(10)).counters, ending(loop(1000)).counters];
    expect(many.exits).toBe(few.exits);
    expect(many.blocksTranslated).toBe(few.blocksTranslated);
    expect(many.blocksJoined).toBe(few.blocksJoined);
    expect(many.instructionsDirect - few.instructionsDirect).toBe(990 * 6);
  });

  test('is bounded: a guest with more code than it holds runs to its end', () => {
    const blocks = Array.from({ length: 9000 }, (_, i) => `${i % 100 ? '' : `li t1, ${i}; `}j 1f\n1:`).join('\n');
    const long = kernel(`li s0, 2\n0:\n${blocks}\naddi s0, s0, -1\nla t0, 0b\nbeqz s0, 9f\njr t0\n9:`);
    const vm = ending(long);
    expect(vm.counters.cacheFlushes).toBeGreaterThan(1);
    expect(vm.seen).toEqual(ending(long, { technique: 'bare' }).seen);
  });

  const AT = '0xff00000000000000'; // where it is for a kernel without translation
  test.each([`ld a0, (t0)`, `sd a0, (t0)`, `jr t0`, `amoadd.d a0, a0, (t0)`])(
    'is not there for the guest: %s gets an access fault, as on bare metal',
    (access) => {
      same(kernel(`la s11, 1f; li t0, ${AT}\n ${access}\n 1: nop`));
    },
  );

  test('leaves its place to a guest that uses it', () => {
    // Sv39: a gigabyte of RAM at its own address, and again at the lowest address of the upper half.
    same(
      kernel(`
    la s1, 2f
    la t0, root; srli t0, t0, 12; li t1, 8; slli t1, t1, 60; or t0, t0, t1
    csrw satp, t0
    sfence.vma
    li s0, 3
    li t0, 0xffffffc000200000
 0: lw a0, (t0)
    sd s0, 0x7f8(t0)
    addi s0, s0, -1
    bnez s0, 0b
    la t1, 1f; li t2, 0x3fffffff; and t1, t1, t2; li t2, 0xffffffc000000000; add t1, t1, t2
    jr t1
 1: auipc a1, 0
    jr s1
 2: csrw satp, zero
    j 3f
    .balign 4096
root:
    .zero 16
    .dword 0x200000cf
    .zero 2024
    .dword 0x200000cf
    .zero 2040
 3: nop`),
    );
  });
});

describe('code that changes', () => {
  /** Runs `f`, which returns 1 in a1, changes it by `change` to return 2, runs it again, and prints both. */
  const changing = (change: string): Program =>
    kernel(`
    call f; addi a0, a1, 48; li a7, 1; ecall
    la t0, f
${change}
    call f; addi a0, a1, 48; li a7, 1; ecall
    j 9f
    .balign 4
f:  c.li a1, 1
    ret
 9:`);

  test.each([
    ['a store', 'li t1, 0x4589; sh t1, (t0)'],
    ['an atomic', 'li t1, 0xc; amoxor.w zero, t1, (t0)'],
  ])('by %s runs as it is then', (_, change) => {
    const [vm, bare] = [ending(changing(change)), ending(changing(change), { technique: 'bare' })];
    expect(bare.seen.console).toBe('12');
    expect(vm.seen).toEqual(bare.seen);
    expect(vm.counters.storesToCode).toBeGreaterThan(0);
  });

  test('by the firmware, which reads a line into it, runs as it is then', () => {
    // SBI, debug console read: two bytes, 0x89 0x45, which are `c.li a1, 2`.
    const program = changing('li a0, 2; mv a1, t0; li a2, 0; li a6, 1; li a7, 0x4442434e; ecall');
    const host = boot(program);
    host.vms[0].input([0x89, 0x45]);
    host.run(1000);
    expect(host.results()[0].console).toBe('12');
  });
});

describe('what is told', () => {
  const translations = (program: Program) => {
    const events: TraceEvent[] = [];
    boot(program, { onEvent: (event) => events.push(event) }).run(1000);
    return events.filter((event) => event.kind === 'translated');
  };

  test('each block, and what was rewritten in it: what leaks, what knows where it is, and what is served', () => {
    const events = translations(
      kernel('csrw sscratch, a0; csrr a0, sepc; auipc a1, 0; addi a2, a2, 1; csrsi sstatus, 2'),
    );
    const texts = events.flatMap(({ rewritten }) => rewritten.map(({ word }) => disassemble(word)));
    expect(texts).toEqual(expect.arrayContaining(['csrrs a0,sepc,zero', 'auipc a1,0x0', 'csrrsi zero,sstatus,2']));
    expect(texts).not.toContain('addi a2,a2,1');
  });

  test('nothing that leaks stands in the cache as it was', () => {
    const program = assembleGuest(
      `_start: ${ENABLES_INTERRUPTS.replace('la s11, 1f', '')}\n${RETURNS}\nsfence.vma\n`,
      'all.s',
    );
    for (const { pc, instructions, rewritten } of translations(program)) {
      const words = new Map(rewritten.map(({ pc: at, word }) => [at, word]));
      let at = pc;
      for (let i = 0; i < instructions; i++) {
        const offset = Number(at - program.origin);
        const view = new DataView(program.bytes.buffer, program.bytes.byteOffset + offset);
        const low = view.getUint16(0, true);
        const word = (low & 3) === 3 ? view.getUint32(0, true) : low;
        const instruction = decode(word);
        if (instruction && leaks(instruction)) expect([at, words.get(at)]).toEqual([at, word]);
        at += (low & 3) === 3 ? 4n : 2n;
      }
    }
  });
});

describe('who uses it wrongly hears so', () => {
  const withTranslator = (translate: (typeof referenceParts)['binaryTranslator']['translate']) => () =>
    boot(kernel('nop'), { parts: { ...referenceParts, binaryTranslator: { translate } } }).run(100);

  test('a part that writes nothing', () => {
    expect(withTranslator(() => {})).toThrow(PartFailure);
    expect(withTranslator(() => {})).toThrow(/wrote nothing for the block at 0x80200000/);
  });

  test('a part that throws', () => {
    const run = withTranslator(() => {
      throw new RangeError('off by one');
    });
    expect(run).toThrow(/your `binaryTranslator.translate` threw RangeError: off by one/);
  });

  test('a guest that wants F', () => {
    expect(() => boot(kernel('nop'), { isa: parseIsa('rv64imafdc') })).toThrow(InputError);
  });
});
