/** Guests that measure time themselves: how late they were woken, and what was stolen from them (SBI ch. 6 and 16). */
import type { Program } from '#machine';
import { kernel, requires } from '../../../src/course/lab';

/** From here on the guest finds in `steal` what was stolen from it. */
const TELL = `
    la a0, steal
    li a1, 0
    li a2, 0
    li a6, 0
    li a7, 0x535441
    ecall`;
const STRUCTURE = `
    j over
    .balign 64
steal: .zero 64
    .balign 4
over:`;

/** The external interrupt is pending from here on: the UART's, whose transmitter is empty, through the PLIC. */
export const UART_INTERRUPTS = `
    li t0, 0x0c000000           # PLIC: priority of source 10, then enabled for S-mode of hart 0
    li t1, 1
    sw t1, 40(t0)
    li t0, 0x0c002080
    li t1, 0x400
    sw t1, 0(t0)
    li t0, 0x10000001           # IER
    li t1, 2
    sb t1, 0(t0)`;

/** A kernel that is never interrupted, with a routine that sets its timer a0 ticks from now. */
export const waiting = (body: string): Program =>
  kernel(`
    la t0, unexpected_trap
    csrw stvec, t0
${body}
    j over
set_timer:
    csrr t0, time
    add a0, a0, t0
    li a7, 0x54494d45
    li a6, 0
    ecall
    ret
over:`);

/** Prints each, a line for each. */
const print = (...registers: readonly string[]): string =>
  registers.map((register) => `    mv a0, ${register}\n    call puthex\n    li a0, 10\n    call putc`).join('\n');

/** Waits `rests` times for `ticks` ticks each, its interrupt enabled and not taken. */
export const resting = (rests: number, ticks: number): Program =>
  kernel(`
${TELL}
    li t0, 0x20
    csrw sie, t0
    li s0, ${rests}
    li s1, 0                    # ticks too late, in all and at most
    li s2, 0
1:  csrr s3, time
    li t0, ${ticks}
    add s3, s3, t0
    mv a0, s3
    li a6, 0
    li a7, 0x54494d45
    ecall
2:  wfi
    csrr t0, sip
    andi t0, t0, 0x20
    beqz t0, 2b
    csrr t0, time
    sub t0, t0, s3
    add s1, s1, t0
    bleu t0, s2, 3f
    mv s2, t0
3:  addi s0, s0, -1
    bnez s0, 1b
    la t0, steal
    ld s3, 8(t0)
${print('s1', 's2', 's3')}
${STRUCTURE}`);

/** Counts down from `rounds`, two instructions each, and does nothing else. */
export const computing = (rounds: number): Program =>
  kernel(`
${TELL}
    csrr s1, time
    csrr s2, cycle
    li s0, ${rounds}
1:  addi s0, s0, -1
    bnez s0, 1b
    csrr s3, cycle
    csrr s4, time
    la t0, steal
    ld s5, 8(t0)
    sub s1, s4, s1
    sub s2, s3, s2
${print('s1', 's2', 's5')}
${STRUCTURE}`);

const NANOSECONDS_PER_TICK = 100;
const INSTRUCTIONS_PER_TICK = 10;

/** What a resting guest found. All in ticks of `time`. */
export function rested(console: string, who: string): { late: number; latest: number; stolen: number } {
  const [late, latest, stolen] = numbers(console, who);
  return { late, latest, stolen: stolen / NANOSECONDS_PER_TICK };
}

/** What a computing guest found. All in instructions. */
export function computed(console: string, who: string): { passed: number; own: number; stolen: number } {
  const [passed, own, stolen] = numbers(console, who);
  const perTick = INSTRUCTIONS_PER_TICK;
  return { passed: passed * perTick, own, stolen: (stolen / NANOSECONDS_PER_TICK) * perTick };
}

function numbers(console: string, who: string): number[] {
  const found = console.trim().split('\n').map(Number);
  requires(
    found.length === 3 && found.every((number) => Number.isFinite(number)),
    `${who} did not come to its end; it printed ${JSON.stringify(console)}.`,
  );
  return found;
}
