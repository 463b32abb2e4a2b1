/** Whose the parts are: a part is the student's from a pass until it is changed, and `--mine` assembles just these; the solution opens after a pass. */
import { afterRun, findWrittenLesson, solutionFile, withoutMarkers } from '../../src/course';
import { readFileSync } from 'node:fs';
import { Student } from './harness';

jest.setTimeout(120_000);

const EXERCISE = 'exercises/04-reflecting-traps/reflect.ts';

let student: Student;
beforeAll(() => (student = new Student()));
afterAll(() => student.leave());

const stateOf = async (slug: string): Promise<string | undefined> => {
  const { lessons } = JSON.parse((await student.hv('status', '--json')).out) as {
    lessons: { slug: string; state: string }[];
  };
  return lessons.find((lesson) => lesson.slug === slug)?.state;
};

const solutionText = (): string => {
  const { course, workspace } = student.context();
  return withoutMarkers(readFileSync(solutionFile(workspace, findWrittenLesson(course, '04')), 'utf8'));
};

test("before a pass the solution stays closed, and nothing is the student's", async () => {
  const { code, err } = await student.hv('solution', '04');
  expect(code).toBe(2);
  expect(err).toContain('opens once you have full points (not been graded yet)');
  expect((await student.hv('trace', 'hello', '--mine')).err).toBe(
    "Parts of yours: none. All others are the reference's.\n",
  );
});

test('giving up opens it, and is recorded; it then stays open', async () => {
  const { code, out } = await student.hv('solution', '04', '--give-up');
  expect(code).toBe(0);
  expect(out).toContain('04 reflecting-traps · the solution');
  expect(student.context().progress.read().lessons['reflecting-traps'].gaveUpAt).toBeDefined();
  expect((await student.hv('solution', '04')).code).toBe(0);
  // A later run keeps the record.
  const before = student.context().progress.read().lessons['reflecting-traps'];
  expect(afterRun(before, 20, 20, new Date(0)).gaveUpAt).toBe(before.gaveUpAt);
});

test("a part is the student's from a pass on, and runs with --mine", async () => {
  student.write(EXERCISE, solutionText());
  expect((await student.hv('test', '04')).code).toBe(0);
  expect(await stateOf('reflecting-traps')).toBe('yours');
  expect((await student.hv('status')).out).toContain('04 reflecting-traps     yours\n');
  const { code, err } = await student.hv('trace', 'trap-torture', '--exits', '5', '--mine');
  expect({ code, err }).toEqual({
    code: 0,
    err: "Parts of yours: 04 reflecting-traps. All others are the reference's.\n",
  });
});

test('after a pass the solution stands beside the own part, with what both cost', async () => {
  student.columns = 160;
  const { out } = await student.hv('solution', '04');
  student.columns = 80;
  expect(out).toContain('exercises/04-reflecting-traps/reflect.ts');
  expect(out).toContain(' │ ');
  expect(out).toMatch(/yours +\d.*\n +solution +\d/);
});

test("changed after the pass, it is the reference's that runs, until it passes again", async () => {
  student.write(EXERCISE, `${solutionText()}\n// a thought`);
  expect(await stateOf('reflecting-traps')).toBe('changed');
  const { err } = await student.hv('trace', 'hello', '--mine');
  expect(err).toContain('Parts of yours: none');
  expect(err).toContain(`${EXERCISE} was changed after it passed: hv test 4 makes it yours again.`);
});

test('--mine is refused on the bare machine', async () => {
  const { code, err } = await student.hv('boot', '--bare', '--mine', '--kernel', 'Image');
  expect({ code, err }).toEqual({
    code: 2,
    err: 'hv: --part and --mine belong to a hypervisor, and with --bare there is none.\n',
  });
});
