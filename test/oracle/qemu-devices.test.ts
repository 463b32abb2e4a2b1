/** Our serial port, PLIC and real-time clock against QEMU's: random register programs, every value read compared. Needs qemu-system-riscv64. */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Plic } from '../../src/machine/irq/plic';
import { unconnected } from '../../src/machine/irq/line';
import { GoldfishRtc } from '../../src/machine/devices/rtc';
import { Uart16550 } from '../../src/machine/devices/uart16550';
import { Bus } from '../../src/machine/bus/bus';
import type { Width } from '#machine';

const QEMU = 'qemu-system-riscv64';
const UART = 0x1000_0000;
const PLIC = 0x0c00_0000;
const RTC = 0x10_1000;

interface Access {
  readonly offset: number;
  readonly width: Width;
  /** Absent: a load. */ readonly value?: number;
}

const present = spawnSync(QEMU, ['--version']).status === 0;
if (!present && process.env.CI) throw new Error(`${QEMU} is missing: .ci installs qemu-system-misc`);
if (!present) console.log(`skipped: ${QEMU} is not installed (Debian: qemu-system-misc)`);
const withQemu = present ? describe : describe.skip;

/** What answers: a device, or a bus that tells whether it did. */
interface Registers {
  load(offset: number, width: Width): bigint;
  store(offset: number, width: Width, value: bigint): unknown;
}

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
    '-M virt -S -rtc base=2026-01-01T00:00:00,clock=vm -display none -serial null -monitor none -qtest stdio'.split(
      ' ',
    ),
    { stdio: ['pipe', 'pipe', 'ignore'] },
  );
  qemu.stdin.write(`${commands.join('\n')}\n`);
  const answers: string[] = [];
  for await (const line of createInterface(qemu.stdout)) {
    if (line.startsWith('OK')) answers.push(line);
    if (answers.length === commands.length) qemu.kill();
  }
  return answers.filter((_, i) => commands[i].startsWith('read')).map((line) => Number(line.split(' ')[1]));
}

function onOurs(device: Registers, accesses: readonly Access[]): number[] {
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

/**
 * Addresses, not offsets: the clock's registers, and those of the PLIC that show its wire. The clock stands at 2026-01-01T00:00Z,
 * whose high half is 0x1886702c until software sets it, and alarms are set on both sides of that. The wire is raised, claimed and
 * lowered again each time: what a PLIC makes of a wire that falls unclaimed differs between QEMU and the specification.
 */
function rtcProgram(seed: number, length: number): Access[] {
  const below = random(seed);
  const [enable, claim] = [RTC + 0x10, PLIC + 0x20_0004];
  const store = (offset: number, value: number): Access => ({ offset, width: 4, value });
  const load = (offset: number): Access => ({ offset, width: 4 });
  const accesses = [store(PLIC + 4 * 11, 1), store(PLIC + 0x2000, 1 << 11)];
  for (let i = 0; i < length; i++) {
    const register = 4 * below(9);
    const isHighHalf = register === 4 || register === 0xc;
    const value = isHighHalf ? 0x1886_702a + below(5) : below(2 ** 32);
    const isLoad = register === 0x10 || below(2) === 0;
    accesses.push(isLoad ? load(RTC + register) : store(RTC + register, value));
    accesses.push(store(enable, below(4)), load(PLIC + 0x1000), load(claim), store(enable, 0), store(claim, 11));
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

  test.each([1, 2, 3])('the real-time clock while time stands still, random program %i', async (seed) => {
    const program = rtcProgram(seed, 1500);
    const plic = new Plic(96, [unconnected, unconnected]);
    const bus = new Bus();
    bus.claim(PLIC, plic);
    bus.claim(RTC, new GoldfishRtc({ now: () => 0 }, plic.source(11), BigInt(Date.UTC(2026, 0, 1)) * 1_000_000n));
    const ours = onOurs({ load: (at, width) => bus.load(at, width)!, store: bus.store.bind(bus) }, program);
    const loads = program.filter((access) => access.value === undefined);
    const show = (values: number[]): string[] =>
      values.map((value, i) => `${i} @${loads[i].offset.toString(16)}: ${value.toString(16)}`);
    const theirs = await onQemu(0, program);
    expect(show(ours)).toEqual(show(theirs));
    const claims = theirs.filter((_, i) => loads[i].offset === PLIC + 0x20_0004);
    expect(new Set(claims)).toEqual(new Set([0, 11]));
  });
});
