/** How far a student is: one row a lesson, the same for home, list and status. */
import type { Lesson, LessonProgress, Progress } from '#course';
import { exerciseState, nameOf, ownershipOf } from '#course';
import type { Context } from './context';
import { clip, padEnd, styleFor } from './style';

export type LessonState = 'later' | 'not-started' | 'begun' | 'failing' | 'changed' | 'yours';

export interface StatusRow {
  readonly lesson: Lesson;
  readonly state: LessonState;
  readonly progress?: LessonProgress;
}

export interface Status {
  readonly rows: readonly StatusRow[];
  /** How many parts of the hypervisor are the student's. */
  readonly yours: number;
  /** The first lesson that can be done and is not; undefined when all are. */
  readonly next?: Lesson;
}

export function readStatus(context: Context): Status {
  const progress = context.progress.read();
  const rows = context.course.lessons.map((lesson) => rowOf(context, progress, lesson));
  const next = rows.find((row) => row.lesson.written && row.state !== 'yours')?.lesson;
  return { rows, yours: rows.filter((row) => row.state === 'yours').length, ...(next ? { next } : {}) };
}

function rowOf(context: Context, all: Progress, lesson: Lesson): StatusRow {
  if (!lesson.written) return { lesson, state: 'later' };
  const progress = all.lessons[lesson.slug] as LessonProgress | undefined;
  if (progress !== undefined && progress.runs > 0)
    return { lesson, progress, state: STATES[ownershipOf(context.workspace, all, lesson)] };
  return {
    lesson,
    state: exerciseState(context.workspace, lesson) === 'changed' ? 'begun' : 'not-started',
    ...(progress ? { progress } : {}),
  };
}

const STATES = { own: 'yours', changed: 'changed', reference: 'failing' } as const;

export function stateText(row: StatusRow): string {
  switch (row.state) {
    case 'later':
      return 'comes later';
    case 'not-started':
      return 'not started';
    case 'begun':
      return 'begun';
    case 'failing':
      return `${row.progress?.points} of ${row.progress?.outOf} points`;
    case 'changed':
      return 'changed since';
    case 'yours':
      return 'yours';
  }
}

/** Whose part runs in the student's hypervisor; undefined where not even the reference has one yet. */
export function whoseOf({ lesson, state }: StatusRow): 'yours' | 'reference' | undefined {
  if (state === 'yours') return 'yours';
  return lesson.part === undefined ? undefined : 'reference';
}

/** `your hypervisor: 1 of 21 parts are yours` */
export function summary(context: Context, status: Status): string {
  return `your hypervisor: ${status.yours} of ${context.course.lessons.length} parts are yours`;
}

const NAME_WIDTH = 23;
const STATE_WIDTH = 16;

/** The list of lessons; `marked` has a ▸ before it. On a narrow terminal the descriptions give way first. */
export function lessonLines(context: Context, status: Status, marked: Lesson | undefined): string[] {
  const style = styleFor(context.colour);
  const columns = context.io.columns;
  return status.rows.map((row) => {
    const name = nameOf(row.lesson);
    const mark = row.lesson === marked ? style.key('▸') : ' ';
    const room = columns - 4 - NAME_WIDTH - 1 - STATE_WIDTH;
    const about = room >= 12 ? clip(row.lesson.about, room) : '';
    const state = padEnd(stateText(row), about ? STATE_WIDTH : 0);
    const line =
      `${padEnd(clip(name, columns - 6), NAME_WIDTH)} ${columns < 44 ? '' : paintState(row, state)}${about}`.trimEnd();
    return `  ${mark} ${row.state === 'later' ? style.dim(line) : line}`;
  });

  function paintState(row: StatusRow, text: string): string {
    if (row.state === 'yours') return style.good(text);
    return row.state === 'failing' ? style.bad(text) : text;
  }
}

/** What `--json` prints of a row. */
export function rowJson(row: StatusRow): Record<string, unknown> {
  const { lesson, state, progress } = row;
  return {
    number: lesson.number,
    slug: lesson.slug,
    title: lesson.title,
    about: lesson.about,
    state,
    whose: whoseOf(row) ?? null,
    ...(progress ? { progress } : {}),
  };
}
