/** `hv boot`: a guest in your terminal, under the hypervisor or on the bare machine. */
import type { Command } from 'commander';
import { UsageError } from '#course';
import type { Context } from '../context';
import { loadBootBare, loadBootVm, loadBootVms, loadGdb } from '../lazy';
import { collect, ownParts, withPartOptions, type PartFlags } from '../own-parts';

interface BootFlags extends PartFlags {
  readonly bare?: boolean;
  readonly bios?: string;
  readonly kernel?: string;
  readonly append?: string;
  readonly memory?: string;
  readonly engine?: string;
  readonly initrd?: string;
  readonly symbols?: string;
  readonly harts?: string;
  readonly isa?: string;
  readonly trace?: string;
  readonly disk?: readonly string[];
  readonly net?: boolean;
  readonly snapshot?: string;
  readonly snapshotAt?: string;
  readonly restore?: string;
  readonly vmm?: string;
  readonly gdb?: string;
}

/** Options that a virtual machine does not have. */
const BARE_ONLY = ['bios', 'symbols', 'trace', 'snapshot', 'snapshotAt', 'restore'] as const;

const EXAMPLES = `
Examples:
  hv boot hello                                  a guest of the course, under the hypervisor
  hv boot hello --mine                           the same under your hypervisor, as far as it passes
  hv boot hello --part 01=exercises              the same under your run loop, whether it passes or not
  hv boot --kernel u-boot.bin                    a kernel of your own in a virtual machine
  hv boot --vmm hardware --kernel Image --initrd initrd.gz --append 'console=ttyS0' --memory 256M --harts 4
  hv boot vms/two-kernels.yaml                   several at once, from a file (vms/README.md)
  hv boot --bare --kernel Image --initrd initrd.gz --append 'console=ttyS0' --memory 512M
  hv boot --bare --kernel Image --symbols System.map --trace traps,traps.txt
  hv boot kernel --gdb 1234                      waits for gdb-multiarch -ex 'target remote :1234'
  hv boot --bare --json --kernel Image </dev/null      what it said and how it ended, as one JSON value

Ctrl-A x leaves the guest, Ctrl-A h shows the other keys.`;

export function addBoot(program: Command, context: Context): void {
  withPartOptions(program.command('boot [guest]'))
    .description('a guest in your terminal')
    .option('--bare', 'no hypervisor: the machine itself')
    .option(
      '--bios <file>',
      'firmware for the bare machine, ELF or raw; none: the kernel runs in M-mode (default: OpenSBI)',
    )
    .option('--kernel <file>', "a kernel: ELF, Linux's Image (packed or not), or raw")
    .option('--initrd <file>', "the kernel's first file system")
    .option('--append <text>', "the kernel's command line")
    .option('--memory <size>', 'RAM, as 64M or 1G')
    .option('--disk <file>', 'a disk; the file stays as it is unless ",write" follows', collect)
    .option('--net', 'a network card: DHCP, ping and echo at 10.0.2.2, no host network')
    .option('--harts <number>', 'processors, 1 to 8')
    .option('--isa <string>', 'what the processors can do, as rv64imac')
    .option('--engine <name>', 'step, interpret or compile (default: compile)')
    .option('--symbols <file>', "a System.map: names for a kernel's functions")
    .option('--snapshot <file>', 'save the whole bare machine: when the run ends, or --snapshot-at')
    .option('--snapshot-at <when>', 'instructions (1000000), time (2.5s, 800ms), or a text on the console')
    .option('--restore <file>', 'go on from a snapshot; give the same hardware')
    .option('--trace <what>', 'traps, functions or instructions of the bare machine; a file may follow: traps,FILE')
    .option('--vmm <technique>', 'how the processor is virtualized (default: trap-and-emulate)')
    .option('--gdb <port>', 'wait for gdb on this port of the loopback interface (docs/gdb.md)')
    .addHelpText('after', EXAMPLES)
    .action(async (guest: string | undefined, flags: BootFlags) => {
      context.exitCode = await boot(context, guest, flags);
    });
}

async function boot(context: Context, guest: string | undefined, flags: BootFlags): Promise<number> {
  const { kernel, gdb } = flags;
  if (gdb !== undefined) return debug(context, guest ?? kernel, { ...flags, gdb });
  if (flags.bare) {
    if (guest !== undefined)
      throw new UsageError(
        `The bare machine boots files: give --bios or --kernel, or leave out --bare for "${guest}".`,
      );
    if (flags.part.length > 0 || flags.mine)
      throw new UsageError('--part and --mine belong to a hypervisor, and with --bare there is none.');
    return context.json ? reportRun(context, flags) : loadBootBare().bootBare(flags);
  }
  if (context.json)
    throw new UsageError('In JSON `hv boot` tells of the bare machine only (--bare). For a guest: `hv trace --json`.');
  const bareOnly = BARE_ONLY.find((name) => flags[name] !== undefined);
  if (bareOnly)
    throw new UsageError(
      bareOnly === 'bios'
        ? '--bios is for the bare machine (--bare); in a virtual machine the hypervisor is the firmware.'
        : `--${bareOnly === 'snapshotAt' ? 'snapshot-at' : bareOnly} is for the bare machine; add --bare.`,
    );
  if (guest !== undefined && /\.ya?ml$/.test(guest)) return bootFile(context, guest, flags);
  if ((guest === undefined) === (kernel === undefined))
    throw new UsageError('Give either a guest of the course, as `hv boot hello`, or --kernel FILE.');
  const parts = await ownParts(context, flags);
  return loadBootVm().bootVm({ ...flags, guest, technique: flags.vmm, parts });
}

/** What a debugged machine does not have: it goes backwards by running again, and these are not run again alike, or not told to gdb. */
const NOT_DEBUGGED = [...BARE_ONLY, 'disk', 'net', 'harts', 'isa', 'engine'] as const;

async function debug(context: Context, what: string | undefined, flags: BootFlags & { gdb: string }): Promise<number> {
  if (what === undefined)
    throw new UsageError('Give a guest of the course, as `hv boot hello --gdb 1234`, or --kernel FILE.');
  const not = NOT_DEBUGGED.find((name) => flags[name] !== undefined);
  if (not) throw new UsageError(`--${not} does not go with --gdb: it debugs one kernel on one hart.`);
  await loadGdb().stepByGdb(context, what, flags);
  return 0;
}

/** What a file of machines says itself. */
const IN_THE_FILE = ['kernel', 'initrd', 'append', 'memory', 'harts', 'disk', 'net'] as const;

async function bootFile(context: Context, file: string, flags: BootFlags): Promise<number> {
  const inTheFile = IN_THE_FILE.find((name) => flags[name] !== undefined);
  if (inTheFile)
    throw new UsageError(`--${inTheFile} is about one machine; write it into ${file}, to the machine that is meant.`);
  const parts = await ownParts(context, flags);
  return loadBootVms().bootVms({ file, engine: flags.engine, technique: flags.vmm, parts });
}

/** `--json`: the run's end as one value; its exit code is the guest's. */
async function reportRun(context: Context, flags: BootFlags): Promise<number> {
  const report = await loadBootBare().reportBare(flags);
  context.io.out(`${JSON.stringify(report)}\n`);
  return report.code;
}
