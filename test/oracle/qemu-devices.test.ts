/** Our serial port and PLIC against QEMU's: random register programs, every value read compared. Needs qemu-system-riscv64. */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Plic } from '../../src/machine/irq/plic';
import { unconnected } from '../../src/machine/irq/line';
import { Uart16550 } from '../../src/machine/devices/uart16550';
import type { Device } from '../../src/machine/bus/device';
import type { Width } from '#machine';

const QEMU = 'qemu-system-riscv64';
const UART = 0x1000_0000;
const PLIC = 0x0c00_0000;

interface Access {
  readonly offset: number;
  readonly width: Width;
  /** Absent: a load. */ readonly value?: number;
}

const present = spawnSync(QEMU, ['--version']).status === 0;
if (!present && process.env.CI) throw new Error(`${QEMU} is missing: .ci installs qemu-system-misc`);
if (!present) console.log(`skipped: ${QEMU} is not installed (Debian: qemu-system-misc)`);
const withQemu = present ? describe : describe.skip;

/** Runs the accesses on QEMU's virt board, whose processor stands still, and returns what the loads gave. */
async function onQemu(base: number, accesses: readonly Access[]): Promise<number[]> {
  const letter = { 1: 'b', 2: 'w', 4: 'l', 8: 'q' } as const;
  const commands = accesses.map(({ offset, width, value }) => {
    const address = `0x${(base + offset).toString(16)}`;
    return value === undefined
      ? `read${letter[width]} ${address}`
      : `write${letter[width]} ${address} 0x${value.toString(16)}`;
  });
  const qemu = spawn(
    QEMU,
    ['-M', 'virt', '-S', '-display', 'none', '-serial', 'null', '-monitor', 'none', '-qtest', 'stdio'],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  qemu.stdin.write(`${commands.join('\n')}\n`);
  const answers: string[] = [];
  for await (const line of createInterface(qemu.stdout)) {
    if (line.startsWith('OK')) answers.push(line);
    if (answers.length === commands.length) qemu.kill();
  }
  return answers.filter((_, i) => commands[i].startsWith('read')).map((line) => Number(line.split(' ')[1]));
}

function onOurs(device: Device, accesses: readonly Access[]): number[] {
  const values: number[] = [];
  for (const { offset, width, value } of accesses) {
    if (value === undefined) values.push(Number(device.load(offset, width)));
    else device.store(offset, width, BigInt(value));
  }
  return values;
}

/** A small repeatable generator of numbers below `bound`. */
function random(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** `MCR` first: the chip's data sheet and QEMU differ in its value after reset. */
function uartProgram(seed: number, length: number): Access[] {
  const below = random(seed);
  const accesses: Access[] = [{ offset: 4, width: 1, value: 0 }];
  for (let i = 0; i < length; i++) {
    const offset = below(8);
    const load = below(2) === 0 || offset >= 5;
    if (load && offset === 6) continue; // QEMU does not report changes of the modem lines in loopback
    accesses.push(load ? { offset, width: 1 } : { offset, width: 1, value: uartValue(offset, below) });
  }
  return accesses;
}

/** Time stands still in QEMU, so its receiver never times out: the FIFO's trigger (FCR bits 7:6) stays at one byte. */
function uartValue(offset: number, below: (bound: number) => number): number {
  if (offset === 4) return 0x10 | below(16);
  if (offset === 3) return below(8) === 0 ? 0x83 : 0x03;
  if (offset === 2) return below(4) === 0 ? below(64) : 0x01;
  return offset === 1 ? below(8) : below(256);
}

function plicProgram(seed: number, length: number): Access[] {
  const below = random(seed);
  const accesses: Access[] = [];
  for (let i = 0; i < length; i++) {
    const context = below(3); // the third does not exist
    const offset = [
      4 * below(96),
      0x1000 + 4 * below(5),
      0x2000 + 0x80 * context + 4 * below(5),
      0x20_0000 + 0x1000 * context + 4 * below(3),
    ][below(4)];
    // QEMU lets bits of sources that do not exist be stored, and has no source 96.
    const value =
      offset >= 0x2000 && offset < 0x20_0000
        ? ((below(2 ** 31) * 2) & (offset % 0x80 < 12 ? ~0 : 0)) >>> 0
        : below(2 ** 31);
    if (offset === 0) continue;
    accesses.push(below(2) === 0 ? { offset, width: 4 } : { offset, width: 4, value });
  }
  return accesses;
}

withQemu('against QEMU', () => {
  test.each([1, 2, 3, 4])('the serial port in loopback, random program %i', async (seed) => {
    const program = uartProgram(seed, 1500);
    const ours = onOurs(new Uart16550(unconnected, () => undefined), program);
    const loads = program.filter((access) => access.value === undefined);
    const show = (values: number[]): string[] =>
      values.map((value, i) => `${i} @${loads[i].offset}: ${value.toString(16)}`);
    expect(show(ours)).toEqual(show(await onQemu(UART, program)));
  });

  test('the PLIC with all wires low, random program', async () => {
    const program = plicProgram(5, 3000);
    expect(onOurs(new Plic(96, [unconnected, unconnected]), program)).toEqual(await onQemu(PLIC, program));
  });
});
