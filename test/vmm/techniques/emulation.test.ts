/** Emulation: several harts of one VM, several VMs, memory in pieces; and that only its own file knows how it is done. */
import { findGuest, kernel, readGuest, sameAsBareMetal } from '#course/lab';
import { parseIsa } from '#machine';
import { bootReference, referenceParts } from '#reference';
import { imageOf } from '#vmm';
import { image, SHUTDOWN } from '../images';
import { forThisTest } from '../../for-this-test';

/** Hart 0 starts hart 1 (SBI HSM); both add to one counter 1000 times, by LR and SC and by AMO; then hart 0 prints a letter. */
const TOGETHER = `
    li a7, 0x48534d
    li a6, 0
    li a0, 1
    la a1, second
    li a2, 0
    ecall
    call count
    la t0, done
1:  ld t1, 0(t0)
    beqz t1, 1b
    la t0, counter
    ld t1, 0(t0)
    li t2, 4000
    li a0, 'Y'
    beq t1, t2, 2f
    li a0, 'N'
2:  li a7, 1
    ecall
    ${SHUTDOWN}
second:
    call count
    la t0, done
    li t1, 1
    sd t1, 0(t0)
3:  wfi
    j 3b
count:
    la t0, counter
    li t1, 1000
    li t3, 1
4:  lr.d t2, (t0)
    addi t2, t2, 1
    sc.d t2, t2, (t0)
    bnez t2, 4b
    amoadd.d zero, t3, (t0)
    addi t1, t1, -1
    bnez t1, 4b
    ret
    .balign 8
counter: .dword 0
done:    .dword 0
`;

test.each([7, 100, 100_000])('two harts count together, in turns of %i instructions', (slice) => {
  const vms = [{ name: 'two', image: image(TOGETHER), memoryBytes: 4 * 2 ** 20, harts: 2 }];
  const host = forThisTest(bootReference({ vms, technique: 'emulation', slice }));
  expect(host.run(100_000)).toBe('all-stopped');
  expect(host.results()[0]).toMatchObject({ console: 'Y', stop: { why: 'shutdown' } });
});

test('several VMs at once, in pieces of a page: each prints what it prints alone', () => {
  const names = ['hello-uart', 'timer', 'page-torture', 'crasher'].map(findGuest);
  const vms = names.map(({ name, file }) => ({
    name,
    image: imageOf(file, readGuest(name)),
    memoryBytes: 4 * 2 ** 20,
    pieceBytes: 4096,
  }));
  const host = forThisTest(bootReference({ vms, technique: 'emulation', slice: 333 }));
  host.run(100_000);
  expect(host.results().map(({ console, stop }) => [console, stop?.why])).toEqual(
    names.map((guest) => [guest.console, guest.stop]),
  );
});

test('no instruction runs directly, and none but the calls of the firmware comes out', () => {
  const host = forThisTest(
    bootReference({
      vms: [{ name: 'x', image: imageOf('compute', readGuest('compute')), memoryBytes: 4 * 2 ** 20 }],
      technique: 'emulation',
    }),
  );
  host.run(100_000);
  const { counters } = host.results()[0];
  expect(counters.instructionsDirect).toBe(0);
  expect(counters.byKind).toMatchObject({ privileged: 0, 'shadow-miss': 0, mmio: 0 });
  expect(counters.byKind.ecall).toBeGreaterThan(0);
});

test('a VM that is larger than memory can be is refused in a sentence', () => {
  const vms = [{ name: 'big', image: image(SHUTDOWN), memoryBytes: 2 ** 32 }];
  expect(() => bootReference({ vms, technique: 'emulation' })).toThrow(
    /^VM "big" needs 4096 MiB; a VM can have \d+ MiB\.$/,
  );
});

test("a device's clock is that of the instruction that asks it, however long the turn is (the real-time clock, between two loads)", () => {
  const program = kernel(`
    li s0, 0x101000
    lw s1, 0(s0)                # TIME_LOW, in nanoseconds: 10 for each instruction
    li t0, 5000
1:  addi t0, t0, -1
    bnez t0, 1b
    lw s2, 0(s0)
    sub s2, s2, s1`);
  const options = { technique: 'emulation', isa: parseIsa('rv64imac'), slice: 100_000 } as const;
  expect(sameAsBareMetal(referenceParts, referenceParts, program, options).stop).toBe('shutdown');
});
