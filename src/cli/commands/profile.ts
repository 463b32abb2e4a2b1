/** `hv profile`: which functions of a guest run, and what the host's time goes to. */
import type { Command } from 'commander';
import type { Context } from '../context';
import { loadProfiler } from '../lazy';
import { withPartOptions, type PartFlags } from '../own-parts';

export interface ProfileFlags extends PartFlags {
  readonly vmm?: string;
  readonly bare?: boolean;
  readonly initrd?: string;
  readonly append?: string;
  readonly memory?: string;
  readonly symbols?: string;
  readonly every?: string;
  readonly most: string;
  readonly rows: string;
  readonly folded?: string;
  readonly svg?: string;
}

const EXAMPLES = `
Examples:
  hv profile page-mix                          under trap-and-emulate
  hv profile page-mix --vmm hardware           the same guest: the same functions, other exits
  hv profile csr-torture --part 03=exercises   what your part costs
  hv profile page-mix --svg flame.svg          a flame graph, for a browser
  hv profile page-mix --folded -               folded stacks, for other tools
  hv profile Image --symbols System.map --initrd initrd.gz --append 'console=ttyS0' --vmm hardware --every 100003

Samples are taken each so many instructions of the guest, not by the clock: they are the same on every run. The host's
times are not.`;

export function addProfile(program: Command, context: Context): void {
  withPartOptions(program.command('profile <what>'))
    .description("which of a guest's functions run, and what the host's time goes to")
    .option('--vmm <technique>', 'how the processor is virtualized (default: trap-and-emulate)')
    .option('--bare', 'no hypervisor: the machine itself')
    .option('--every <instructions>', 'from one sample to the next (default: 997; in a short run fewer)')
    .option('--most <instructions>', 'stop after so many', '100000000')
    .option('--rows <number>', 'print so many functions', '15')
    .option('--folded <file>', 'write folded stacks: one line a stack, with its samples; - prints them')
    .option('--svg <file>', 'write a flame graph')
    .option('--symbols <file>', "a System.map: names for a kernel's functions")
    .option('--initrd <file>', "a kernel's first file system")
    .option('--append <text>', "a kernel's command line")
    .option('--memory <size>', "a kernel's RAM, as 64M or 1G")
    .addHelpText('after', EXAMPLES)
    .action((what: string, flags: ProfileFlags) => loadProfiler().profileGuest(context, what, flags));
}
