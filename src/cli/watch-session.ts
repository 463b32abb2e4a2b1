/** A session of `hv watch`: what is graded, what stands on the screen, and what the keys do. */
import fs from 'node:fs';
import path from 'node:path';
import type { Lesson, WrittenLesson } from '#course';
import {
  exerciseFile,
  nameOf,
  resetExercise,
  shownPath,
  solutionFile,
  UsageError,
  withoutMarkers,
  writtenLessons,
} from '#course';
import type { Runner, TypeProblem, Verdict } from '#course/grading';
import { showHint } from './commands/hint';
import { divergedGuest, stepInChild } from './commands/step';
import { traceInChild } from './commands/trace';
import type { Context } from './context';
import type { Graded, Grading, Target } from './grade';
import { comparison, grade, keep, studentTarget, titleOf } from './grade';
import type { Keyboard } from './keys';
import { openKeyboard } from './keys';
import { page } from './pager';
import { watchFile } from './saves';
import { sideBySide } from './side-by-side';
import { lessonLines, readStatus, summary } from './status-view';
import { flow, styleFor } from './style';
import { typeLines, verdictLines } from './verdict-view';

export class WatchSession {
  private readonly context: Context;
  private readonly grading: Grading;
  private readonly runner: Runner;
  private lesson: WrittenLesson;
  private target: Target;
  private stopWatching: () => Promise<void> = () => Promise.resolve();
  private running = false;
  /** A save came while the last one was being graded. */
  private again = false;
  private verdict: Verdict | undefined;
  private types: readonly TypeProblem[] = [];
  /** What stands under the verdict: a hint, a comparison, an answer to a key. */
  private below: readonly string[] = [];
  private savedAt: Date;
  private leave: () => void = () => undefined;
  private broken: (error: unknown) => void = () => undefined;

  constructor(context: Context, grading: Grading, runner: Runner, lesson: WrittenLesson) {
    this.context = context;
    this.grading = grading;
    this.runner = runner;
    this.lesson = lesson;
    this.target = studentTarget(context, lesson);
    this.savedAt = context.now();
  }

  async run(): Promise<void> {
    const left = new Promise<void>((resolve, reject) => {
      this.leave = resolve;
      this.broken = reject;
    });
    const keyboard = this.context.io.interactive && !this.context.json ? openKeyboard() : undefined;
    try {
      await this.open(this.lesson);
      if (keyboard) this.serveKeys(keyboard).catch(this.broken);
      await left;
    } finally {
      keyboard?.pause();
      await this.stopWatching();
    }
  }

  private async open(lesson: WrittenLesson): Promise<void> {
    await this.stopWatching();
    this.lesson = lesson;
    this.target = studentTarget(this.context, lesson);
    this.verdict = undefined;
    this.below = [];
    this.stopWatching = await watchFile(this.target.part, () => this.saved());
    this.saved();
  }

  private saved(): void {
    this.savedAt = this.context.now();
    this.again = true;
    if (this.running) {
      // An endless loop of the last save must not hold up this one.
      this.runner.cancel();
      return;
    }
    this.gradeAll().catch(this.broken);
  }

  private async gradeAll(): Promise<void> {
    this.running = true;
    try {
      while (this.again) {
        this.again = false;
        await this.gradeOnce(this.target);
      }
    } finally {
      this.running = false;
    }
  }

  private async gradeOnce(target: Target): Promise<void> {
    try {
      const graded = await grade(this.context, this.grading, this.runner, target);
      const { verdict, types } = graded;
      if (target !== this.target) return;
      this.verdict = verdict;
      this.types = [];
      this.below = this.kept(target.lesson, graded);
      this.draw();
      types.then((problems) => this.showTypes(verdict, problems), this.broken);
      if (verdict.state !== 'passed') return;
      this.below = [...this.below, ...(await comparison(this.context, this.runner, verdict, target.lesson))];
      this.draw();
    } catch (error) {
      this.notGraded(error);
    }
  }

  /** Saves the progress; where that is impossible, says so under the verdict and goes on. */
  private kept(lesson: WrittenLesson, graded: Graded): readonly string[] {
    try {
      keep(this.context, lesson, graded);
      return [];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return [`  ${error.message}`];
    }
  }

  /** The run was given up for a newer save, or we have a bug; neither ends the session, and neither counts as a run. */
  private notGraded(error: unknown): void {
    if (error instanceof this.grading.Cancelled) return;
    if (!(error instanceof this.grading.InternalError)) throw error;
    this.context.exitCode = 70;
    this.context.io.out(
      `\nhv: internal error. This is a bug of the course, not yours: please report it with these lines.\n${error.message}\n`,
    );
  }

  /** Types come when they come; those of an older verdict are not wanted any more. */
  private showTypes(verdict: Verdict, problems: readonly TypeProblem[]): void {
    if (problems.length === 0 || verdict !== this.verdict) return;
    this.types = problems;
    this.draw();
  }

