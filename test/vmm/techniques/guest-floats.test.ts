/** Floating point under trap-and-emulate: sstatus.FS as on a processor, and registers that no other guest sees. Expected values: Privileged, "Extension Context Status in mstatus Register". */
import { parseIsa, type Engine } from '#machine';
import { bootReference } from '#reference';
import type { TechniqueName } from '#vmm';
import { image, SHUTDOWN } from '../images';
import { forThisTest } from '../../for-this-test';

const isa = parseIsa('rv64imafdc');
const ENGINES: readonly Engine[] = ['step', 'interpret', 'compile'];

/** Prints Y if t1 = t2, else N. */
const CHECK = `
    li a0, 'Y'
    beq t1, t2, 9f
    li a0, 'N'
9:  li a7, 1
    ecall
`;
/** t1 = sstatus.FS with SD above it: 0 Off, 1 Initial, 2 Clean, 7 Dirty. */
const STATUS = `
    csrr t1, sstatus
    srli t2, t1, 61
    srli t1, t1, 13
    andi t1, t1, 3
    andi t2, t2, 4
    or t1, t1, t2
`;
const setStatus = (fs: number): string => `li t0, 0x6000\n csrc sstatus, t0\n li t0, ${fs << 13}\n csrs sstatus, t0\n`;

const FS_TEST = `
    la t0, handler
    csrw stvec, t0
    ${STATUS} li t2, 0
    ${CHECK}
    li s0, 0
    fmv.d.x fa0, zero           # Off: "any attempt to read or write the corresponding state will cause an illegal-instruction exception"
    mv t1, s0
    li t2, 2
    ${CHECK}
    li s0, 0
    csrr t0, fcsr
    mv t1, s0
    ${CHECK}
    ${setStatus(1)}
    ${STATUS} li t2, 1
    ${CHECK}
    li t0, 0x4010000000000000   # 4.0
    fmv.d.x fa0, t0
    fadd.d fa1, fa0, fa0
    ${STATUS} li t2, 7
    ${CHECK}
    ${setStatus(2)}
    fmv.x.d t1, fa1
    li t2, 0x4020000000000000   # 8.0
    ${CHECK}
    ${STATUS} li t2, 2
    ${CHECK}
    csrsi fflags, 1
    ${STATUS} li t2, 7
    ${CHECK}
    csrr t1, fflags
    li t2, 1
    ${CHECK}
    ${SHUTDOWN}
    .balign 4
handler:
    csrr s0, scause
    csrr t6, sepc
    addi t6, t6, 4
    csrw sepc, t6
    sret
`;

test.each(
  ENGINES.flatMap((engine) => (['bare', 'trap-and-emulate'] as const).map((technique) => [technique, engine] as const)),
)('sstatus.FS is Off, Initial, Clean or Dirty as the guest makes it (%s, %s)', (technique: TechniqueName, engine) => {
  const vms = [{ name: 'fs', image: image(FS_TEST), memoryBytes: 4 * 2 ** 20 }];
  const host = forThisTest(bootReference({ vms, technique, engine, isa }));
  host.run(1000);
  expect(host.results()[0]).toMatchObject({ console: 'YYYYYYYYY', stop: { why: 'shutdown' } });
});

/** Keeps `value` in fs0 and in the rounding mode for a while, and says whether they are still there. */
const keeper = (value: number): string => `
    ${setStatus(1)}
    li t0, ${value}
    fmv.d.x fs0, t0
    fsrmi ${value % 4}
    li s1, 2000
1:  addi s1, s1, -1
    csrr zero, sscratch
    bnez s1, 1b
    fmv.x.d t1, fs0
    li t2, ${value}
    ${CHECK}
    frrm t1
    li t2, ${value % 4}
    ${CHECK}
    ${SHUTDOWN}
`;

test.each(ENGINES)('guests that take turns keep their registers and their rounding mode (%s)', (engine) => {
  const vms = [1, 2, 3].map((value) => ({
    name: `vm${value}`,
    image: image(keeper(value)),
    memoryBytes: 4 * 2 ** 20,
  }));
  const host = forThisTest(bootReference({ vms, technique: 'trap-and-emulate', engine, isa, slice: 97 }));
  host.run(20_000);
  expect(host.results().map(({ console }) => console)).toEqual(['YY', 'YY', 'YY']);
});

test('a VM that is saved in the middle goes on with them', () => {
  const vms = [{ name: 'saved', image: image(keeper(3)), memoryBytes: 4 * 2 ** 20 }];
  const boot = () => bootReference({ vms, technique: 'trap-and-emulate', isa });
  const first = boot();
  first.run(500);
  const bytes = first.snapshot(first.vms[0]);
  const second = boot();
  second.restore(second.vms[0], bytes);
  second.run(20_000);
  expect(second.results()[0].console).toBe('YY');
});

test('without F in its ISA a guest has neither the registers nor the field', () => {
  const vms = [
    {
      name: 'none',
      image: image(`${setStatus(3)} ${STATUS} li t2, 0\n ${CHECK} ${SHUTDOWN}`),
      memoryBytes: 4 * 2 ** 20,
    },
  ];
  const host = bootReference({ vms, technique: 'trap-and-emulate' });
  host.run(1000);
  expect(host.results()[0].console).toBe('Y');
});

test.each<TechniqueName>(['trap-and-emulate', 'hardware'])(
  'under %s a device takes no floating-point accesses: an access fault, and no register is changed (docs/safety.md)',
  (technique) => {
    const access = (instruction: string, cause: number): string => `
    la s0, 1f
    li t1, 0
    ${instruction}
1:  li t2, ${cause}
    ${CHECK}
    mv t1, t0
    li t2, 0x2000
    ${CHECK}`;
    const guest = image(`
    la t0, handler
    csrw stvec, t0
    ${setStatus(1)}
    li t0, 0x2000
    li s1, 0x0c000028           # PLIC, priority of source 10
    li t1, 5
    sw t1, 0(s1)
    ${access('flw ft5, 0(s1)', 5)}
    ${access('fsw ft5, 0(s1)', 7)}
    ${access('fld ft5, 0(s1)', 5)}
    lw t1, 0(s1)
    li t2, 5
    ${CHECK}
    ${SHUTDOWN}
    .balign 4
handler: csrr t1, scause
    csrw sepc, s0
    li s2, 0x100
    csrs sstatus, s2
    sret`);
    const host = bootReference({ vms: [{ name: 'a', image: guest, memoryBytes: 4 * 2 ** 20 }], technique, isa });
    host.run(1000);
    expect(host.results()[0].console).toBe('YYYYYYY');
  },
);
