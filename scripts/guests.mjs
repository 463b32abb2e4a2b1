/**
 * `npm run guests`: builds src/guests/kernel into src/guests/kernel.elf, and its port to our hypervisor (kernel/pv) into
 * kernel-pv.elf: the same bytes each time with the same compiler. `-o FOLDER` writes them elsewhere, to compare.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const CROSS = 'riscv64-unknown-elf-';
const CODE = ['-march=rv64imac_zicsr_zifencei', '-mabi=lp64', '-mcmodel=medany'];
const COMPILE = [
  '-Os',
  '-std=gnu11',
  '-ffreestanding',
  '-fno-common',
  '-fno-stack-protector',
  '-fno-tree-loop-distribute-patterns',
];
const WARN = ['-Wall', '-Wextra', '-Werror', '-Wno-unused-parameter'];
const LINK = [
  '-nostdlib',
  '-nostartfiles',
  '-static',
  '-Wl,--build-id=none',
  '-Wl,--no-warn-rwx-segments',
  '-Wl,-z,max-page-size=4096',
  '-Wl,--gc-sections',
];

const source = fileURLToPath(new URL('../src/guests/kernel/', import.meta.url));
const built = mkdtempSync(path.join(tmpdir(), 'kernel-'));
const target = process.argv[2] === '-o' ? path.resolve(process.argv[3]) : path.join(source, '..');

/** Runs in the source folder, so that the file names that end up in the result do not depend on where that is. */
function run(tool, ...args) {
  const { status, stderr, error } = spawnSync(CROSS + tool, args, { cwd: source, encoding: 'utf8' });
  if (error) throw new Error(`${CROSS}${tool} cannot be run (${error.code}); Debian: gcc-riscv64-unknown-elf`);
  if (status !== 0) throw new Error(`${CROSS}${tool} ${args.join(' ')}\n${stderr}`);
}

const inBuilt = (name) => path.join(built, name);
const sources = (folder, ending) =>
  readdirSync(path.join(source, folder))
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => path.join(folder, name));

function compile(file, ...define) {
  const object = inBuilt(`${file.replaceAll('/', '_')}.o`);
  const assembly = file.endsWith('.s');
  run(
    'gcc',
    ...CODE,
    ...(assembly
      ? [`-Wa,-I${built}${define.map((name) => `,--defsym,${name}=1`).join('')}`]
      : [...COMPILE, ...WARN, '-ffunction-sections', ...define.map((name) => `-D${name}`)]),
    '-c',
    file,
    '-o',
    object,
  );
  return object;
}

function link(script, objects, output) {
  run('gcc', ...CODE, ...LINK, '-T', script, ...objects, '-o', output);
}

const SHARED_BY_PROGRAMS = ['user/start.s', 'user/user.c', 'lib/text.c'];

function buildPrograms() {
  const shared = SHARED_BY_PROGRAMS.map((file) => compile(file));
  const programs = sources('user', '.c').filter((file) => !SHARED_BY_PROGRAMS.includes(file));
  const names = programs.map((file) => path.basename(file, '.c'));
  programs.forEach((file, i) => {
    link('user/user.ld', [...shared, compile(file)], inBuilt(names[i]));
    run('strip', '--strip-all', inBuilt(names[i]));
  });
  writeFileSync(inBuilt('programs.list'), names.map((name) => `    program ${name}\n`).join(''));
}

function buildKernel(name, files, ...define) {
  const objects = [...files, 'lib/text.c'].map((file) => compile(file, ...define));
  link('kernel.ld', objects, inBuilt(name));
  run('objcopy', '--strip-debug', inBuilt(name));
  copyFileSync(inBuilt(name), path.join(target, name));
}

try {
  buildPrograms();
  const kernel = [...sources('.', '.s'), ...sources('.', '.c')];
  buildKernel('kernel.elf', kernel);
  buildKernel('kernel-pv.elf', [...kernel, ...sources('pv', '.c')], 'PARAVIRTUAL');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(built, { recursive: true, force: true });
}
