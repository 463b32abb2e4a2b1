/** The command line as a whole: what commands print, in words and as JSON, and how mistakes are answered. */
import { nameOf } from '#course';
import { course } from '#lessons';
import { run } from '../../src/cli/program';
import { Student } from './harness';

let student: Student;
beforeEach(() => (student = new Student()));
afterEach(() => student.leave());

/** A lesson that is not written yet, as a number and by its name. */
const { number: LATER, slug: LATER_SLUG } = course.lessons.find(({ written }) => !written)!;

const EXERCISE = 'exercises/04-reflecting-traps/reflect.ts';

describe('without a terminal', () => {
  test('hv prints the status and ends well', async () => {
    const { code, out, err } = await student.hv();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('0 of 21 parts are yours');
    expect(out).toContain("01 event-handler        the reference's  not started");
    expect(out).toContain('Next: hv read 01');
  });

  test('hv status --json has the next lesson and every lesson', async () => {
    const status = JSON.parse((await student.hv('status', '--json')).out) as {
      yours: number;
      of: number;
      next: string;
      lessons: unknown[];
    };
    expect(status).toMatchObject({ yours: 0, of: 21, next: 'event-handler' });
    expect(status.lessons).toHaveLength(21);
    expect(status.lessons[0]).toEqual({
      number: 1,
      slug: 'event-handler',
      title: expect.any(String),
      about: 'the run loop',
      state: 'not-started',
      whose: 'reference',
    });
    expect(status.lessons[18]).toMatchObject({ slug: 'os-level', state: 'later', whose: null });
  });

  test('hv status has a line for each of the 21 parts, with whose it is, on a terminal of 80 by 24', async () => {
    const { out } = await student.hv('status');
    const lines = out.trimEnd().split('\n');
    expect(lines.length).toBeLessThan(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const parts = lines.filter((line) => /^ {2}\d\d /.test(line));
    expect(parts.map((line) => line.slice(2, 24).trimEnd())).toEqual(course.lessons.map(nameOf));
    // Not written yet: of some lessons the reference has the part already.
    expect(parts[16]).toBe("  17 vcpu-scheduling      the reference's  lesson not written yet");
    expect(parts[18]).toBe('  19 os-level             nobody has it    lesson not written yet');
  });

  test('--json may stand before the command as well', async () => {
    expect(JSON.parse((await student.hv('--json', 'list')).out)).toHaveLength(21);
  });

  test('a reset without --yes is refused, and nothing changes', async () => {
    student.write(EXERCISE, 'mine');
    const { code, err } = await student.hv('reset', '04');
    expect(code).toBe(2);
    expect(err).toBe(
      'hv: There is no terminal to ask in; add --yes to reset without asking (your file is kept beside it).\n',
    );
    expect(student.read(EXERCISE)).toBe('mine');
  });
});

describe('reset', () => {
  test('brings the original and keeps what was there, every time', async () => {
    student.write(EXERCISE, 'first');
    await student.hv('reset', '04', '--yes');
    student.write(EXERCISE, 'second');
    const { code, out } = await student.hv('reset', 'refl', '-y');
    expect({ code, out }).toEqual({
      code: 0,
      out: `${EXERCISE} is the original again. Yours is now ${EXERCISE}.bak2.\n`,
    });
    expect(student.read(EXERCISE)).toContain("export const reflect: Parts['reflect']");
    expect(student.read(EXERCISE)).toContain('todo(');
    expect(student.read(`${EXERCISE}.bak`)).toBe('first');
    expect(student.read(`${EXERCISE}.bak2`)).toBe('second');
  });

  test('makes a file that is not there', async () => {
    expect((await student.hv('reset', '4', '--json')).out).toBe(
      `${JSON.stringify({ file: EXERCISE, changed: true, kept: null })}\n`,
    );
    expect((await student.hv('reset', '4')).out).toBe(`${EXERCISE} is the original already.\n`);
  });
});

describe('hints', () => {
  test('come one after the other, and the last one stays', async () => {
    const steps: number[] = [];
    for (let i = 0; i < 4; i++)
      steps.push((JSON.parse((await student.hv('hint', '3', '--json')).out) as { step: number }).step);
    expect(steps).toEqual([1, 2, 3, 3]);
    expect((await student.hv('hint', '3', '1')).out).toContain('hint 1 of 3');
  });

  test('a fourth one does not exist', async () => {
    expect(await student.hv('hint', '3', '4')).toEqual({
      code: 2,
      out: '',
      err: 'hv: There is no hint "4"; every lesson has three: 1, 2 and 3.\n',
    });
  });
});

describe('mistakes get one sentence and exit code 2', () => {
  test.each([
    [['lisst'], 'Did you mean "list"?'],
    [['frobnicate'], 'There is no command "frobnicate".'],
    [['hint', 'trap-and-emulte'], 'Did you mean "trap-and-emulate"?'],
    [['hint', `${LATER}`], `${LATER} ${LATER_SLUG} comes later`],
    [['hint', '99'], 'There is no lesson "99"'],
    [['status', '--jsn'], '--json'],
    [['hint'], "missing required argument 'lesson'"],
    [['list', 'extra'], 'too many arguments'],
    [['completion', 'tcsh'], 'only for bash, zsh, fish'],
    [['trace', 'helo'], 'Did you mean "hello"?'],
    [['trace', 'hello', '--vmm', 'shadow'], 'There is no technique "shadow"'],
    [['trace', 'hello', '--exits', '0'], '--exits 0'],
    [['trace', 'hello', '--part', '03'], 'LESSON=exercises'],
    [['trace', 'hello', '--part', '03=/nowhere/at/all.ts'], '/nowhere/at/all.ts does not exist.'],
    [['test', '03', '--file', '/nowhere/at/all.ts'], '/nowhere/at/all.ts: there is no such file.'],
    [['trace', 'hello', '--part', `${LATER}=exercises`], 'comes later'],
    [['boot'], 'Give either a guest'],
    [['boot', 'hello', '--bare'], 'The bare machine boots files'],
    [['boot', '--bios', 'x'], '--bios is for the bare machine'],
    [['boot', '--bare', '--kernel', '/nowhere/at/all'], '/nowhere/at/all'],
  ])('hv %j', async (args, sentence) => {
    const { code, out, err } = await student.hv(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(sentence);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(err).toMatch(/^hv: /);
  });

  test('as JSON with --json', async () => {
    const { err } = await student.hv('hint', `${LATER}`, '--json');
    expect(JSON.parse(err)).toEqual({ error: expect.stringContaining('comes later') });
  });

  test('a progress file of another course is named, and is still there', async () => {
    student.write('.hv/progress.json', '{"version":1,"course":"compilers","progress":{"lessons":{},"questions":{}}}');
    const { code, err } = await student.hv('status');
    expect(code).toBe(2);
    expect(err).toContain('belongs to the course "compilers"');
    expect(student.read('.hv/progress.json')).toContain('compilers');
  });
});

describe('help', () => {
  test.each([
    'read',
    'watch',
    'test',
    'hint',
    'reset',
    'quiz',
    'trace',
    'boot',
    'board',
    'list',
    'status',
    'site',
    'check',
    'doctor',
    'completion',
  ])('hv %s --help says what it does, with an example', async (command) => {
    const { code, out } = await student.hv(command, '--help');
    expect(code).toBe(0);
    expect(out).toContain(`Usage: hv ${command}`);
    if (command !== 'site') expect(out).toContain('Examples:');
  });

  test.each([50, 66, 80])('fits a terminal of %i columns', async (columns) => {
    student.columns = columns;
    const { out } = await student.hv('list');
    expect(Math.max(...out.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(columns);
  });
});

test.each(['bash', 'zsh', 'fish'])('completion for %s knows commands and lessons', async (shell) => {
  const { code, out } = await student.hv('completion', shell);
  expect(code).toBe(0);
  for (const word of ['watch', 'doctor', 'trap-and-emulate', 'no-pager']) expect(out).toContain(word);
});

test('colours come with a terminal that has them, and go with --no-color', async () => {
  student.colour = true;
  expect((await student.hv('list')).out).toContain('\x1b[');
  expect((await student.hv('list', '--no-color')).out).not.toContain('\x1b[');
});

describe('trace', () => {
  test('lists every exit of hello, and what it printed', async () => {
    const { code, out } = await student.hv('trace', 'hello');
    expect(code).toBe(0);
    expect(out).toContain('Hello from S-mode, hart 0');
    expect(out).toContain('what the hypervisor did');
  });

  const jsonLines = async (...args: string[]): Promise<Record<string, unknown>[]> => {
    const { out } = await student.hv('trace', ...args, '--json');
    return out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  test('as JSON: one event a line, exits numbered from 1 without a gap, addresses in hexadecimal, the counts at the end', async () => {
    const lines = await jsonLines('hello');
    const exits = lines.filter(({ kind }) => kind === 'exit');
    expect(exits.map(({ number }) => number)).toEqual(exits.map((_, index) => index + 1));
    expect(exits[0]).toMatchObject({ vm: 'hello', vcpu: 0, time: 0, pc: '0x80200000' });
    expect(lines.at(-2)).toMatchObject({ kind: 'stop', reason: { why: 'shutdown' } });
    expect(lines.at(-1)).toMatchObject({ kind: 'end', guest: 'hello', counters: { exits: exits.length } });
  });

  test('as JSON, events are written while the guest runs', async () => {
    const chunks: string[] = [];
    const context = student.context();
    context.io.out = (text) => void chunks.push(text);
    await run(['trace', 'hello', '--json'], context);
    expect(chunks.length).toBeGreaterThan(28);
    for (const chunk of chunks) expect(chunk.match(/\n/g)).toHaveLength(1);
  });

  test('--only leaves the kinds that are named, in text and in JSON', async () => {
    const { out } = await student.hv('trace', 'hello-uart', '--only', 'mmio', '--no-summary');
    expect(out).toMatch(/(load|store) of 1 at device/);
    expect(out).not.toContain('SBI');
    const kinds = (await jsonLines('hello-uart', '--only', 'mmio,ecall')).map(
      ({ exit }) => (exit as { kind?: string })?.kind,
    );
    expect(new Set(kinds)).toEqual(new Set(['mmio', 'ecall', undefined]));
    expect(await student.hv('trace', 'hello', '--only', 'mmoi')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there are no exits of kind "mmoi"; choose '),
    });
  });

  test('--fold shows a repeated exit once, and what the repeats printed', async () => {
    const { out } = await student.hv('trace', 'hello', '--fold');
    expect(out).toContain('more like this one, until exit 27: "ello from S-mode, hart 0');
    expect(out.match(/console/g)!.length).toBeLessThan(5);
    expect((await student.hv('trace', 'hello-uart', '--fold')).out).toContain('these 2 again, 22 times, until exit 47');
  });

  test('ends with the counts, and when each kind of exit happened', async () => {
    const { out } = await student.hv('trace', 'hello-uart');
    expect(out).toMatch(/48 exits in 20 ticks; \d+ instructions ran directly/);
    expect(out).toMatch(/ mmio +46 {2}[ ▁▂▃▄▅▆▇█]+\n {4}serial 46/);
    expect((await student.hv('trace', 'hello-uart', '--no-summary')).out).not.toContain('exits in');
  });

  test('--where shows the symbols that exits come from, --from only the exits of some', async () => {
    const { out } = await student.hv('trace', 'hello', '--where');
    expect(out).toMatch(/ putc +26 {2}█+\n {4}ecall +26 {2}█+ {2}legacy console putchar\n/); // "Hello from S-mode, hart 0\n"
    expect(out).not.toContain('what the hypervisor did');
    const ended = await student.hv('trace', 'hello', '--from', 'shutdown', '--no-summary');
    expect(ended.out.match(/SBI/g)).toHaveLength(1);
    const places = (await jsonLines('hello', '--from', 'shutdown')).filter(({ kind }) => kind === 'exit');
    expect(places).toHaveLength(1);
  });

  test("under a student's part that is not written: says so, exits with 1", async () => {
    await student.hv('reset', '01');
    const { code, out } = await student.hv('trace', 'hello', '--part', '01=exercises');
    expect(code).toBe(1);
    expect(out).toContain('not written yet');
  });

  test('under the solution it is the same run as without a part', async () => {
    expect((await student.hv('trace', 'hello', '--part', '01=solutions')).out).toBe(
      (await student.hv('trace', 'hello')).out,
    );
  });
});
