/** Harts that OpenSBI starts, stops and starts again on the bare machine (SBI 2.0, "Hart State Management Extension"), and the IPIs that wake them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assemble, createMachine, loadImage, type Engine, type Image } from '#machine';

const OPENSBI = '/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_jump.bin';
const missing = existsSync(OPENSBI) ? undefined : OPENSBI;
if (missing && process.env.CI) throw new Error(`missing: ${missing}; .ci/run installs it`);
if (missing) console.warn(`hart-states.test.ts is skipped: ${missing} is missing (Debian: opensbi)`);
const real = missing ? describe.skip : describe;

/** The kernel's hart starts every other hart twice; each adds its opaque value to `sum` and stops itself. */
const PROGRAM = `
.equ HARTS, 4
_start:
    la sp, stack_top
    mv s0, a0                   # the hart that booted
    li s1, 0                    # how often all have been started
round:
    li s2, 0
next_hart:
    beq s2, s0, skip
    mv a0, s2
    la a1, worker
    addi a2, s2, 100            # the opaque value: 100 + hart id
    li a6, 0                    # hart_start
    li a7, 0x48534d
    ecall
    bnez a0, failed
started:
    mv a0, s2
    li a6, 2                    # hart_get_status: 0 is STARTED
    li a7, 0x48534d
    ecall
    bnez a1, started
    mv a0, s2
    la a1, worker
    li a6, 0
    li a7, 0x48534d
    ecall                       # it runs: SBI_ERR_ALREADY_AVAILABLE
    li t0, -6
    bne a0, t0, failed
    la t0, go                   # let it come to its end
    sd s2, 0(t0)
wait:
    mv a0, s2
    li a6, 2                    # 1 is STOPPED
    li a7, 0x48534d
    ecall
    li t0, 1
    bne a1, t0, wait
skip:
    addi s2, s2, 1
    li t0, HARTS
    bne s2, t0, next_hart
    addi s1, s1, 1
    li t0, 2
    bne s1, t0, round
    la a0, sum
    ld a1, 0(a0)
    la a0, text
    call put_value
    call shutdown
failed:
    mv a1, a0
    la a0, error
    call put_value
    call shutdown

worker:                         # a0 = hart id, a1 = opaque; interrupts off, no translation
    csrr t0, satp
    bnez t0, worker
    la t1, go
1:  ld t2, 0(t1)
    bne t2, a0, 1b
    li t2, -1
    sd t2, 0(t1)
    la t0, sum
    amoadd.d x0, a1, (t0)
    li a6, 1                    # hart_stop
    li a7, 0x48534d
    ecall
    j failed                    # does not return
    .balign 8
sum: .dword 0
go: .dword -1
text: .asciz "sum "
error: .asciz "error "
    .balign 4
`;

function run(engine: Engine): { printed: string; why: string; instructions: number } {
  let printed = '';
  const machine = createMachine({ engine, harts: 4, console: (byte) => void (printed += String.fromCharCode(byte)) });
  const library = readFileSync(join(__dirname, '../../src/guests/lib.s'), 'utf8');
  const { origin, bytes, entry } = assemble(PROGRAM + library, { origin: 0x8020_0000n });
  const segments = [{ address: Number(origin), bytes, memBytes: bytes.length }];
  const kernel: Image = { name: 'program', entry, segments, symbols: new Map() };
  const firmware = loadImage(readFileSync(OPENSBI), OPENSBI, { rawAddress: 0x8000_0000, ram: machine.ram });
  machine.load({ firmware, kernel });
  const stop = machine.run(200_000_000);
  return { printed, why: stop.why, instructions: machine.harts.reduce((sum, { begun }) => sum + begun, 0) };
}

jest.setTimeout(240_000);

real('OpenSBI on four harts', () => {
  test('each of the other harts is started twice, runs with its own argument, and stops itself', () => {
    const { printed, why, instructions } = run('interpret');
    expect(why).toBe('halted');
    // Of 100, 101, 102 and 103, all but that of the hart that booted, and that twice.
    const booted = Number(/Boot HART ID\s*: (\d)/.exec(printed)![1]);
    expect(printed).toContain(`sum 0x${(2 * (406 - 100 - booted)).toString(16)}`);
    expect(run('compile')).toEqual({ printed, why, instructions });
  });
});
