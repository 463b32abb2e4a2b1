/** Guests under hardware assistance: what comes to the hypervisor and how, and that VCPUs on one hart share nothing. */
import { parseIsa } from '#machine';
import { bootReference } from '#reference';
import { bootVms, imageOf, TECHNIQUES, type TraceEvent, type VmConfig, type VmExit } from '#vmm';
import { kernel, sameAsBareMetal, type Outcome } from '../../../src/course/lab';
import { referenceParts } from '../../../src/reference';
import { image, SHUTDOWN } from '../images';
import { forThisTest } from '../../for-this-test';

const MEMORY = 4 << 20;
const { isa } = TECHNIQUES.hardware;

const vm = (name: string, source: string, more: Partial<VmConfig> = {}): VmConfig => ({
  name,
  image: image(source, name),
  memoryBytes: MEMORY,
  ...more,
});

/** The exits of a guest, to its end. */
function exitsOf(source: string): VmExit[] {
  const exits: VmExit[] = [];
  const onEvent = (event: TraceEvent): unknown => event.kind === 'exit' && exits.push(event.exit);
  const host = forThisTest(bootReference({ vms: [vm('guest', source)], technique: 'hardware', isa, onEvent }));
  expect(host.run(1000)).toBe('all-stopped');
  return exits;
}

describe('an access to a device becomes an exit, from htinst alone', () => {
  test.each([
    ['lb a2, 5(s0)', { access: 'load', width: 1, signed: true, register: 12, length: 4, gpa: 0x1000_0005n }],
    ['lbu a2, 5(s0)', { access: 'load', width: 1, signed: false, register: 12, length: 4, gpa: 0x1000_0005n }],
    ['sb a3, 7(s0)', { access: 'store', width: 1, register: 13, length: 4, gpa: 0x1000_0007n }],
    ['c.lw a2, 4(s1)', { access: 'load', width: 4, signed: true, register: 12, length: 2, gpa: 0x0c00_0004n }],
    ['c.sw a3, 8(s1)', { access: 'store', width: 4, register: 13, length: 2, gpa: 0x0c00_0008n }],
  ])('%s', (access, expected) => {
    const exits = exitsOf(`li s0, 0x10000000\n li s1, 0xc000000\n ${access}\n ${SHUTDOWN}`);
    expect(exits.filter(({ kind }) => kind === 'mmio')).toEqual([expect.objectContaining(expected)]);
  });
});

describe('as on bare metal, instruction by instruction and trap by trap', () => {
  const compare = (body: string, on = isa): Outcome =>
    sameAsBareMetal(referenceParts, referenceParts, kernel(body), { technique: 'hardware', isa: on });

  test.each([
    ['instructions of hypervisors', ['.word 0x62050073', '.word 0x22050073', '.word 0x6805c573', '.word 0x68b5c073']],
    [
      'their CSRs, and those of VS-mode by their own numbers',
      ['csrr a0, 0x600', 'csrw 0x680, a0', 'csrr a0, 0x200', 'csrr a0, 0xe12'],
    ],
    ['what belongs to machines', ['csrr a0, 0x300', 'mret', 'csrw 0xc00, a0']],
    ['counters', ['csrr a0, cycle', 'csrr a0, time', 'csrr a0, instret', 'csrr a0, 0xc03', 'csrr a0, cycle']],
    [
      'devices that take no such access',
      ['li s0, 0x10000001', 'lw a0, 0(s0)', 'li s0, 0xc000000', 'amoadd.w a0, a1, (s0)', 'lr.w a0, (s0)'],
    ],
    [
      'places where nothing is',
      ['li s0, 0x40000000', 'ld a0, 0(s0)', 'sd a0, 8(s0)', 'li s0, 1 << 41', 'ld a0, 0(s0)', 'sb a0, -1(s0)'],
    ],
    ['the end of RAM', ['li s0, 0x803ffffc', 'ld a0, 0(s0)', 'sd a0, 0(s0)', 'sw a0, 0(s0)', 'lw a0, 0(s0)']],
  ])('%s', (_, instructions) => {
    // catch_trap goes on at s11.
    const body = instructions.map((line, i) => `la s11, ${i}f\n${line}\n${i}:`).join('\n');
    compare(body);
  });

  test('a counter that scounteren closes to user programs is an illegal instruction there', () => {
    compare(`
      csrw scounteren, zero
      la s11, 1f
      la t0, user
      csrw sepc, t0
      li t0, 0x100
      csrc sstatus, t0
      sret
      .balign 4
user: csrr a0, time
1:    nop`);
  });

  test('the timer of guests without Sstc, and wfi', () => {
    compare(
      `li t0, 0x20
       csrw sie, t0
       csrr a0, time
       addi a0, a0, 700
       li a7, 0
       ecall
       wfi
       csrr a1, sip
       csrr a2, time`,
      parseIsa('rv64imac'),
    );
  });

  test('stimecmp: the same interrupt at the same instruction, and no exit', () => {
    const { counters } = compare(`li t0, 0x20
       csrw sie, t0
       csrr a0, time
       addi a0, a0, 30
       csrw 0x14d, a0
       la s11, 2f
       csrsi sstatus, 2
1:     j 1b
2:     csrr a1, sip`);
    expect([counters.interruptsInjected, counters.byKind.privileged]).toEqual([1, 0]);
  });
});

