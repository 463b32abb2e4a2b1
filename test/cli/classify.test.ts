/** `hv classify`: the list, a table with its witnesses, JSON, a student's own part, and how mistakes are answered. */
import { Student } from './harness';

jest.setTimeout(60_000);

let student: Student;
beforeEach(() => (student = new Student()));
afterEach(() => student.leave());

const lines = (out: string): string[] => out.split('\n').map((line) => line.trim().replaceAll(/\s+/g, ' '));

test('the list says which machines meet theorems 1 and 3', async () => {
  const { code, out } = await student.hv('classify');
  expect(code).toBe(0);
  expect(lines(out).map((line) => line.split(' ').slice(0, 4).join(' '))).toEqual(
    expect.arrayContaining(['1974 10 met met', 'pdp10 15 - met', 'rv64 23 met met']),
  );
});

test('a table names what stands against theorem 1, with states that show it', async () => {
  const { code, out } = await student.hv('classify', 'x86');
  expect(code).toBe(0);
  expect(lines(out)).toEqual(
    expect.arrayContaining([
      'POPF - yes - -',
      'POPF control ring 0: if 1 -> 0',
      'PUSHF location if=0: s0=0; if=1: s0=512',
      'PUSH CS mode ring 0: s0=8; ring 3: s0=11',
    ]),
  );
});

test('--all adds the witnesses of what is privileged', async () => {
  const few = await student.hv('classify', 's360');
  const all = await student.hv('classify', 's360', '--all');
  expect(lines(few.out)).not.toContain('ISK location key=0 blockKey=0: r1=0; key=3 blockKey=3: r1=3');
  expect(lines(all.out)).toContain('ISK location key=0 blockKey=0: r1=0; key=3 blockKey=3: r1=3');
});

test.each([40, 80, 120])('at %i columns no line is wider than the terminal', async (columns) => {
  student.columns = columns;
  for (const args of [[], ['x86'], ['rv64-leaky', '--all']]) {
    const { out } = await student.hv('classify', ...args);
    for (const line of out.trimEnd().split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  }
});

test('--json has the witnesses as whole states', async () => {
  const { out } = await student.hv('classify', 'pdp10', '--json');
  const { theorems, instructions } = JSON.parse(out) as {
    theorems: { holds: boolean }[];
    instructions: { name: string; witnesses: Record<string, { M: string; R: object }[]> }[];
  };
  expect(theorems.map(({ holds }) => holds)).toEqual([false, false, true]);
  const { witnesses } = instructions.find(({ name }) => name === 'JRST 1,')!;
  expect(witnesses.control[0]).toMatchObject({ M: 's', R: { rel: 0, pi: 0 } });
});

test('a machine that is not there: one sentence, with the nearest name', async () => {
  const { code, err } = await student.hv('classify', 'x68');
  expect(code).toBe(2);
  expect(err).toContain('There is no machine "x68". Did you mean "x86"?');
});
