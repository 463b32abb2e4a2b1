/** The layout of the course's map: columns by prerequisites, room for every line, nothing on top of anything. */
import { course } from '#lessons';
import { layered } from '../../src/course/site/layered';

const needs = new Map(course.lessons.map((lesson) => [lesson.slug, lesson.needs]));
const layout = layered(needs);

it('puts every lesson to the right of all that it needs', () => {
  for (const [name, before] of needs) {
    for (const need of before)
      expect(layout.places.get(name)?.x).toBeGreaterThan(layout.places.get(need)?.x ?? Infinity);
  }
});

it('gives each pair in one column at least one row of distance', () => {
  const places = [...layout.places.values()];
  for (const [index, a] of places.entries()) {
    for (const b of places.slice(index + 1)) if (a.x === b.x) expect(Math.abs(a.y - b.y)).toBeGreaterThanOrEqual(0.999);
  }
});

it('draws one line a need, with a place of its own in every column that it crosses', () => {
  expect(layout.edges).toHaveLength(course.lessons.reduce((sum, lesson) => sum + lesson.needs.length, 0));
  for (const { from, to, via } of layout.edges) expect(via).toHaveLength(to.x - from.x - 1);
});

it('lays a chain out as a row, and independent nodes as a column', () => {
  const chain = layered(
    new Map([
      ['a', []],
      ['b', ['a']],
      ['c', ['b']],
    ]),
  );
  expect([...chain.places.values()]).toEqual([
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 2, y: 0 },
  ]);
  expect(
    layered(
      new Map([
        ['a', []],
        ['b', []],
      ]),
    ),
  ).toMatchObject({ columns: 1, rows: 2 });
});
