/** What each guest must print is what QEMU's RISC-V board with OpenSBI prints: an opinion that is not ours. */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { guests, type Guest } from '#guests';
import { readGuest } from '../../src/course/lab/guest-source';

const QEMU = 'qemu-system-riscv64';
/** RV64IMAC with M, S and U: what our machine has. Without Sstc the timer is the firmware's. */
const BOARD = ['-M', 'virt', '-cpu', 'rv64,h=false,v=false,f=false,d=false,sstc=false', '-m', '128M'];
// Time by instructions (2^6 ns each): on a busy machine QEMU's own clock would interrupt programs more often.
const BY_INSTRUCTIONS = ['-icount', 'shift=6,sleep=off'];
const WITHOUT_WINDOWS = ['-display', 'none', '-monitor', 'none'];
/** The last line of OpenSBI's banner. */
const BANNER_END = /Boot HART MEDELEG.*\r?\n/;
/** A guest that never ends has printed all it will so long after the banner. */
const HUNG_AFTER_MS = 2_000;
/** How often the console of such a guest is looked at. */
const LOOK_EVERY_MS = 100;
/** However busy the machine is. */
const LONGEST_MS = 60_000;
jest.setTimeout(2 * LONGEST_MS);

const installed = spawnSync(QEMU, ['--version']).status === 0;
if (!installed && process.env.CI) test('QEMU is installed', () => expect(`${QEMU} is missing`).toBe(''));

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'guests-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe(installed ? 'QEMU agrees' : `skipped: ${QEMU} is not installed`, () => {
  const comparable = guests.filter((guest) => guest.qemuDiffers === undefined);
  (installed ? test : test.skip).each(comparable.map((guest) => [guest.name, guest] as const))(
    '%s',
    async (_, guest) => {
      const { console, ended } = await runInQemu(guest);
      expect(console).toBe(guest.console);
      expect(ended).toBe(guest.stop !== 'hung');
    },
  );
});

/** Runs a guest until it switches the board off, or for a while if it never does. */
async function runInQemu(guest: Guest): Promise<{ console: string; ended: boolean }> {
  const image = path.join(folder, `${guest.name}.bin`);
  fs.writeFileSync(image, readGuest(guest.name).bytes);
  // A pipe may be full when the machine is busy, and QEMU's UART then loses bytes: the last newline of a guest that ends.
  const serial = path.join(folder, `${guest.name}.txt`);
  const options = [...WITHOUT_WINDOWS, '-serial', `file:${serial}`, '-bios', 'default', '-kernel', image];
  const qemu = spawn(QEMU, [...BOARD, ...BY_INSTRUCTIONS, ...options], { stdio: 'ignore' });
  const printed = (): string => fs.readFileSync(serial, 'latin1');
  const timers = [setTimeout(() => qemu.kill('SIGKILL'), LONGEST_MS)];
  if (guest.stop === 'hung') timers.push(setInterval(stopAfterBanner, LOOK_EVERY_MS));
  function stopAfterBanner(): void {
    if (!fs.existsSync(serial) || !BANNER_END.test(printed())) return;
    clearInterval(timers[1]);
    timers.push(setTimeout(() => qemu.kill('SIGKILL'), HUNG_AFTER_MS));
  }
  const ended = await new Promise<boolean>((resolve) => qemu.on('close', (code) => resolve(code === 0)));
  timers.forEach(clearTimeout);
  return { console: printed().split(BANNER_END)[1]?.replaceAll('\r', '') ?? `no banner: ${printed()}`, ended };
}