describe('VCPUs on one hart', () => {
  /** Fills all that a VCPU has with a number of its own, and looks again and again whether it is still there. */
  const keeper = (seed: number): string => `
      li t0, 0x6000
      csrs sstatus, t0
      li s0, ${seed}
      ${Array.from({ length: 32 }, (_, i) => `fmv.d.x f${i}, s0\n addi s0, s0, 1`).join('\n')}
      li s0, ${seed}
      fscsr s0
      csrw sscratch, s0
      csrw sepc, s0
      csrw scause, s0
      csrw stval, s0
      csrw 0x14d, s0
      csrw scounteren, s0
      fscsr s2, s0
      fscsr s2
      li s1, 3000
loop: li s0, ${seed}
      ${Array.from({ length: 32 }, (_, i) => `fmv.x.d a0, f${i}\n bne a0, s0, wrong\n addi s0, s0, 1`).join('\n')}
      li s0, ${seed}
      ${['sscratch', 'sepc', 'scause', 'stval', '0x14d', 'scounteren'].map((csr) => `csrr a0, ${csr}\n bne a0, s0, wrong`).join('\n')}
      frcsr a0
      bne a0, s2, wrong
      addi s1, s1, -1
      bnez s1, loop
      ${SHUTDOWN}
wrong: li a7, 0x53525354
      li a6, 0
      li a0, 0
      li a1, 1
      ecall`;

  test('keep registers, floating point and CSRs, however often they are switched', () => {
    const seeds = [2, 0x1000, 0x52344];
    const vms = seeds.map((seed) => vm(`vm${seed}`, keeper(seed)));
    const host = forThisTest(bootReference({ vms, technique: 'hardware', isa, slice: 97, engine: 'compile' }));
    while (host.run(1000) === 'out-of-budget');
    expect(host.results().map(({ stop }) => stop?.why)).toEqual(['shutdown', 'shutdown', 'shutdown']);
    expect(host.results()[0].counters.byKind.budget).toBeGreaterThan(1000);
  });

  test('each VM has its own VMID and its own second stage', () => {
    const write = `la t0, data\n li t1, 42\n sd t1, 0(t0)\n ${SHUTDOWN}\n .balign 8\ndata: .dword 0`;
    const host = forThisTest(bootReference({ vms: [vm('a', write), vm('b', SHUTDOWN)], technique: 'hardware', isa }));
    const [, untouched] = host.vms.map((each) => each.memory.digest());
    host.run(1000);
    expect(host.vms[1].memory.digest()).toBe(untouched);
    expect(host.results()[0].stop?.why).toBe('shutdown');
  });
});

test('a guest that may wait on the hart keeps it to the end of its turn, as if it ran (Privileged, "Hypervisor Status (hstatus) Register", VTW)', () => {
  const { hardwareAssist } = referenceParts;
  const withoutVtw: typeof hardwareAssist = {
    ...hardwareAssist,
    configure: (csr) =>
      hardwareAssist.configure({
        read: (name) => csr.read(name),
        write: (name, value) => void (name !== 'hstatus' && csr.write(name, value)),
      }),
  };
  const waits = vm('waits', `csrw sie, zero\n wfi\n ${SHUTDOWN}`);
  const parts = { ...referenceParts, hardwareAssist: withoutVtw };
  const host = bootVms({ vms: [waits, vm('runs', SHUTDOWN)], technique: 'hardware', isa, parts, slice: 5_000 });
  expect(host.run(1000)).toBe('all-stopped');
  const { byKind } = host.results()[0].counters;
  expect([byKind.budget, byKind.privileged]).toEqual([1, 0]);
  expect(host.vms[1].clock.now).toBeGreaterThan(5_000);
});

test('what guests cannot have is refused in a sentence', () => {
  const boot = (name: string) => () =>
    bootReference({ vms: [vm('guest', SHUTDOWN)], technique: 'hardware', isa: parseIsa(name) });
  expect(boot('rv64imafdch')).toThrow(/^Guests under hardware have no H; the most that they can have is rv64imafdc_/);
});

test('a guest of the course needs no more than its image and a fault of the second stage', () => {
  const host = bootReference({
    vms: [{ name: 'k', image: imageOf('k', kernel('nop')), memoryBytes: MEMORY }],
    technique: 'hardware',
  });
  host.run(100);
  const { byKind, gStageFills } = host.results()[0].counters;
  expect([byKind['g-stage-miss'], gStageFills, byKind.privileged, byKind.reflected]).toEqual([1, 1, 0, 0]);
});