  private draw(): void {
    const { context, verdict } = this;
    if (verdict === undefined) return;
    if (context.json) {
      context.io.out(`${JSON.stringify({ ...verdict, typeProblems: this.types })}\n`);
      return;
    }
    const style = styleFor(context.colour);
    const when = `saved ${this.savedAt.toTimeString().slice(0, 8)} · ${(verdict.ms / 1000).toFixed(2)} s`;
    const page = {
      style,
      columns: context.io.columns,
      title: titleOf(context, this.target),
      when,
      own: true,
    };
    const { rows, interactive, columns } = context.io;
    // On a screen that is redrawn the verdict leaves room for types, answers and keys.
    const half = interactive ? { rows: Math.floor(rows / 2) } : {};
    const types = typeLines(this.types, path.basename(this.target.part), { style, columns, ...half });
    const room = interactive ? { rows: Math.max(8, rows - 3 - types.length - this.below.length) } : {};
    const lines = [...verdictLines(verdict, { ...page, ...room }), ...types, ...this.below];
    // The screen is redrawn where there is one; a log gets block after block.
    if (interactive) context.io.out(`\x1b[H\x1b[2J\x1b[3J${lines.join('\n')}\n${this.keyLines().join('\n')}\n`);
    else context.io.out(`${lines.join('\n')}\n\n`);
  }

  private keyLines(): string[] {
    const style = styleFor(this.context.colour);
    const hints = this.context.progress.read().lessons[this.lesson.slug]?.hints ?? 0;
    const keys: [string, string][] = [
      ['h', `hint (${Math.min(hints + 1, this.lesson.hints.length)} of ${this.lesson.hints.length})`],
      ['t', 'trace'],
      ['s', 'step through'],
      ...(this.verdict?.state === 'passed' ? [['c', 'compare'] as [string, string]] : []),
      ['r', 'reset'],
      ['n', 'next'],
      ['l', 'list'],
      ['x', 'leave'],
    ];
    return flow(
      keys.map(([key, text]) => `${style.key(key)} ${text}`),
      this.context.io.columns,
    );
  }

  private async serveKeys(keyboard: Keyboard): Promise<void> {
    for (;;) {
      const key = await keyboard.next();
      if (key === 'x' || key === 'q' || key === 'ctrl-c' || key === 'ctrl-d') {
        if (key === 'ctrl-c') this.context.exitCode = 130;
        this.leave();
        return;
      }
      await this.act(key, keyboard).catch((error: unknown) => {
        if (!(error instanceof UsageError)) throw error;
        this.below = [`  ${error.message}`];
      });
      this.draw();
    }
  }

  private async act(key: string, keyboard: Keyboard): Promise<void> {
    const { context, lesson } = this;
    if (key === 'h') this.below = ['', ...showHint(context, lesson).lines];
    else if (key === 't')
      this.below = ['', ...(await traceInChild(context, lesson.guests[0], `${lesson.number}=exercises`, 20))];
    else if (key === 's') this.stepThrough(keyboard);
    else if (key === 'n') await this.open(following(context, lesson));
    else if (key === 'l')
      this.below = [
        '',
        ...lessonLines(context, readStatus(context), lesson),
        `  ${summary(context, readStatus(context))}`,
      ];
    else if (key === 'c') this.showBoth(keyboard);
    else if (key === 'r') await this.reset(keyboard);
    else if (key === 'enter') this.saved();
  }

  /** In a process of its own: a part that never returns must not freeze this one. */
  private stepThrough(keyboard: Keyboard): void {
    const { number, guests } = this.lesson;
    const guest = divergedGuest(this.verdict) ?? guests[0];
    keyboard.pause();
    stepInChild(this.context, String(number), guest);
    keyboard.resume();
  }

  /** For who has passed: the own file and the solution beside each other. */
  private showBoth(keyboard: Keyboard): void {
    if (this.verdict?.state !== 'passed') return;
    const { context, lesson, target } = this;
    const side = (file: string) => ({
      title: shownPath(context.workspace, file),
      text: withoutMarkers(fs.readFileSync(file, 'utf8')),
    });
    const lines = sideBySide(side(target.part), side(solutionFile(context.workspace, lesson)), context.io.columns);
    keyboard.pause();
    page(`${lines.join('\n')}\n`);
    keyboard.resume();
  }

  private async reset(keyboard: Keyboard): Promise<void> {
    const file = shownPath(this.context.workspace, exerciseFile(this.context.workspace, this.lesson));
    this.below = ['', `  Put the original of ${file} back? Yours is kept beside it. y n`];
    this.draw();
    if ((await keyboard.next()) !== 'y') {
      this.below = ['', '  Nothing was changed.'];
      return;
    }
    const { kept } = resetExercise(this.context.workspace, this.lesson);
    this.below = [
      '',
      kept === undefined
        ? '  It was the original already.'
        : `  Yours is now ${shownPath(this.context.workspace, kept)}.`,
    ];
  }
}

/** The next lesson that can be done, after the last one the first. */
function following(context: Context, lesson: Lesson): WrittenLesson {
  const ready = writtenLessons(context.course);
  const next = ready.find((other) => other.number > lesson.number);
  if (next === undefined) throw new UsageError(`${nameOf(lesson)} is the last lesson that is ready.`);
  return next;
}
