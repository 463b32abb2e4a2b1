/** Says what is wrong with a manifest, in sentences: the types cannot see duplicates, order, or a file written by hand. */
import type { Course } from './manifest';

type Fields = Record<string, unknown>;
/** One rule: which field, what it must be in words, and the test. */
interface Rule {
  readonly field: string;
  readonly must: string;
  readonly holds: (value: unknown) => boolean;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value.trim().length > 0;
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

const EVERY_LESSON: readonly Rule[] = [
  {
    field: 'slug',
    must: 'a lower-case name with hyphens',
    holds: (v) => typeof v === 'string' && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(v),
  },
  { field: 'title', must: 'a text', holds: isText },
  {
    field: 'about',
    must: 'a text of one to eight words',
    holds: (v) => isText(v) && (v as string).trim().split(/\s+/).length <= 8,
  },
  { field: 'needs', must: 'a list of slugs', holds: isTexts },
  { field: 'written', must: 'true or false', holds: (v) => typeof v === 'boolean' },
];

/** Both or neither, if the lesson is only planned. */
const PART: readonly Rule[] = [
  { field: 'part', must: 'the name of a part', holds: (v) => typeof v === 'string' && /^[a-z][A-Za-z0-9]*$/.test(v) },
  {
    field: 'file',
    must: 'the name of a .ts file without folders',
    holds: (v) => typeof v === 'string' && /^[a-z0-9-]+\.ts$/.test(v),
  },
];

const WRITTEN_LESSON: readonly Rule[] = [
  ...PART,
  { field: 'points', must: 'a whole number above 0', holds: (v) => Number.isInteger(v) && (v as number) > 0 },
  { field: 'guests', must: 'a list of at least one guest', holds: (v) => isTexts(v) && (v as string[]).length > 0 },
  { field: 'demo', must: 'a command line', holds: isText },
  { field: 'hints', must: 'three texts, none of them empty', holds: (v) => isTexts(v) && (v as string[]).length === 3 },
];

/** Everything that is wrong, one sentence each; an empty list for a good manifest. */
export function manifestErrors(course: unknown): string[] {
  if (!isFields(course)) return ['The manifest is not an object.'];
  const errors: string[] = [];
  if (!isText(course.id)) errors.push('The manifest has no `id`.');
  if (!isText(course.title)) errors.push('The manifest has no `title`.');
  if (!Array.isArray(course.lessons) || course.lessons.length === 0)
    return [...errors, 'The manifest has no `lessons`.'];
  const lessons: readonly unknown[] = course.lessons;
  lessons.forEach((lesson, index) => errors.push(...lessonErrors(lesson, index)));
  if (errors.length === 0) errors.push(...listErrors((course as unknown as Course).lessons));
  return errors;
}

function lessonErrors(lesson: unknown, index: number): string[] {
  const place = `Lesson ${index + 1}`;
  if (!isFields(lesson)) return [`${place} of the manifest is not an object.`];
  const where = typeof lesson.slug === 'string' ? `${place} ("${lesson.slug}")` : place;
  const rules = [...EVERY_LESSON, ...rulesOf(lesson)];
  const errors = rules
    .filter((rule) => !rule.holds(lesson[rule.field]))
    .map((rule) => fieldError(where, rule, lesson[rule.field]));
  if (lesson.number !== index + 1) {
    errors.push(
      `${where} has the number ${describe(lesson.number)}; it stands at place ${index + 1}, and the two must agree.`,
    );
  }
  const known = new Set(['number', ...rules.map((rule) => rule.field)]);
  for (const field of Object.keys(lesson))
    if (!known.has(field)) errors.push(`${where} has a field \`${field}\`, which means nothing.`);
  return errors;
}

function rulesOf(lesson: Fields): readonly Rule[] {
  if (lesson.written === true) return WRITTEN_LESSON;
  return lesson.part === undefined && lesson.file === undefined ? [] : PART;
}

function fieldError(where: string, rule: Rule, value: unknown): string {
  if (value === undefined) return `${where} has no \`${rule.field}\`: it must be ${rule.must}.`;
  return `${where} has \`${rule.field}\` ${describe(value)}: it must be ${rule.must}.`;
}

/** What can only be seen by comparing lessons. */
function listErrors(lessons: Course['lessons']): string[] {
  const errors: string[] = [];
  const earlier = new Set<string>();
  const parts = new Map<string, string>();
  for (const lesson of lessons) {
    if (earlier.has(lesson.slug)) errors.push(`Two lessons are called "${lesson.slug}".`);
    for (const need of lesson.needs) {
      if (!earlier.has(need))
        errors.push(`Lesson ${lesson.number} ("${lesson.slug}") needs "${need}", which is no earlier lesson.`);
    }
    if (lesson.part !== undefined) {
      const other = parts.get(lesson.part);
      if (other !== undefined)
        errors.push(`The part \`${lesson.part}\` belongs to two lessons, "${other}" and "${lesson.slug}".`);
      parts.set(lesson.part, lesson.slug);
    }
    earlier.add(lesson.slug);
  }
  return errors;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? String(value));
}
