/** `hv step`: a guest to walk through, forwards and backwards. */
import { Option, type Command } from 'commander';
import { UsageError } from '#course';
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
