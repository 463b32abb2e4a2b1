/** `hv classify`: which instructions of a machine are sensitive, found by experiment, and whether it can be virtualized. */
import type { Command } from 'commander';
import type { MachineTable } from '#popek-goldberg';
import { UsageError, didYouMean } from '#course';
import type { Context } from '../context';
import { loadClassifyText } from '../lazy';
import { ownParts, withPartOptions, type PartFlags } from '../own-parts';
import { styleFor } from '../style';

interface ClassifyFlags extends PartFlags {
  readonly all?: boolean;
}

export function addClassify(program: Command, context: Context): void {
  withPartOptions(program.command('classify [machine]'))
    .description('which machines can be virtualized: instructions, classed by experiment')
    .option('--all', 'witnesses of all sensitive instructions, not only of those that are not privileged')
    .addHelpText('after', '\nExamples:\n  hv classify\n  hv classify x86\n  hv classify rv64-leaky --part 02=exercises')
    .action((name: string | undefined, flags: ClassifyFlags) => classify(context, name, flags));
}

async function classify(context: Context, name: string | undefined, flags: ClassifyFlags): Promise<void> {
  const { MACHINES, tableOf } = await import('#popek-goldberg');
  const { referenceParts } = await import('#reference');
  const { guardParts } = await import('#vmm');
  const { classifier } = guardParts({ ...referenceParts, ...(await ownParts(context, flags)) });
  const { io, json, colour } = context;
  const { classifyLines, machinesLines } = loadClassifyText();
  const style = styleFor(colour);
  if (name === undefined) {
    const tables = MACHINES.map((machine) => tableOf(machine, classifier));
    if (json) return io.out(`${JSON.stringify(tables.map(summaryJson))}\n`);
    return io.out(`${machinesLines(tables, io.columns, style).join('\n')}\n`);
  }
  const machine = MACHINES.find((one) => one.name === name);
  if (!machine) {
    const names = MACHINES.map((one) => one.name);
    throw new UsageError(
      `There is no machine "${name}".${didYouMean(name, names)} \`hv classify\` shows all: ${names.join(', ')}.`,
    );
  }
  const table = tableOf(machine, classifier);
  if (json) return io.out(`${JSON.stringify(tableJson(table))}\n`);
  io.out(`${classifyLines(table, flags.all === true, io.columns, style).join('\n')}\n`);
}

const summaryJson = ({ machine, rows, theorem1, theorem2, theorem3 }: MachineTable) => ({
  machine: machine.name,
  title: machine.title,
  instructions: rows.length,
  theorems: [theorem1, theorem2, theorem3],
});

/** All that the text shows, and the witnesses as whole states. */
const tableJson = (table: MachineTable) => {
  const { modes, resources, source, notes } = table.machine;
  const rows = table.rows.map(({ name, instruction, classes, experiments }) => ({
    name,
    does: instruction.does,
    experiments,
    witnesses: classes,
  }));
  return { ...summaryJson(table), modes, resources, source, notes, instructions: rows };
};
