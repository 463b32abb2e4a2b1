/** `hv completion bash`: what a shell needs to complete commands, lessons and options. */
import type { Command } from 'commander';
import { UsageError } from '#course';
import type { Context } from '../context';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** What can stand where; the three scripts are written from it. */
interface Words {
  readonly commands: readonly {
    readonly name: string;
    readonly about: string;
    readonly options: readonly string[];
    readonly takesLesson: boolean;
  }[];
  readonly lessons: readonly string[];
}

export function addCompletion(program: Command, context: Context): void {
  program
    .command('completion <shell>')
    .description('completion for bash, zsh or fish')
    .addHelpText(
      'after',
      '\nExamples:\n  hv completion bash >> ~/.bashrc\n  hv completion zsh > ~/.zfunc/_hv\n  hv completion fish > ~/.config/fish/completions/hv.fish',
    )
    .action((shell: string) => {
      if (!SHELLS.includes(shell as Shell))
        throw new UsageError(`There is no completion for "${shell}", only for ${SHELLS.join(', ')}.`);
      context.io.out(SCRIPTS[shell as Shell](wordsOf(program, context)));
    });
}

function wordsOf(program: Command, context: Context): Words {
  const commands = program
    .createHelp()
    .visibleCommands(program)
    .filter((command) => command.name() !== 'help');
  return {
    commands: commands.map((command) => ({
      name: command.name(),
      about: command.description(),
      options: command.options.flatMap((option) => option.long ?? []),
      takesLesson: command.registeredArguments.some((argument) => argument.name() === 'lesson'),
    })),
    lessons: context.course.lessons.map((lesson) => lesson.slug),
  };
}

const SCRIPTS: Record<Shell, (words: Words) => string> = { bash: bashScript, zsh: zshScript, fish: fishScript };

function bashScript({ commands, lessons }: Words): string {
  const options = commands.map(
    ({ name, options, takesLesson }) =>
      `    ${name}) words="${[...options, '--help', ...(takesLesson ? lessons : [])].join(' ')}" ;;`,
  );
  return `# Completion of hv for bash.
_hv() {
  local words="${[...commands.map(({ name }) => name), '--help', '--json', '--no-color'].join(' ')}"
  [ "$COMP_CWORD" -gt 1 ] && case "\${COMP_WORDS[1]}" in
${options.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _hv hv
`;
}

function zshScript({ commands, lessons }: Words): string {
  const names = commands.map(
    ({ name, about }) => `    '${name}:${about.replaceAll("'", "'\\''").replaceAll(':', '\\:')}'`,
  );
  const options = commands.map(
    ({ name, options, takesLesson }) =>
      `      ${name}) compadd -- ${[...options, '--help', ...(takesLesson ? lessons : [])].join(' ')} ;;`,
  );
  return `#compdef hv
# Completion of hv for zsh.
_hv() {
  local -a commands
  commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
  else
    case "$words[2]" in
${options.join('\n')}
    esac
  fi
}
_hv "$@"
`;
}

function fishScript({ commands, lessons }: Words): string {
  const lines = commands.flatMap(({ name, about, options, takesLesson }) => [
    `complete -c hv -n __fish_use_subcommand -f -a ${name} -d "${about.replaceAll('"', '\\"')}"`,
    ...options.map(
      (option) => `complete -c hv -n "__fish_seen_subcommand_from ${name}" -l ${option.replace(/^--/, '')}`,
    ),
    ...(takesLesson ? [`complete -c hv -n "__fish_seen_subcommand_from ${name}" -f -a "${lessons.join(' ')}"`] : []),
  ]);
  return `# Completion of hv for fish.\n${lines.join('\n')}\n`;
}
