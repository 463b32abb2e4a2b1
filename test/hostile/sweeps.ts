/**
 * A guest that tries instructions by itself: it enters one after the other, with the same registers, catches whatever comes of it, and
 * leaves a record of each in memory. Who runs it in a VM and on the bare machine compares the records.
 */
import type { Image } from '#machine';
import { imageOf } from '#vmm';
import { assembleGuest } from '../../src/course/lab';

/** Where the instructions lie that are tried, where their records, and where registers may point meanwhile: at zeros, which are no instruction. */
const [CODE, RECORDS] = [0x8024_0000, 0x8030_0000];
export const NOWHERE = 0x8023_8000;

/** scause of the ebreak behind each instruction, and what a record has instead of scause if the timer ended a loop. */
export const [EBREAK, LOOPED] = [3, 0xff];
const [C_EBREAK, EBREAK_WORD] = [0x9002, 0x0010_0073];

export interface Sweep {
  /** All of them 16 bits, or all of them 32. */
  readonly words: readonly number[];
  readonly bits: 16 | 32;
  readonly mode: 'S' | 'U';
  /** What all registers hold when an instruction begins. */
  readonly registers: number;
  /**
   * The instructions change no register but t1, but may change CSRs. Otherwise they change any register, but no CSR; and may go in
   * circles, so that the timer interrupts them.
   */
  readonly changes: 'CSRs' | 'registers';
}

/** What became of an instruction. */
export interface Tried {
  readonly cause: number;
  /** Depends on sepc, stval and all registers. */
  readonly hash: bigint;
}

/** x1 .. x31 without those that the handler itself uses: s10, s11, t6. */
const REGISTERS = Array.from({ length: 31 }, (_, i) => `x${i + 1}`).filter(
  (name) => !['x26', 'x27', 'x31'].includes(name),
);

export function sweepImage({ words, bits, mode, registers, changes }: Sweep): Image {
  const step = bits === 16 ? 4 : 8;
  const code = Buffer.alloc(step * words.length);
  words.forEach((word, i) => {
    if (bits === 16) code.writeUInt32LE(C_EBREAK * 0x1_0000 + word, step * i);
    else code.writeBigUInt64LE((BigInt(EBREAK_WORD) << 32n) | BigInt(word), step * i);
  });
  const image = imageOf(
    'sweep',
    assembleGuest(source({ step, count: words.length, mode, registers, changes }), 'sweep.s'),
  );
  return { ...image, segments: [...image.segments, { address: CODE, bytes: code, memBytes: code.length }] };
}

/** Of `saved`, at sscratch or at its own address: s11, s10, a0, a7; record, instruction, the end; whether the timer came already. */
const source = ({
  step,
  count,
  mode,
  registers,
  changes,
}: Pick<Sweep, 'mode' | 'registers' | 'changes'> & { step: number; count: number }): string => `
_start: la sp, stack_top
    la t0, caught
    csrw stvec, t0
    la t6, saved
    csrw sscratch, t6
    li t0, ${changes === 'registers' ? 0x20 : 0}
    csrw sie, t0                # the timer
    csrr a0, time
    addi a0, a0, 200
    li a7, 0
    ecall
    li t0, 0x120                # SPP, SPIE
    csrs sstatus, t0
    li t0, ${mode === 'U' ? 0x100 : 0}
    csrc sstatus, t0
    li s11, ${CODE}
    j next
    .balign 4
caught: ${changes === 'registers' ? 'csrrw t6, sscratch, t6' : 'la t6, saved'}
    sd s11, 0(t6)
    sd s10, 8(t6)
    csrr s11, scause
    bltz s11, interrupted
ended: csrr s10, sepc
    ${REGISTERS.map((name) => `slli s10, s10, 1; add s10, s10, ${name}`).join('\n    ')}
    csrrw t0, sscratch, t6      # t6
    ld t1, 0(t6)                # s11
    ld t2, 8(t6)                # s10
    csrr t3, stval
    ${['t0', 't1', 't2', 't3'].map((name) => `slli s10, s10, 1; add s10, s10, ${name}`).join('\n    ')}
    slli s10, s10, 8
    or s10, s10, s11
    ld t1, 32(t6)
    sd s10, 0(t1)
    addi t1, t1, 8
    sd t1, 32(t6)
    ${changes === 'CSRs' ? 'csrw sie, zero; csrw sip, zero' : ''}
    sd zero, 56(t6)
    ld s11, 40(t6)
    addi s11, s11, ${step}
    ld t1, 48(t6)
    beq s11, t1, done
next: sd s11, 40(t6)
    csrw sepc, s11
    li x1, ${registers}
    ${Array.from({ length: 30 }, (_, i) => `mv x${i + 2}, x1`).join('\n    ')}
    sret
interrupted:                    # once: a word began late in the period; twice: it goes in circles
    sd a0, 16(t6)
    sd a7, 24(t6)
    csrr a0, time
    addi a0, a0, 200            # 2000 instructions
    li a7, 0
    ecall
    ld a0, 16(t6)
    ld a7, 24(t6)
    ld s10, 56(t6)
    li s11, ${LOOPED}
    bnez s10, ended
    li s10, 1
    sd s10, 56(t6)
    ld s11, 0(t6)
    ld s10, 8(t6)
    csrrw t6, sscratch, t6
    sret
done: la sp, stack_top
    li a0, 0
    j shutdown
    .balign 4096
saved: .zero 32
    .dword ${RECORDS}, ${CODE}, ${CODE + step * count}
    .zero 4040
    .include "lib.s"
`;

/** What the guest has recorded, in the order of its instructions. */
export function recordsOf(
  memory: { copyOut(gpa: bigint, length: number): Uint8Array | undefined },
  count: number,
): Tried[] {
  const bytes = Buffer.from(memory.copyOut(BigInt(RECORDS), 8 * count) ?? []);
  return Array.from({ length: count }, (_, i) => ({ cause: bytes[8 * i], hash: bytes.readBigUInt64LE(8 * i) >> 8n }));
}
