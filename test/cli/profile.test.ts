/** `hv profile` at the command line: what it prints and writes, and how mistakes are answered. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Student } from './harness';

const STUB = join(__dirname, '../../exercises/03-trap-and-emulate/virtual-supervisor.ts');

let student: Student;
let folder: string;
beforeEach(() => {
  student = new Student();
  folder = mkdtempSync(join(tmpdir(), 'profile-'));
});
afterEach(() => {
  student.leave();
  rmSync(folder, { recursive: true });
});

test("two tables: functions, and the host's time by kind of exit", async () => {
  const { code, out, err } = await student.hv('profile', 'user-programs');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^user-programs under trap-and-emulate: [\d,]+ instructions, [\d,]+ samples, one each [\d,]+; /);
  expect(out).toContain('function of the guest');
  expect(out).toMatch(/ %.* privileged\n/);
});

test('a short guest is sampled more often, so that there is something to see', async () => {
  const { out } = await student.hv('profile', 'page-mix', '--json');
  const { stacks } = JSON.parse(out) as { stacks: { samples: number }[] };
  expect(stacks.reduce((sum, { samples }) => sum + samples, 0)).toBeGreaterThan(400);
});

test('folded stacks and the flame graph go to files, and - prints the stacks alone', async () => {
  const [folded, svg] = ['stacks.txt', 'flame.svg'].map((name) => join(folder, name));
  const first = await student.hv('profile', 'page-mix', '--vmm', 'hardware', '--folded', folded, '--svg', svg);
  expect(first.code).toBe(0);
  const { out } = await student.hv('profile', 'page-mix', '--vmm', 'hardware', '--folded', '-');
  expect(readFileSync(folded, 'utf8')).toBe(out);
  expect(out).toMatch(/^(?:(?:kernel|user)(?:;\S+)+ \d+\n)+$/);
  expect(readFileSync(svg, 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
});

test('a part that fails ends the profile with its sentence, and what came before is shown', async () => {
  const { code, out } = await student.hv('profile', 'csr-torture', '--part', `03=${STUB}`);
  expect(code).toBe(1);
  expect(out).toContain('not written yet: emulate one privileged instruction');
  expect(out).toContain('shadow-miss');
});

test.each([
  ['a guest that is not there', ['helo'], /^hv: There is no guest "helo"\. Did you mean "hello"\?/],
  ['no distance', ['hello', '--every', '0'], /^hv: --every 0: a whole number above 0, please\.\n$/],
  ['a technique that is not there', ['hello', '--vmm', 'magic'], /^hv: .*magic/],
  [
    'parts without a hypervisor',
    ['hello', '--bare', '--part', '03=exercises'],
    /^hv: --vmm, --part and --mine belong to a hypervisor/,
  ],
  ['a folder that is not there', ['hello', '--svg', '/nowhere/flame.svg'], /^hv: .*\/nowhere\/flame\.svg/],
  [
    'two things to print',
    ['hello', '--json', '--folded', '-'],
    /--folded - and --json would both print; give --folded a file/,
  ],
  ['names from a file that is none', ['hello', '--symbols', '/nowhere/System.map'], /^hv: .*System\.map/],
])('%s: one sentence, exit code 2', async (_, words, sentence) => {
  const { code, out, err } = await student.hv('profile', ...words);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(sentence);
  expect(existsSync('/nowhere')).toBe(false);
});
