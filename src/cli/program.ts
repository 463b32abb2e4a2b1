/** The command line as a whole: which commands there are, what holds for all of them, and what each kind of error looks like. */
import fs from 'node:fs';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { UsageError, isNamed, manifestErrors, messageOf } from '#course';
import { addBoard } from './commands/board';
import { addBoot } from './commands/boot';
import { addCheck } from './commands/check';
import { addClassify } from './commands/classify';
import { addCompare } from './commands/compare';
import { addCompletion } from './commands/completion';
import { addDoctor } from './commands/doctor';
import { addExplain } from './commands/explain';
import { addHint } from './commands/hint';
import { addHome } from './commands/home';
import { addList } from './commands/list';
import { addProfile } from './commands/profile';
import { addQuiz } from './commands/quiz';
import { addRead } from './commands/read';
import { addReset } from './commands/reset';
import { addSite } from './commands/site';
import { addSolution } from './commands/solution';
import { addStatus } from './commands/status';
import { addStep } from './commands/step';
import { addStubs } from './commands/stubs';
import { addTest } from './commands/test';
import { addTrace } from './commands/trace';
import { addWatch } from './commands/watch';
import type { Context } from './context';
import { styleFor } from './style';

export const EXIT = { ok: 0, failed: 1, usage: 2, bug: 70, interrupted: 130 } as const;

const COMMANDS = [
  addRead,
  addWatch,
  addTest,
  addHint,
  addSolution,
  addReset,
  addQuiz,
  addTrace,
  addStep,
  addProfile,
  addCompare,
  addClassify,
  addExplain,
  addBoot,
  addBoard,
  addList,
  addStatus,
  addSite,
  addCheck,
  addDoctor,
  addCompletion,
  addStubs,
];

const EXAMPLES = `
Examples:
  hv                     where you are, and one key for what comes next
  hv read 01             the lesson, here in the terminal
  hv watch 01            your verdict, at every save
  hv trace hello         every exit of a guest, and what the hypervisor did
  hv boot hello          a guest under the hypervisor, right now

Lessons are named by number or name: 3, 03, trap-and-emulate, trap.
Exit codes: 0 fine, 1 tests failed, 2 something you gave is wrong, 70 a bug of ours.`;

/** Builds the commander program around a context. */
export function createProgram(context: Context): Command {
  const program = new Command('hv')
    .description('Worldswitch: learn hypervisors by writing one.')
    .version(version(context), '-V, --version', 'which version this is')
    .option('--json', 'print JSON and nothing else')
    .option('--no-color', 'no colours (also: the environment variable NO_COLOR)')
    .helpOption('-h, --help', 'what a command does, with examples')
    .helpCommand('help [command]', 'the same as --help')
    .showSuggestionAfterError()
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.io.out(text),
      writeErr: (text) => context.io.err(text),
      getOutHelpWidth: () => context.io.columns,
      getErrHelpWidth: () => context.io.columns,
      outputError: (text, write) => write(oneSentence(text)),
    });
  program.hook('preAction', () => {
    const flags = program.opts<{ json?: boolean; color: boolean }>();
    context.json = flags.json === true;
    context.colour = context.io.colour && flags.color;
  });
  for (const add of COMMANDS) add(program, context);
  // Last: it lets the program itself take any word, to say which command was meant, and commands inherit what comes before.
  addHome(program, context);
  return program;
}

function version(context: Context): string {
  const file = path.join(context.workspace.root, 'package.json');
  return (JSON.parse(fs.readFileSync(file, 'utf8')) as { version: string }).version;
}

/** `error: unknown command 'wacth'\n(Did you mean watch?)` as one line of ours. */
function oneSentence(text: string): string {
  return `hv: ${text
    .replace(/^error: /, '')
    .trim()
    .replace(/\n\(/, ' (')} \`hv --help\` shows everything.\n`.replace(/([^.?)]) `hv/, '$1. `hv');
}

/** Runs one command line; `args` without node and script. Never throws: every outcome is an exit code and a text. */
export async function run(args: readonly string[], context: Context): Promise<number> {
  try {
    const [broken] = manifestErrors(context.course);
    if (broken !== undefined) throw new UsageError(`lessons/course.ts: ${broken}`);
    await createProgram(context).parseAsync(args, { from: 'user' });
    return context.exitCode;
  } catch (error) {
    return explain(error, context);
  }
}

/** A wrong command or file, a wrong image, or a part that cannot be loaded: nothing of ours is broken. */
const PERSONS_MISTAKES = [
  'UsageError',
  'ImageError',
  'InputError',
  'AssemblyError',
  'PartFailure',
  'NotWritten',
] as const;

/** House rule: a person's mistake is one sentence, ours is a stack and an apology. */
function explain(error: unknown, context: Context): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const style = styleFor(context.colour);
  if (PERSONS_MISTAKES.some((name) => isNamed(error, name))) {
    const sentence = messageOf(error);
    context.io.err(context.json ? `${JSON.stringify({ error: sentence })}\n` : `${style.bad('hv:')} ${sentence}\n`);
    return error instanceof UsageError ? error.exitCode : EXIT.usage;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
  context.io.err(
    `${style.bad('hv: internal error.')} This is a bug of the course, not yours: please report it with these lines.\n${stack}\n`,
  );
  return EXIT.bug;
}
