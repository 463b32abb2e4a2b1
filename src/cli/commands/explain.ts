/** `hv explain hgatp=0x8000…`: what a register, an instruction, a trap or a kind of exit is, with the manual's section. */
import type { Command } from 'commander';
import type { Context } from '../context';
import { loadExplainText } from '../lazy';
import { styleFor } from '../style';

export function addExplain(program: Command, context: Context): void {
  program
    .command('explain <subject...>')
    .description('what a register, an instruction, a trap or a kind of exit is')
    .addHelpText(
      'after',
      '\nExamples:\n  hv explain sstatus\n  hv explain scause=0x15\n  hv explain 0x0e052573\n' +
        '  hv explain csrrs a0, sstatus, x0\n  hv explain load guest-page fault\n  hv explain shadow-miss',
    )
    .action((words: string[]) => explainSubject(context, words.join(' ')));
}

async function explainSubject({ io, json, colour }: Context, subject: string): Promise<void> {
  const { explain } = await import('#course/explain');
  const explanation = explain(subject);
  const { explanationLines, explanationJson } = loadExplainText();
  if (json) return io.out(`${JSON.stringify(explanationJson(explanation))}\n`);
  io.out(`${explanationLines(explanation, io.columns, styleFor(colour)).join('\n')}\n`);
}
