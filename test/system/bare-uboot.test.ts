/** Debian's OpenSBI and U-Boot on the bare machine, typed at through a pseudo-terminal. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMachine, loadImage, type Engine, type MachineStop } from '#machine';
import { hasTmux, Terminal } from './tmux';

const ROOT = join(__dirname, '../..');
const OPENSBI = '/usr/lib/riscv64-linux-gnu/opensbi/generic';
const U_BOOT = '/usr/lib/u-boot/qemu-riscv64_smode';

const missing = [
  ...[`${OPENSBI}/fw_jump.bin`, `${U_BOOT}/u-boot.bin`].filter((file) => !existsSync(file)),
  ...(hasTmux ? [] : ['tmux']),
];
if (missing.length > 0 && process.env.CI) throw new Error(`missing: ${missing.join(', ')}; .ci/run installs them`);
if (missing.length > 0)
  console.warn(
    `bare-uboot.test.ts is skipped, because these are missing: ${missing.join(', ')} (Debian: opensbi u-boot-qemu tmux)`,
  );
const real = missing.length > 0 ? describe.skip : describe;

const hv = (bios: string, kernel: string, ...more: string[]): string =>
  [
    'node',
    'bin/hv.cjs',
    'boot',
    '--bare',
    '--bios',
    `${OPENSBI}/${bios}`,
    '--kernel',
    `${U_BOOT}/${kernel}`,
    ...more,
  ].join(' ');

jest.setTimeout(120_000);

/** Boots on an engine and types each line when what it answers has appeared. */
function session(engine: Engine): { printed: string; instructions: number; stop: MachineStop } {
  let printed = '';
  const machine = createMachine({ engine, console: (byte) => void (printed += String.fromCharCode(byte)) });
  const image = (file: string, rawAddress: number) =>
    loadImage(readFileSync(file), file, { rawAddress, ram: machine.ram });
  machine.load({
    firmware: image(`${OPENSBI}/fw_jump.bin`, 0x8000_0000),
    kernel: image(`${U_BOOT}/u-boot.bin`, 0x8020_0000),
  });
  const typing = [
    [/stop autoboot/, ' '],
    [/=> $/, 'version\r'],
    [/GNU ld[^\n]*\n=> $/, 'poweroff\r'],
  ] as [RegExp, string][];
  for (;;) {
    const stop = machine.run(20_000);
    if (stop.why !== 'budget') return { printed, instructions: machine.harts[0].begun, stop };
    if (typing.length > 0 && typing[0][0].test(printed)) machine.input(Buffer.from(typing.shift()![1]));
  }
}

real('OpenSBI and U-Boot on the bare machine', () => {
  test('a person reaches the prompt, and `version` and `poweroff` typed there work', async () => {
    const terminal = new Terminal(hv('fw_jump.bin', 'u-boot.bin', '--memory', '256M'), ROOT);
    try {
      const banner = await terminal.shows(/Hit any key to stop autoboot/);
      expect(banner).toContain('OpenSBI v');
      expect(banner).toContain('Domain0 Next Address      : 0x0000000080200000');
      expect(banner).toContain('DRAM:  256 MiB');
      terminal.type('Enter');
      await terminal.shows(/^=> *$/m);
      terminal.type('version', 'Enter');
      await terminal.shows(/=> version\s+U-Boot 20[\s\S]*GNU ld/);
      terminal.type('C-c');
      await terminal.shows(/<INTERRUPT>/);
      terminal.type('poweroff', 'Enter');
      const end = await terminal.shows(/\[end \d+\][\s\S]*echo/);
      expect(end).toContain('poweroff ...');
      expect(end).toContain('[end 0]');
      expect(end).toMatch(/^isig icanon/m); // the terminal edits lines and knows Ctrl-C again
    } finally {
      terminal.close();
    }
  });

  test('ELF files and a pipe do as well, and `reset` starts over', () => {
    const run = spawnSync('sh', ['-c', `printf 'reset\\npoweroff\\n' | ${hv('fw_dynamic.elf', 'uboot.elf')}`], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout.match(/OpenSBI v/g)).toHaveLength(2);
    expect(run.stdout).toContain('poweroff ...');
  });

  test('Ctrl-A x leaves at any time', async () => {
    const terminal = new Terminal(hv('fw_jump.elf', 'uboot.elf'), ROOT);
    try {
      await terminal.shows(/OpenSBI v/);
      terminal.type('C-a', 'x');
      expect(await terminal.shows(/\[end \d+\][\s\S]*echo/)).toMatch(/\[end 0\][\s\S]*^isig icanon/m);
    } finally {
      terminal.close();
    }
  });

  test('all engines reach the prompt, obey it, and print the same after the same number of instructions', () => {
    const [stepped, interpreted, compiled] = (['step', 'interpret', 'compile'] as const).map(session);
    expect(interpreted.printed).toMatch(/=> version\s+U-Boot 20[\s\S]*=> poweroff\s+poweroff \.\.\.\s*$/);
    expect(stepped).toEqual(interpreted);
    expect(compiled).toEqual(interpreted);
  });
});
