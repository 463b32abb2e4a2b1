/** The real gdb on a guest: what it says of registers, memory and stops, on and back. It reads the guest's symbols and instructions by itself. */
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './terminal';

jest.setTimeout(180_000);

const there = spawnSync('gdb-multiarch', ['--version']).status === 0;
if (!there && process.env.CI) throw new Error('CI needs gdb (Debian: apt install gdb-multiarch)');
const withGdb = there ? test : test.skip;
const why = there ? '' : ' (skipped: gdb-multiarch is not installed)';
const KERNEL = path.join(root, 'src/guests/kernel.elf');

/** Boots a guest and has gdb do `commands`; gives what gdb printed, and what the guest did. */
async function debug(boot: readonly string[], commands: readonly string[]): Promise<{ gdb: string; guest: string }> {
  const hv = spawn(process.execPath, ['bin/hv.cjs', 'boot', ...boot, '--gdb', '0'], { cwd: root });
  let [said, guest] = ['', ''];
  hv.stdout.on('data', (data: Buffer) => (guest += data.toString('latin1')));
  const exited = new Promise((resolve) => hv.once('exit', resolve));
  const port = await new Promise<string>((resolve, reject) => {
    hv.stderr.on('data', (data: Buffer) => {
      said += data.toString();
      const [, found] = /target remote :(\d+)/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    hv.once('exit', () => reject(new Error(said)));
  });
  const script = ['set pagination off', 'set confirm off', `target remote 127.0.0.1:${port}`, ...commands, 'kill'];
  const args = ['-nx', '-batch', ...script.flatMap((command) => ['-ex', command]), KERNEL];
  const gdb = spawn('gdb-multiarch', args, { cwd: root });
  let printed = '';
  gdb.stdout.on('data', (data: Buffer) => (printed += data.toString()));
  await new Promise((resolve) => gdb.once('exit', resolve));
  await exited;
  return { gdb: printed, guest };
}

withGdb.each([
  ['trap-and-emulate', ['kernel']],
  ['hardware', ['kernel', '--vmm', 'hardware']],
  ['bare', ['--bare', '--kernel', KERNEL]],
])(`under %s: break, step, look, go back${why}`, async (_, boot) => {
  const { gdb } = await debug(boot, [
    'printf "start %#lx\\n", $pc',
    'x/i $pc',
    'break trap_entry',
    'continue',
    'printf "trap %d\\n", $pc == (long)&trap_entry',
    'printf "stvec %d\\n", ($stvec & ~3) == (long)&trap_entry',
    'stepi',
    'printf "step %d\\n", $pc != (long)&trap_entry',
    'reverse-stepi',
    'printf "back %d\\n", $pc == (long)&trap_entry',
    'delete',
    'reverse-continue',
    'printf "begin %d\\n", $pc == (long)&text_start',
    'info threads',
  ]);
  expect(gdb).toContain('start 0x80200000');
  expect(gdb).toMatch(/=> 0x80200000 <text_start>:\s+auipc\s+sp,/);
  for (const yes of ['trap 1', 'stvec 1', 'step 1', 'back 1', 'begin 1']) expect(gdb).toContain(yes);
  expect(gdb).toContain('No more reverse-execution history.');
});

withGdb(`a watchpoint stops behind the store that changes the word, and backwards before it${why}`, async () => {
  const { gdb, guest } = await debug(
    ['kernel', '--vmm', 'hardware'],
    [
      'watch *(long*)&kernel_root',
      'continue',
      'printf "set %d\\n", *(long*)&kernel_root != 0',
      'reverse-continue',
      'printf "unset %d\\n", *(long*)&kernel_root == 0',
      'rwatch *(long*)&kernel_root',
      'continue',
      'delete',
      'continue',
    ],
  );
  expect(gdb).toContain('Hardware watchpoint 1: *(long*)&kernel_root');
  expect(gdb).toMatch(/Old value = 0\nNew value = [1-9]/);
  expect(gdb).toContain('set 1');
  expect(gdb).toContain('unset 1');
  // What the guest wrote on its way to the end.
  expect(guest).toContain('hart 0');
});
