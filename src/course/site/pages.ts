/** What the templates are given: everything on a page that is not markup, decided here. */
import { folderOf, type Course, type Lesson, type WrittenLesson } from '../manifest';
import type { LessonText } from '../markdown/lesson-text';
import type { Quiz } from '../quiz/question';
import { courseMap, type LessonState, type MapEntry } from './course-map';
import type { DemoView } from './demo';
import { scriptJson } from './html';

/** A lesson that has been read and rendered. */
export interface LessonPage {
  readonly lesson: WrittenLesson;
  readonly folder: string;
  /** Address relative to the site's root. */
  readonly href: string;
  readonly text: LessonText;
  readonly html: string;
  readonly quiz: Quiz;
  readonly demo: DemoView | undefined;
}

/** What the layout needs of every page. */
interface PageView {
  readonly title: string;
  readonly description: string;
  /** From this page to the site's root: empty or `../`. */
  readonly base: string;
  readonly kind: 'index' | 'lesson' | 'code';
}

interface LessonLine {
  readonly number: string;
  readonly title: string;
  readonly about: string;
  readonly state: LessonState;
  readonly stateWord: string;
  readonly href: string | undefined;
  readonly needs: readonly string[];
  readonly folder: string;
  readonly questions: number;
}

export interface IndexView extends PageView {
  readonly map: string;
  readonly lessons: readonly LessonLine[];
  readonly ready: number;
  readonly total: number;
  readonly first: string;
}

const STATE_WORDS: Readonly<Record<LessonState, string>> = {
  yours: 'yours',
  next: 'next',
  ready: 'ready',
  later: 'comes later',
};

/** The front page: the map of the course, and the same as a list. */
export function indexView(course: Course, pages: readonly LessonPage[], passed: readonly string[]): IndexView {
  const entries = mapEntries(course, pages, passed);
  return {
    kind: 'index',
    title: 'Learn hypervisors by writing one',
    description: 'A course in which you write a hypervisor, one part at a time, on a simulated RISC-V machine.',
    base: '',
    map: courseMap(entries),
    lessons: entries.map((entry) => lessonLine(entry, course, pages)),
    ready: pages.length,
    total: course.lessons.length,
    first: pages[0]?.href ?? '#course',
  };
}

function mapEntries(course: Course, pages: readonly LessonPage[], passed: readonly string[]): MapEntry[] {
  const next = pages.find((page) => !passed.includes(page.lesson.slug))?.lesson.slug;
  return course.lessons.map((lesson): MapEntry => {
    const page = pages.find((one) => one.lesson.slug === lesson.slug);
    if (!page) return { lesson, state: 'later' };
    const state = passed.includes(lesson.slug) ? 'yours' : lesson.slug === next ? 'next' : 'ready';
    return { lesson, state, href: page.href };
  });
}

function lessonLine({ lesson, state, href }: MapEntry, course: Course, pages: readonly LessonPage[]): LessonLine {
  return {
    number: twoDigits(lesson.number),
    title: lesson.title,
    about: lesson.about,
    state,
    stateWord: STATE_WORDS[state],
    href,
    needs: needsOf(lesson, course).map((need) => twoDigits(need.number)),
    folder: folderOf(lesson),
    questions: pages.find((page) => page.lesson.slug === lesson.slug)?.quiz.items.length ?? 0,
  };
}

export interface LessonView extends PageView {
  readonly number: string;
  readonly about: string;
  readonly points: number;
  readonly exercise: string;
  readonly html: string;
  readonly contents: readonly { readonly slug: string; readonly text: string }[];
  readonly needs: readonly { readonly name: string; readonly href: string | undefined }[];
  readonly previous: Neighbour | undefined;
  readonly next: Neighbour | undefined;
  readonly siblings: readonly (Neighbour & { readonly current: boolean })[];
  readonly questions: number;
  readonly quizJson: string;
  readonly demo: DemoView | undefined;
  /** Shows the exits that are counted. */
  readonly trace: string;
  /** The lesson's demo, if it is something else. */
  readonly demoCommand: string | undefined;
  readonly minutes: number;
}

interface Neighbour {
  readonly number: string;
  readonly title: string;
  readonly href: string;
}

/** Words a minute of somebody who reads to understand. */
const READING_SPEED = 140;

/** One lesson's page. */
export function lessonView(course: Course, page: LessonPage, pages: readonly LessonPage[]): LessonView {
  const { lesson, text } = page;
  const at = pages.indexOf(page);
  return {
    kind: 'lesson',
    title: lesson.title,
    description: `Lesson ${lesson.number}: ${lesson.about}.`,
    base: '../',
    number: twoDigits(lesson.number),
    about: lesson.about,
    points: lesson.points,
    exercise: `exercises/${page.folder}/${lesson.file}`,
    html: page.html,
    contents: [
      ...text.headings.filter((heading) => heading.level === 2),
      ...(page.demo ? [{ slug: 'cost', text: 'What it costs' }] : []),
      { slug: 'quiz', text: 'Quiz' },
    ],
    needs: needsOf(lesson, course).map((need) => ({
      name: `${twoDigits(need.number)} ${need.title}`,
      href: pages.find((one) => one.lesson.slug === need.slug)?.href.replace('lessons/', ''),
    })),
    previous: at > 0 ? neighbour(pages[at - 1]) : undefined,
    next: at < pages.length - 1 ? neighbour(pages[at + 1]) : undefined,
    siblings: pages.map((one) => ({ ...neighbour(one), current: one === page })),
    questions: page.quiz.items.length,
    demo: page.demo,
    trace: `npx hv trace ${lesson.guests[0]}`,
    demoCommand: lesson.demo.startsWith('hv trace ') ? undefined : `npx ${lesson.demo}`,
    quizJson: scriptJson({ lesson: page.folder, ...page.quiz }),
    minutes: Math.ceil(text.words / READING_SPEED),
  };
}

function neighbour(page: LessonPage): Neighbour {
  return { number: twoDigits(page.lesson.number), title: page.lesson.title, href: page.href.replace('lessons/', '') };
}

function needsOf(lesson: Lesson, course: Course): Lesson[] {
  return course.lessons.filter((other) => lesson.needs.includes(other.slug));
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
