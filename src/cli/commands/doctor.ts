/** `hv doctor`: is everything here that the course needs, and what is missing for which purpose. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { messageOf } from '#course';
import type { Context } from '../context';
import { styleFor, wrap } from '../style';
import { systemFiles } from '../systems';

interface Finding {
  readonly what: string;
  /** `missing` costs something optional, `bad` stops the course from working. */
  readonly state: 'good' | 'missing' | 'bad';
  readonly detail: string;
}

export function addDoctor(program: Command, context: Context): void {
  program
    .command('doctor')
    .description('is everything here that the course needs?')
    .addHelpText(
      'after',
      '\nExamples:\n  hv doctor\n  hv doctor --systems\n  hv doctor --json\n\nExits with 1 if something necessary is missing. Fetches nothing.',
    )
    .option('--systems', 'the files of real systems: which are here, and how to get the others')
    .action((flags: { systems?: boolean }) => {
      const findings = flags.systems ? systems(context) : everything(context);
      if (findings.some((finding) => finding.state === 'bad')) context.exitCode = 1;
      context.io.out(
        context.json
          ? `${JSON.stringify(findings)}\n`
          : `${findings.flatMap((finding) => lines(context, finding)).join('\n')}\n`,
      );
    });
}

function everything(context: Context): Finding[] {
  return [
    nodeVersion(),
    typeChecker(context),
    stateFolder(context),
    progressFile(context),
    terminal(context),
    ...programs(),
  ];
}

function systems({ workspace }: Context): Finding[] {
  return systemFiles(workspace.root).map(({ name, use, path: file, there, get }) => ({
    what: name,
    state: there ? 'good' : 'missing',
    detail: there ? `${use}: ${file}.` : `${use}: not here (${file}); ${get}.`,
  }));
}

function lines(context: Context, { what, state, detail }: Finding): string[] {
  const style = styleFor(context.colour);
  const mark = { good: style.good('✓'), missing: style.dim('-'), bad: style.bad('✗') }[state];
  const [first, ...rest] = wrap(`${what}: ${detail}`, context.io.columns, 4);
  return [`  ${mark} ${first.trimStart()}`, ...rest];
}

const OLDEST_NODE = [20, 19];

function nodeVersion(): Finding {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const old = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  return {
    what: 'Node',
    state: old ? 'bad' : 'good',
    detail: old ? `${process.version} is too old; the course needs 20.19 or later.` : process.version,
  };
}

function typeChecker(context: Context): Finding {
  const tsc = path.join(context.workspace.root, 'node_modules', '@typescript', 'native', 'bin', 'tsc');
  const run = spawnSync(process.execPath, [tsc, '--version'], { encoding: 'utf8', timeout: 10_000 });
  const version = run.stdout?.trim();
  if (run.status === 0 && version) return { what: 'Type checker', state: 'good', detail: version };
  return {
    what: 'Type checker',
    state: 'missing',
    detail: 'it does not run here; verdicts come without type errors. `npm ci` may mend it.',
  };
}

function stateFolder(context: Context): Finding {
  const folder = context.workspace.state;
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.accessSync(folder, fs.constants.W_OK);
    return { what: 'Your folder', state: 'good', detail: `${folder} can be written to.` };
  } catch (error) {
    return {
      what: 'Your folder',
      state: 'bad',
      detail: `${folder} cannot be written to (${messageOf(error)}); set HV_HOME to a folder that can.`,
    };
  }
}

function progressFile(context: Context): Finding {
  try {
    const count = Object.keys(context.progress.read().lessons).length;
    return {
      what: 'Your progress',
      state: 'good',
      detail: count === 0 ? 'nothing yet.' : `${count} ${count === 1 ? 'lesson' : 'lessons'} begun.`,
    };
  } catch (error) {
    return { what: 'Your progress', state: 'bad', detail: messageOf(error) };
  }
}

function terminal({ io }: Context): Finding {
  const keys = io.interactive ? 'keys work' : 'no keys (not a terminal, or CI is set)';
  return {
    what: 'Terminal',
    state: io.interactive ? 'good' : 'missing',
    detail: `${io.columns} columns, ${io.rows} rows, ${keys}.`,
  };
}

/** Only tests need these; the course runs without. */
const PROGRAMS: readonly (readonly [string, string])[] = [
  ['qemu-system-riscv64', 'compares guests with QEMU'],
  ['riscv64-unknown-elf-as', 'compares the assembler with binutils'],
  ['tmux', 'tests the terminal'],
  ['chromium', 'tests the pages'],
  ['firefox-esr', 'tests the machine in a second browser'],
];

function programs(): Finding[] {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return PROGRAMS.map(([name, use]) => {
    const there = folders.some((folder) => fs.existsSync(path.join(folder, name)));
    return {
      what: name,
      state: there ? 'good' : 'missing',
      detail: there ? 'here.' : `not here; it only ${use} in \`npm test\`.`,
    };
  });
}
