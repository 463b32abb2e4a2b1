/** `hv board FILE`: the board of each machine of a file, put together and not switched on. */
import type { Command } from 'commander';
import type { Context } from '../context';
import { loadBoard } from '../lazy';
import { ownParts, withPartOptions, type PartFlags } from '../own-parts';
import { styleFor } from '../style';

interface BoardFlags extends PartFlags {
  readonly vmm?: string;
}

export function addBoard(program: Command, context: Context): void {
  withPartOptions(program.command('board <file>'))
    .description('what answers at which address in virtual machines of a file, and where in the host their RAM lies')
    .option('--vmm <technique>', 'how the processors are virtualized: some need aligned RAM (default: the file says)')
    .addHelpText(
      'after',
      '\nExamples:\n  hv board vms/two-kernels.yaml\n  hv board vms/scattered.yaml --part 06=exercises',
    )
    .action((file: string, flags: BoardFlags) => showBoard(context, file, flags));
}

async function showBoard(context: Context, file: string, flags: BoardFlags): Promise<void> {
  const { boardsOf, boardLines } = loadBoard();
  const boards = boardsOf(file, flags.vmm, await ownParts(context, flags));
  if (context.json) return context.io.out(`${JSON.stringify(boards)}\n`);
  context.io.out(`${boardLines(boards, styleFor(context.colour)).join('\n')}\n`);
}
