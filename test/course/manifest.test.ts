/** The manifest: how lessons are found by name, and what is said of a manifest with a missing or wrong field. */
import fs from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../src/course/errors';
import type { Course } from '../../src/course/manifest';
import { findLesson, findWrittenLesson, folderOf, writtenLessons } from '../../src/course/manifest';
import { manifestErrors } from '../../src/course/manifest-check';
import { course } from '../../lessons/course';

const written = {
  number: 1,
  slug: 'event-handler',
  title: 'A',
  about: 'the run loop',
  needs: [],
  written: true,
  part: 'runLoop',
  file: 'run-loop.ts',
  points: 12,
  guests: ['hello'],
  demo: 'hv trace hello',
  hints: ['a', 'b', 'c'],
} as const;
const planned = {
  number: 2,
  slug: 'popek-goldberg',
  title: 'B',
  about: 'classify',
  needs: ['event-handler'],
  written: false,
} as const;
const small: Course = { id: 'small', title: 'Small', lessons: [written, planned] };

describe('our course', () => {
  test('has a manifest without errors', () => {
    expect(manifestErrors(course)).toEqual([]);
  });

  test('lists the 21 lessons of the plan; those that can be done have a text and a quiz', () => {
    expect(course.lessons).toHaveLength(21);
    const missing = writtenLessons(course).flatMap((lesson) =>
      ['lesson.md', 'quiz.yaml']
        .map((name) => path.join('lessons', folderOf(lesson), name))
        .filter((file) => !fs.existsSync(path.join(__dirname, '../..', file))),
    );
    expect(missing).toEqual([]);
  });
});

describe('findLesson', () => {
  test.each(['3', '03', 'trap-and-emulate', '03-trap-and-emulate', 'trap', 'TRAP', '03-trap'])(
    '%s means lesson 03',
    (name) => {
      expect(findLesson(course, name).slug).toBe('trap-and-emulate');
    },
  );

  test('an unknown name gets the nearest one', () => {
    expect(() => findLesson(course, 'trap-and-emulat3')).toThrow('Did you mean "trap-and-emulate"?');
  });

  test('a beginning that several lessons share names them', () => {
    expect(() => findLesson(course, 'paravirtual')).toThrow('10 paravirtual-devices or 12 paravirtual-cpu');
  });

  test.each(['', '0', '22', '-1', '3.5', '__proto__', 'constructor'])('%p is no lesson', (name) => {
    expect(() => findLesson(course, name)).toThrow(UsageError);
  });

  test('a lesson that comes later says so and names those that are ready', () => {
    expect(() => findWrittenLesson(course, '20')).toThrow(
      '20 migration comes later; these lessons are ready: 01 event-handler',
    );
  });
});

describe('manifestErrors', () => {
  test('accepts a good manifest', () => {
    expect(manifestErrors(small)).toEqual([]);
  });

  test.each([undefined, null, 3, 'text', [], {}])('%p is no manifest', (value) => {
    expect(manifestErrors(value).length).toBeGreaterThan(0);
  });

  test.each(Object.keys(written))('names the field %s when it is missing', (field) => {
    const broken: Record<string, unknown> = { ...written };
    delete broken[field];
    const errors = manifestErrors({ ...small, lessons: [broken] });
    expect(errors).not.toEqual([]);
    // Without `written` the lesson counts as planned, and what belongs to written ones is too much.
    expect(errors.join('\n')).toContain(field === 'number' ? 'number' : `\`${field}\``);
  });

  test.each([
    ['slug', 'Trap And Emulate'],
    ['slug', 3],
    ['title', ''],
    ['about', 'far more words than anybody can read in one line'],
    ['needs', 'event-handler'],
    ['written', 'yes'],
    ['part', 'not a name'],
    ['file', '../run-loop.ts'],
    ['file', 'run-loop.js'],
    ['points', 0],
    ['points', NaN],
    ['points', '12'],
    ['guests', []],
    ['demo', ' '],
    ['hints', ['a', 'b']],
    ['hints', ['a', '', 'c']],
  ])('refuses %s = %p', (field, value) => {
    expect(manifestErrors({ ...small, lessons: [{ ...written, [field]: value }] }).join('\n')).toContain(
      `\`${field}\``,
    );
  });

  test('refuses a field that means nothing', () => {
    expect(manifestErrors({ ...small, lessons: [{ ...written, ponts: 3 }] })).toEqual([
      'Lesson 1 ("event-handler") has a field `ponts`, which means nothing.',
    ]);
  });

  test('refuses numbers out of order, the same slug twice, the same part twice, and a need that is no earlier lesson', () => {
    expect(manifestErrors({ ...small, lessons: [{ ...written, number: 7 }] }).join()).toContain(
      'has the number 7; it stands at place 1',
    );
    expect(
      manifestErrors({ ...small, lessons: [written, { ...planned, slug: 'event-handler', needs: [] }] }).join(),
    ).toContain('Two lessons are called');
    expect(manifestErrors({ ...small, lessons: [written, { ...written, number: 2, slug: 'again' }] }).join()).toContain(
      'belongs to two lessons',
    );
    expect(
      manifestErrors({ ...small, lessons: [{ ...written, needs: ['popek-goldberg'] }, planned] }).join(),
    ).toContain('no earlier lesson');
  });
});
