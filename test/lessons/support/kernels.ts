/** Guests for single tests: whole ones from files, and the same few lines of assembly for every register, instruction and state. */
import fs from 'node:fs';
import path from 'node:path';
import { CSR_NUMBERS, type Program } from '#machine';
import { assembleGuest } from '../../../src/course/lab';

/** A whole guest from `kernels/`. */
export function kernelFile(name: string): Program {
  const file = path.join(__dirname, '..', 'kernels', `${name}.s`);
  return assembleGuest(fs.readFileSync(file, 'utf8'), `${name}.s`);
}

/** Writes each value to each CSR and reads it back; the CSR is 0 afterwards. Values as the assembler reads them. */
export function writeAndReadBack(table: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(table)
    .flatMap(([csr, values]) => [
      ...values.map((value) => `li t0, ${value}; csrrw t1, ${csr}, t0; csrr t2, ${csr}`),
      `csrw ${csr}, zero`,
    ])
    .join('\n');
}

/** Runs each instruction in U-mode. A trap goes to catch_trap, which comes back behind it; where there is none, an ebreak makes one. */
export function inUserMode(instructions: readonly string[]): string {
  return instructions
    .map(
      (instruction) => `
    la t0, 1f
    csrw sepc, t0
    li t0, 0x100
    csrc sstatus, t0            # SPP = 0
    la s11, 2f
    sret
1:  ${instruction}
    ebreak
2:`,
    )
    .join('\n');
}

/** Runs each instruction in S-mode; a trap goes to catch_trap, which comes back behind it. */
export function inSupervisorMode(instructions: readonly string[]): string {
  return instructions.map((instruction) => `    la s11, 1f\n    ${instruction}\n1:`).join('\n');
}

const numbersBetween = (low: number, high: number): number[] =>
  Object.values(CSR_NUMBERS).filter((number) => number >= low && number <= high);

/** CSRs that only M-mode has, and numbers that nobody has, in every privilege and read-only class. */
export const FORBIDDEN_CSRS: readonly number[] = [
  ...numbersBetween(0x300, 0x3ff),
  ...numbersBetween(0xf00, 0xfff),
  0x000,
  0x0ff,
  0x1ff,
  0x200,
  0x5c0,
  0x600,
  0x680,
  0x7a0,
  0x9c0,
  0xa00,
  0xb00,
  0xdb0,
  0xe12,
];

/** The CSRs of a supervisor. */
export const SUPERVISOR_CSRS: readonly string[] = [
  'sstatus',
  'sie',
  'stvec',
  'scounteren',
  'senvcfg',
  'sscratch',
  'sepc',
  'scause',
  'stval',
  'sip',
  'satp',
];

/** Sets sstatus to SIE, SPIE and SPP as the bits 0, 1 and 2 of `state` say. */
export function sstatusIs(state: number): string {
  const bits = ((state & 1) << 1) | ((state & 2) << 4) | ((state & 4) << 6);
  return `    li t0, 0x122\n    csrc sstatus, t0\n    li t0, ${bits}\n    csrs sstatus, t0`;
}

/** All eight. */
export const STATES: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7];

/**
 * Two address spaces at fixed places: memory at its own address in both; page 0x40000000 maps to the frame 0x80300000 in the
 * first and to 0x80301000 in the second. s1 and s2 hold the satp values, s3 and s4 the entries for the page.
 */
export const TWO_SPACES = `
    li t2, 0x200000cf           # 0x80000000, 1 GiB: V R W X A D
    li t3, 0x8000000000000000   # satp: MODE Sv39
    li t0, 0x80310000           # first space: root, middle, last
    li t1, (0x80311000 >> 2) + 1
    sd t1, 8(t0)
    sd t2, 16(t0)
    srli s1, t0, 12
    or s1, s1, t3
    li t0, 0x80311000
    li t1, (0x80312000 >> 2) + 1
    sd t1, 0(t0)
    li s3, 0x80312000
    li t1, (0x80300000 >> 2) + 0xc7
    sd t1, 0(s3)
    li t0, 0x80314000           # second space
    li t1, (0x80315000 >> 2) + 1
    sd t1, 8(t0)
    sd t2, 16(t0)
    srli s2, t0, 12
    or s2, s2, t3
    li t0, 0x80315000
    li t1, (0x80316000 >> 2) + 1
    sd t1, 0(t0)
    li s4, 0x80316000
    li t1, (0x80301000 >> 2) + 0xc7
    sd t1, 0(s4)
    li t0, 0x80300000           # what the frames hold
    li t1, 0x1111
    sd t1, 0(t0)
    li t0, 0x80301000
    li t1, 0x2222
    sd t1, 0(t0)
`;

/** Software and timer interrupts, alone and both at once, each taken in S-mode and in U-mode. */
export const INTERRUPTS = ['csrsi sip, 2', 'mv a0, zero; call set_timer', 'csrsi sip, 2; mv a0, zero; call set_timer']
  .flatMap((raise) => [
    `    ${raise}\n    la s11, 1f\n    csrsi sstatus, 2\n    nop\n1:  nop`,
    `    ${raise}\n${inUserMode(['nop'])}`,
  ])
  .join('\n');

/** A kernel with both interrupts enabled that runs `body`; what a trap vector may point to. */
export const interruptible = (body: string): string => `
    li s0, 0x22                 # SSIE and STIE
    csrw sie, s0
    csrw stval, s0              # an interrupt writes 0 there
    la s1, vectors
${body}
    j done
    .balign 256
vectors:
    j skip_trap                 # BASE: here come the exceptions
    j software_interrupt
    j unexpected_trap
    j unexpected_trap
    j unexpected_trap
    j timer_interrupt
software_interrupt:
    csrci sip, 2
    j leave
timer_interrupt:
    li a0, -1
    call set_timer
leave:
    li t0, 0x20                 # SPIE = 0: the code that was interrupted goes on with interrupts off
    csrc sstatus, t0
    j skip_trap
    .balign 4
direct:
    csrr t1, stval
    csrr t0, scause
    andi t0, t0, 4
    bnez t0, timer_interrupt
    j software_interrupt
set_timer:
    li a7, 0x54494d45
    li a6, 0
    ecall
    ret
done:`;
