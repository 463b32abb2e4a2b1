// Makes the README's pictures from real runs: npm run pictures (needs tmux, and Debian's u-boot-qemu for the second).
const { execFileSync } = require('node:child_process');
const { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const root = join(__dirname, '..');
const hv = `${process.execPath} ${join(root, 'bin/hv.cjs')}`;
const uboot = '/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin';
const picture = (out, columns, rows, title, command, ...keys) =>
  execFileSync(
    process.execPath,
    [join(__dirname, 'terminal-picture.cjs'), join(root, 'docs/pictures', out), columns, rows, title, command, ...keys],
    { stdio: 'inherit' },
  );

/** A student's folder in which lesson 03 has been solved almost: sret leaves SPP as it was. */
const home = mkdtempSync(join(tmpdir(), 'worldswitch-'));
try {
  const lesson = '03-trap-and-emulate';
  mkdirSync(join(home, 'exercises', lesson), { recursive: true });
  const spoiled = readFileSync(join(root, 'test/mutants', lesson, 'sret-keeps-spp.ts'), 'utf8');
  writeFileSync(
    join(home, 'exercises', lesson, 'virtual-supervisor.ts'),
    spoiled.replaceAll('../../../solutions', join(root, 'solutions')),
  );
  picture('watch.svg', '112', '34', 'npx hv watch 03', `HV_HOME=${home} ${hv} watch 03`);
  if (existsSync(uboot))
    picture(
      'uboot.svg',
      '90',
      '30',
      `npx hv boot --kernel u-boot.bin`,
      `${hv} boot --kernel ${uboot}`,
      'Enter',
      'version Enter',
    );
} finally {
  rmSync(home, { recursive: true });
}
