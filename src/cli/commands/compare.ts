/** `hv compare`: what techniques and devices cost, for the same guest, as a table, a page or JSON. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Bench, Comparison } from '#course/compare';
import { UsageError } from '#course';
import type { Context } from '../context';
import { fileTrouble } from '../image-file';
import { loadCompareText, loadEngineOption, loadTechniqueOption } from '../lazy';
import { wholeNumber } from '../numbers';
import { ownParts, withPartOptions, type PartFlags } from '../own-parts';
import { styleFor } from '../style';

interface CompareFlags extends PartFlags {
  readonly guest: string;
  readonly engine: string;
  readonly rounds: string;
  readonly tlb: boolean;
  readonly exitCost: string;
  readonly vmm: string;
  readonly html?: string;
}

const WHAT = ['cpu', 'paging', 'io', 'time'];

export function addCompare(program: Command, context: Context): void {
  withPartOptions(program.command('compare <what>'))
    .description('what each technique costs, for the same guest: cpu, paging, io, or time')
    .option('--guest <name>', 'cpu: the guest that runs', 'user-programs')
    .option('--no-tlb', 'cpu: count walks without a TLB for long guests too, which takes minutes')
    .option('--exit-cost <number>', 'paging: what an exit costs, in page-table references', '100')
    .option('--vmm <technique>', 'io, time: whose exits are shown by cause', 'trap-and-emulate')
    .option('--engine <name>', 'step, interpret, or compile', 'interpret')
    .option('--rounds <number>', 'how often to measure times; 0: only what is counted', '5')
    .option('--html <file>', 'also write a page with plots; it needs no other file')
    .addHelpText(
      'after',
      '\nExamples:\n  hv compare cpu\n  hv compare cpu --guest kernel --engine compile\n  hv compare paging --exit-cost 50',
    )
    .action(async (what: string, flags: CompareFlags) => {
      const comparison = await compare(context, what, flags);
      if (flags.html !== undefined) await writePage(context, comparison, flags.html);
      if (context.json) return context.io.out(`${JSON.stringify(comparison)}\n`);
      const lines = loadCompareText().comparisonLines(comparison, context.io.columns, styleFor(context.colour));
      context.io.out(`${lines.join('\n')}\n`);
    });
}

async function compare(context: Context, what: string, flags: CompareFlags): Promise<Comparison> {
  if (!WHAT.includes(what)) {
    throw new UsageError(`There is nothing to compare by the name "${what}"; choose ${WHAT.join(', ')}.`);
  }
  const { compareCpu, compareIo, comparePaging, compareTime } = await import('#course/compare');
  const { findGuest } = await import('#course/lab');
  const bench = await benchOf(context, flags);
  if (what === 'paging') return comparePaging(bench, { exitCost: wholeNumber('--exit-cost', flags.exitCost) });
  if (what === 'io') return compareIo(bench, { technique: loadTechniqueOption().techniqueOf(flags.vmm) });
  if (what === 'time') return compareTime(bench, { technique: loadTechniqueOption().techniqueOf(flags.vmm) });
  return compareCpu(bench, { guest: flags.guest, withoutTlb: !flags.tlb || !findGuest(flags.guest).long });
}

async function writePage({ io }: Context, comparison: Comparison, file: string): Promise<void> {
  const { comparisonPage } = await import('#course/compare');
  fileTrouble(file, () => writeFileSync(file, comparisonPage(comparison)));
  io.err(`The page is ${file}.\n`);
}

async function benchOf(context: Context, flags: CompareFlags): Promise<Bench> {
  const { engine, rounds } = flags;
  const { referenceParts } = await import('#reference');
  return {
    parts: { ...referenceParts, ...(await ownParts(context, flags)) },
    engine: loadEngineOption().engineOf(engine),
    now: () => performance.now(),
    rounds: rounds === '0' ? 0 : wholeNumber('--rounds', rounds),
  };
}
