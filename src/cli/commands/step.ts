/** `hv step`: a guest to walk through, forwards and backwards. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { UsageError } from '#course';
import type { Verdict } from '#course/grading';
import type { Context } from '../context';
import { loadStepper } from '../lazy';
import { withPartOptions, type PartFlags } from '../own-parts';

export interface StepFlags extends PartFlags {
  readonly vmm?: string;
  readonly technique?: string;
  readonly bare?: boolean;
  readonly guest?: string;
  readonly initrd?: string;
  readonly append?: string;
  readonly memory?: string;
  readonly script?: string;
  readonly difference?: boolean;
}

const EXAMPLES = `
Examples:
  hv step hello                         a guest of the course, under the hypervisor
  hv step 04                            the lesson's first guest, under your part
  hv step 04 --guest page-torture       another guest; f leads to where it leaves bare metal
  hv step user-programs --vmm hardware
  hv step vmlinux --initrd initrd.gz    a kernel of your own
  hv step hello --script 'nnns'         what the screen shows after these keys, without a terminal
  hv step hello --json --script 'g100<enter>'     the same as data

h shows the keys. b goes back: a run repeats exactly, so what was can be seen again.`;

export function addStep(program: Command, context: Context): void {
  withPartOptions(program.command('step <what>'))
    .description('a guest to walk through, forwards and backwards')
    .option('--vmm <technique>', "how the processor is virtualized (default: the lesson's, or trap-and-emulate)")
    .addOption(new Option('--technique <technique>').hideHelp())
    .option('--bare', 'no hypervisor: the machine itself')
    .option('--guest <name>', 'with a lesson: another guest than its first one')
    .option('--initrd <file>', "a kernel's first file system")
    .option('--append <text>', "a kernel's command line")
    .option('--memory <size>', "a kernel's RAM, as 64M or 1G")
    .option(
      '--script <keys>',
      'press these keys and print what the screen shows then; <enter>, <down> for keys without a letter',
    )
    .option('--difference', 'begin where the guest leaves bare metal, as the key f')
    .addHelpText('after', EXAMPLES)
    .action((what: string, flags: StepFlags) => step(context, what, flags));
}

async function step(context: Context, what: string, flags: StepFlags): Promise<void> {
  if (!context.io.interactive && flags.script === undefined && !context.json)
    throw new UsageError(
      '`hv step` fills a screen and needs a terminal; without one, give --script KEYS, --json, or both.',
    );
  await loadStepper().step(context, what, flags);
}

/** The guest of the first failing test that left bare metal, if its name says which: a kernel that a test wrote itself has none. */
export function divergedGuest(verdict: Verdict | undefined): string | undefined {
  const lines = verdict?.groups.flatMap(({ tests }) => tests).flatMap((test) => test.lines) ?? [];
  const names = lines.flatMap((line) => /^guest (\S+) left bare metal after/.exec(line)?.[1] ?? []);
  return names.find((name) => name !== 'kernel');
}

/** On this terminal, until the person leaves: a lesson's guest where it leaves bare metal. */
export function stepInChild({ workspace, colour }: Context, lesson: string, guest: string): void {
  const hv = path.join(workspace.root, 'bin', 'hv.cjs');
  const flags = ['--guest', guest, '--difference', ...(colour ? [] : ['--no-color'])];
  spawnSync(process.execPath, [hv, 'step', lesson, ...flags], { stdio: 'inherit' });
}
