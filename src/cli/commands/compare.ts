/** `hv compare`: what techniques and devices cost, for the same guest, as a table, a page or JSON. */
import type { Command } from 'commander';
import type { Comparison } from '#course/compare';
import { UsageError } from '#course';
import type { Context } from '../context';
import { loadCompareText, loadEngineOption } from '../lazy';
import { wholeNumber } from '../numbers';
import { PART_HELP, collect, ownParts } from '../own-parts';
import { styleFor } from '../style';

interface CompareFlags {
  readonly guest: string;
  readonly engine: string;
  readonly rounds: string;
  readonly tlb: boolean;
  readonly part: readonly string[];
}

const WHAT = ['cpu'] as const;

export function addCompare(program: Command, context: Context): void {
  program
    .command('compare <what>')
    .description('what each technique costs, for the same guest: cpu')
    .option('--guest <name>', 'the guest that runs', 'user-programs')
    .option('--engine <name>', 'step, interpret, or compile', 'interpret')
    .option('--rounds <number>', 'how often to measure times; 0: only what is counted', '5')
    .option('--no-tlb', 'walks without a TLB for long guests too: takes minutes')
    .option('-p, --part <lesson=whose>', PART_HELP, collect, [])
    .addHelpText('after', '\nExamples:\n  hv compare cpu\n  hv compare cpu --guest kernel --engine compile')
    .action(async (what: string, flags: CompareFlags) => {
      const comparison = await compare(context, what, flags);
      if (context.json) return context.io.out(`${JSON.stringify(comparison)}\n`);
      const lines = loadCompareText().comparisonLines(comparison, context.io.columns, styleFor(context.colour));
      context.io.out(`${lines.join('\n')}\n`);
    });
}

async function compare(context: Context, what: string, flags: CompareFlags): Promise<Comparison> {
  if (!WHAT.some((each) => each === what))
    throw new UsageError(`There is nothing to compare by the name "${what}"; choose ${WHAT.join(', ')}.`);
  const { compareCpu } = await import('#course/compare');
  const { findGuest } = await import('#course/lab');
  const { referenceParts } = await import('#reference');
  const bench = {
    parts: { ...referenceParts, ...(await ownParts(context, flags.part)) },
    engine: loadEngineOption().engineOf(flags.engine),
    now: () => performance.now(),
    rounds: flags.rounds === '0' ? 0 : wholeNumber('--rounds', flags.rounds),
  };
  return compareCpu(bench, { guest: flags.guest, withoutTlb: !flags.tlb || !findGuest(flags.guest).long });
}
