/** `hv` without arguments: where you are, and one key for whatever comes next. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Command } from 'commander';
import type { Lesson } from '#course';
import { UsageError, didYouMean } from '#course';
import type { Context } from '../context';
import type { Keyboard } from '../keys';
import { openKeyboard } from '../keys';
import { lessonLines, readStatus, summary } from '../status-view';
import { flow, padEnd, styleFor, widthOf } from '../style';
import { showStatus } from './status';

const TITLE = 'Worldswitch: learn hypervisors by writing one.';
/** What `b` boots: the smallest guest that has something to say. */
const FIRST_GUEST = 'hello';

export function addHome(program: Command, context: Context): void {
  program.allowExcessArguments().action(async () => {
    const [unknown] = program.args;
    if (unknown !== undefined) {
      const guess = didYouMean(
        unknown,
        program.commands.map((command) => command.name()),
      );
      throw new UsageError(`There is no command "${unknown}".${guess} \`hv --help\` shows all of them.`);
    }
    if (!context.io.interactive || context.json) showStatus(context);
    else await new Home(context, program).run();
  });
}

/** Keys, what stands beside them, and the command line that they stand for. */
interface Choice {
  readonly key: string;
  readonly text: string;
  readonly args?: (lesson: Lesson) => readonly string[];
}

const CHOICES: readonly Choice[] = [
  { key: 'r', text: 'read the lesson', args: (lesson) => ['read', String(lesson.number)] },
  { key: 'w', text: 'watch', args: (lesson) => ['watch', String(lesson.number)] },
  { key: 'b', text: 'boot a guest', args: () => ['boot', FIRST_GUEST] },
  { key: 'q', text: 'quiz', args: (lesson) => ['quiz', String(lesson.number)] },
  { key: 'l', text: 'list', args: () => ['list'] },
  { key: '?', text: 'all commands', args: () => ['--help'] },
  { key: 'x', text: 'leave' },
];

class Home {
  private readonly context: Context;
  private readonly program: Command;
  private chosen: Lesson;

  constructor(context: Context, program: Command) {
    this.context = context;
    this.program = program;
    this.chosen = readStatus(context).next ?? context.course.lessons[0];
  }

  async run(): Promise<void> {
    const keyboard = openKeyboard();
    try {
      this.draw();
      while (await this.act(await keyboard.next(), keyboard));
    } finally {
      keyboard.pause();
    }
  }

  private draw(): void {
    const { context } = this;
    const style = styleFor(context.colour);
    const columns = Math.min(context.io.columns, 100);
    const status = readStatus(context);
    const right = summary(context, status);
    const wide = widthOf(TITLE) + 2 + widthOf(right) <= columns;
    const head = wide
      ? style.strong(padEnd(TITLE, columns - widthOf(right))) + style.dim(right)
      : `${style.strong(TITLE)}\n${style.dim(right)}`;
    const keys = CHOICES.map(({ key, text }) => `${style.key(key)} ${text}`);
    const lines = [
      head,
      '',
      ...this.visible(lessonLines(context, status, this.chosen)),
      '',
      ...flow(keys, context.io.columns),
    ];
    context.io.out(`\x1b[H\x1b[2J\x1b[3J${lines.join('\n')}\n`);
  }

  /** On a low terminal only the rows around the chosen one. */
  private visible(lines: readonly string[]): readonly string[] {
    const room = Math.max(3, this.context.io.rows - 8);
    if (lines.length <= room) return lines;
    const from = Math.min(Math.max(0, this.chosen.number - 1 - Math.floor(room / 2)), lines.length - room);
    return lines.slice(from, from + room);
  }

  /** False when it is time to leave. */
  private async act(key: string, keyboard: Keyboard): Promise<boolean> {
    if (key === 'x' || key === 'escape' || key === 'ctrl-d') return false;
    if (key === 'ctrl-c') {
      this.context.exitCode = 130;
      return false;
    }
    if (key === 'up' || key === 'k') this.choose(-1);
    else if (key === 'down' || key === 'j') this.choose(1);
    else {
      const choice = CHOICES.find((candidate) => candidate.key === (key === 'enter' ? 'r' : key));
      if (choice?.args) await this.runCommand(choice.args(this.chosen), keyboard);
    }
    this.draw();
    return true;
  }

  private choose(step: number): void {
    const { lessons } = this.context.course;
    this.chosen = lessons[Math.min(lessons.length - 1, Math.max(0, lessons.indexOf(this.chosen) + step))];
  }

  /** Gives the terminal to a command of its own process, then waits until what it said has been read. */
  private async runCommand(args: readonly string[], keyboard: Keyboard): Promise<void> {
    keyboard.pause();
    this.context.io.out('\x1b[H\x1b[2J\x1b[3J');
    const flags = this.context.colour ? [] : ['--no-color'];
    // The child gets Ctrl-C of the terminal, too; home must survive it.
    const survive = () => undefined;
    process.on('SIGINT', survive);
    spawnSync(process.execPath, [path.join(this.context.workspace.root, 'bin', 'hv.cjs'), ...args, ...flags], {
      stdio: 'inherit',
    });
    process.off('SIGINT', survive);
    keyboard.resume();
    if (args[0] === 'watch') return;
    this.context.io.out(styleFor(this.context.colour).dim('\nAny key brings you back.'));
    await keyboard.next();
  }
}
