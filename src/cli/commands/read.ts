/** `hv read 03`: a lesson's text in the terminal. */
import fs from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import type { Lesson } from '#course';
import { findLesson, folderOf, lessonFolder, nameOf, UsageError } from '#course';
import type { Context } from '../context';
import { loadReader } from '../lazy';
import { page } from '../pager';

export function addRead(program: Command, context: Context): void {
  program
    .command('read <lesson>')
    .description('a lesson, in the terminal')
    .option('--no-pager', 'print all of it at once')
    .addHelpText('after', '\nExamples:\n  hv read 03\n  hv read trap --no-pager\n  hv read 03 | less -R')
    .action((name: string, options: { pager: boolean }) =>
      readLesson(context, findLesson(context.course, name), options.pager),
    );
}

export function readLesson(context: Context, lesson: Lesson, pager: boolean): void {
  if (!lesson.written) throw new UsageError(`${nameOf(lesson)} comes later; it has no text yet.`);
  const { io, workspace } = context;
  if (context.json) {
    const markdown = fs.readFileSync(path.join(lessonFolder(workspace, lesson), 'lesson.md'), 'utf8');
    io.out(`${JSON.stringify({ lesson: lesson.slug, title: lesson.title, markdown })}\n`);
    return;
  }
  const text = loadReader().renderLesson(workspace.root, folderOf(lesson), {
    columns: io.columns,
    color: context.colour,
  });
  if (!(pager && io.interactive && text.split('\n').length > io.rows && page(text))) io.out(text);
}
