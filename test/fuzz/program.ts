/** From a case to bytes: every step is code of 64 bytes that loads its registers from beside it, so that none needs another. */
import { assemble, registerNumber } from '#machine';
import type { Op } from './case';
import { BASE, CONSTANTS_AT, SHARED, STEP_BYTES, codeOf } from './layout';

const GP = 3;
const AUIPC_GP = (CONSTANTS_AT | (GP << 7) | 0x17) >>> 0;
const load = (register: number, offset: number): number =>
  ((offset << 20) | (GP << 15) | (3 << 12) | (register << 7) | 0x03) >>> 0;
/** jal zero, over `bytes`: fewer than 2048. */
const jump = (bytes: number): number => ((((bytes >> 1) & 0x3ff) << 21) | 0x6f) >>> 0;

const known = new Map<string, readonly number[]>();

/** The halfwords of a line of assembly; lines come again and again. */
function halves(line: string): readonly number[] {
  const found = known.get(line);
  if (found) return found;
  const { bytes } = assemble(line, { origin: 0n, file: 'step.s' });
  const words = new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  if (known.size < 20_000) known.set(line, [...words]);
  return [...words];
}

/** What a hart does last. */
const ENDS: readonly Op[] = [
  { does: 'ecall', with: { a7: 0x53525354n, a6: 0n, a0: 0n, a1: 0n } }, // switches the machine off
  { does: 'ecall', with: { a7: 0x48534dn, a6: 1n } }, // stops
];

/** Code and constants of a hart's steps, and where they go. */
export function hartBytes(hart: number, ops: readonly Op[]): { readonly at: number; readonly bytes: Uint8Array }[] {
  const all = [...ops, ENDS[hart]];
  const code = new Uint8Array(all.length * STEP_BYTES);
  const constants = new Uint8Array(all.length * STEP_BYTES);
  const [codeView, constantView] = [new DataView(code.buffer), new DataView(constants.buffer)];
  all.forEach((op, i) => {
    let at = i * STEP_BYTES;
    const end = at + STEP_BYTES;
    codeView.setUint32(at, AUIPC_GP, true);
    at += 4;
    Object.entries(op.with ?? {}).forEach(([name, value], k) => {
      constantView.setBigUint64(i * STEP_BYTES + 8 * k, BigInt.asUintN(64, value), true);
      codeView.setUint32(at, load(registerNumber(name)!, 8 * k), true);
      at += 4;
    });
    for (const half of halves(op.does)) {
      codeView.setUint16(at, half, true);
      at += 2;
    }
    codeView.setUint32(at, jump(end - at), true);
  });
  const first = codeOf(hart);
  return [
    { at: first, bytes: code },
    { at: first + CONSTANTS_AT, bytes: constants },
  ];
}

/** Hart `a0` begins here. A trap leads to the step behind the one that it came from; a call out of user mode, to the kernel's mode. */
export const MONITOR_BYTES = assemble(
  `
    la t0, trap
    csrw stvec, t0
    csrw sie, zero
    csrw sip, zero
    csrw sstatus, zero
    csrw scounteren, zero
    li t0, ${codeOf(0)}
    beqz a0, 1f
    li t0, ${codeOf(1)}
1:  jr t0
    .balign 4
trap:
    csrw sie, zero              # each interrupt comes once
    csrr t6, scause
    addi t6, t6, -8
    bnez t6, 1f
    li t6, 0x100
    csrs sstatus, t6
1:  li t6, ${CONSTANTS_AT - STEP_BYTES}
    sub t6, gp, t6
    csrw sepc, t6
    sret`,
  { origin: BigInt(BASE), file: 'monitor.s' },
).bytes;

/** The same for guests that are ported (docs/paravirtual.md). */
export const PORTED_MONITOR_BYTES = assemble(
  `
    mv s0, a0
    slli a0, a0, 12
    li t0, ${SHARED}
    add a0, a0, t0
    li a7, 0x0a005753
    li a6, 1
    ecall
    la a0, trap
    mv a1, a0
    li a6, 2
    ecall
    li t0, ${codeOf(0)}
    beqz s0, 1f
    li t0, ${codeOf(1)}
1:  jr t0
    .balign 4
trap:
    li t6, ${SHARED}
    sd zero, 0(t6)              # events may come again, on either hart
    li t5, 4096
    add t6, t6, t5
    sd zero, 0(t6)
    li t6, ${CONSTANTS_AT - STEP_BYTES}
    sub t6, gp, t6
    jr t6`,
  { origin: BigInt(BASE), file: 'ported-monitor.s' },
).bytes;
