/** Runs one bare machine-mode program on QEMU's virt board and on our hart; what it writes to the serial port is the result. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bench, type Bench, FakeBus } from '../machine/hart/bench-hart';
import { RAM_BASE } from '../../src/machine/engine/layout';
import { assemble } from '../../src/machine/isa';
import type { HartOptions } from '../../src/machine/hart/ports';
import type { Width } from '../../src/machine/isa/row';

const QEMU = 'qemu-system-riscv64';
const present = spawnSync(QEMU, ['--version']).status === 0;
if (!present && process.env.CI) throw new Error(`${QEMU} must be installed in CI (Debian: qemu-system-misc)`);
if (!present) console.warn(`comparisons with QEMU are skipped: ${QEMU} is not installed (Debian: qemu-system-misc)`);

/** `describe`, or `describe.skip` where QEMU is missing. */
export const compareWithQemu = present ? describe : describe.skip;

/**
 * Program text: `body` runs in M-mode, memory open to all modes. Traps go to a handler that counts them in s0, leaves mcause
 * in s1 and mtval in s2, and goes on behind the instruction in M-mode. `call report` prints a0 as 16 hex digits and a newline; it changes t0 to t6.
 */
export const program = (body: string): string => `
start:
  la t0, handler
  csrw mtvec, t0
  li t0, -1
  csrw pmpaddr0, t0
  li t0, 0x1f
  csrw pmpcfg0, t0
  la sp, stack
  li s0, 0
${body}
exit:
  li t0, 0x100000
  li t1, 0x5555
  sw t1, 0(t0)
forever:
  j forever
  .balign 4
handler:
  addi s0, s0, 1
  csrr s1, mcause
  csrr s2, mtval
  csrr s3, mepc
  lhu s4, 0(s3)
  andi s4, s4, 3
  addi s4, s4, -3
  addi s3, s3, 2
  bnez s4, skipped
  addi s3, s3, 2
skipped:
  csrw mepc, s3
  li s4, 0x1800
  csrs mstatus, s4
  mret
report:
  li t0, 0x10000000
  li t1, 60
digit:
  srl t2, a0, t1
  andi t2, t2, 15
  li t3, 10
  blt t2, t3, decimal
  addi t2, t2, 39
decimal:
  addi t2, t2, 48
  sb t2, 0(t0)
  addi t1, t1, -4
  bgez t1, digit
  li t2, 10
  sb t2, 0(t0)
  ret
  .balign 16
  .zero 256
stack:
`;

const bytesOf = (source: string | Uint8Array): Uint8Array =>
  typeof source === 'string' ? assemble(source, { origin: BigInt(RAM_BASE) }).bytes : source;

/** The numbers that the program, as text or as bytes, reported on QEMU; `cpu` as for -cpu. */
export function onQemu(source: string | Uint8Array, cpu = 'rv64,h=false,sstc=false,f=false,d=false'): bigint[] {
  const folder = mkdtempSync(join(tmpdir(), 'worldswitch-'));
  try {
    const image = join(folder, 'program.bin');
    const serial = join(folder, 'serial.txt');
    writeFileSync(image, bytesOf(source));
    const options = [
      '-M',
      'virt',
      '-cpu',
      cpu,
      '-bios',
      image,
      '-display',
      'none',
      '-serial',
      `file:${serial}`, // a pipe may be full when the machine is busy, and the UART then loses bytes
      '-monitor',
      'none',
    ];
    spawnSync(QEMU, options, { input: '', timeout: 60_000 });
    return numbersIn(readFileSync(serial, 'latin1'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The numbers that it reported on our hart, with the stepping executor if no other is given. */
export function onOurs(
  source: string | Uint8Array,
  options: Partial<HartOptions> = {},
  instructions = 100_000_000,
): bigint[] {
  let output = '';
  class Board extends FakeBus {
    override store(address: number, _width: Width, value: bigint): boolean {
      if (address === 0x1000_0000) output += String.fromCharCode(Number(value));
      else if (address === 0x10_0000) machine.hart.halt(0);
      else return false;
      return true;
    }
  }
  const machine: Bench = bench({ bus: new Board(), ...options });
  machine.memory.u8.set(bytesOf(source), machine.memory.linear(RAM_BASE, 1));
  const stop = machine.hart.run(instructions);
  if (stop.why !== 'halted')
    throw new Error(`the program ended with ${stop.why} at pc ${machine.hart.pc.toString(16)}`);
  return numbersIn(output);
}

const numbersIn = (output: string): bigint[] =>
  output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => BigInt(`0x${line.trim()}`));
