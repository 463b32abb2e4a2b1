/** `hv step` without a terminal: scripts of keys, their screens and their JSON, and what it says to wrong command lines. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { divergedGuest } from '../../src/cli/commands/step';
import type { Verdict } from '../../src/course/grading';
import { complete } from '../../src/course/step';
import { screenLines } from '../../src/cli/step/screen';
import { keysOfScript } from '../../src/cli/step/script';
import { openSession } from '../../src/cli/step/source';
import { plain, styleFor, widthOf } from '../../src/cli/style';
import { Student } from './harness';

jest.setTimeout(120_000);

let student: Student;
beforeAll(() => (student = new Student()));
afterAll(() => student.leave());

interface State {
  readonly step: number;
  readonly instruction: number;
  readonly exits: number;
  readonly pc: string;
  readonly code: string;
  readonly source: { readonly place: string; readonly text: string } | null;
  readonly registers: Readonly<Record<string, string>>;
  readonly guest: Readonly<Record<string, string>>;
  readonly host: Readonly<Record<string, string>>;
  readonly message: string;
  readonly end: string | null;
}

const stateAfter = async (script: string, ...args: string[]): Promise<State> =>
  JSON.parse((await student.hv('step', ...args, '--json', '--script', script)).out) as State;

test('without a terminal it says so in one sentence and exits with 2', async () => {
  expect(await student.hv('step', 'hello')).toEqual({
    code: 2,
    out: '',
    err: 'hv: `hv step` fills a screen and needs a terminal; without one, give --script KEYS, --json, or both.\n',
  });
});

test.each([
  [['hello', '--script', '<f1>'], 'there is no key <f1>'],
  [['nobody'], 'There is no guest "nobody".'],
  [['no/such.elf'], 'no/such.elf does not exist'],
  [['99'], 'There is no lesson "99"'],
  [['02'], 'is no part of a hypervisor'],
  [['hello', '--vmm', 'magic'], 'There is no technique "magic"'],
  [['hello', '--bare', '--mine'], 'with --bare there is none'],
  [['hello', '--guest', 'timer'], '--guest goes with a lesson'],
])('%j is refused in a sentence', async (args, sentence) => {
  const { code, err } = await student.hv('step', '--json', ...args);
  expect(code).toBe(2);
  expect((JSON.parse(err) as { error: string }).error).toContain(sentence);
});

test('s steps, b goes back, and a count repeats either', async () => {
  const start = await stateAfter('', 'hello', '--bare');
  expect(start).toMatchObject({ step: 0, instruction: 0, pc: '0x80200000' });
  expect(await stateAfter('10s4b', 'hello', '--bare')).toMatchObject({ step: 6, instruction: 6 });
  expect({ ...(await stateAfter('20s20b', 'hello', '--bare')), host: start.host }).toEqual(start);
});

test("an instruction stands beside the line of the guest's source", async () => {
  const { pc, source, code } = await stateAfter('gputc<enter>', 'hello');
  expect(code).toBe('li a7,1');
  const line = Number(source!.place.replace('lib.s:', ''));
  const text = readFileSync(path.join(__dirname, '../../src/guests/lib.s'), 'utf8').split('\n')[line - 1];
  expect({ pc, line: text.trim() }).toEqual({ pc: expect.stringMatching(/^0x8020/), line: source!.text });
});

test('under trap-and-emulate the guest has CSRs of its own beside those of the hart', async () => {
  // Behind `csrw stvec, t0` the guest's stvec is what it wrote, and the host's is not.
  const { guest, host, registers } = await stateAfter('/csrw stvec<enter>ss', 'csr-torture');
  expect(guest.stvec).toBe(registers.t0);
  expect(host.stvec).not.toBe(registers.t0);
});

test('f leads to where a wrong part first shows: the register that it got wrong is the next one to be written', async () => {
  const part = path.join(__dirname, '../mutants/04-reflecting-traps/forgets-spie.ts');
  const state = await stateAfter('f', 'timer', '--part', `04=${part}`);
  const [, count] = /left bare metal after ([\d,]+) instructions/.exec(state.message)!;
  expect(state.instruction).toBe(Number(count.replaceAll(',', '')));
  expect(state.message).toContain(`at ${state.pc} `);
});

test('docs/step.md finds the planted bug as it says', async () => {
  const part = ['timer', '--part', `04=${path.join(__dirname, '../mutants/04-reflecting-traps/forgets-spie.ts')}`];
  const [SIE, SPIE, SPP, STI] = [1n << 1n, 1n << 5n, 1n << 8n, 1n << 5n];
  const has = ({ guest }: State, bits: bigint, csr = 'sstatus') => (BigInt(guest[csr]) & bits) === bits;
  const apart = await stateAfter('f', ...part);
  expect(apart.instruction).toBe(38);
  expect(apart.message).toContain('bare metal      interrupt: supervisor timer interrupt');
  expect([has(apart, STI, 'sip'), has(apart, STI, 'sie'), has(apart, SIE)]).toEqual([true, true, false]);
  const sret = await stateAfter('f\\sret<enter>', ...part);
  expect([sret.code, sret.instruction, has(sret, SPIE)]).toEqual(['sret', 35, false]);
  const before = await stateAfter('gexit 7<enter>', ...part);
  expect([has(before, SIE), has(before, SPIE)]).toEqual([true, false]);
  const inside = await stateAfter('gexit 7<enter>s', ...part);
  expect([has(inside, SIE), has(inside, SPIE), has(inside, SPP)]).toEqual([false, false, true]);
});

test('a failing test that ran a guest of the course says which; a kernel of the test has no name', () => {
  const verdict = (line: string) =>
    ({ groups: [{ tests: [{ lines: ['x'] }, { lines: [line, '  at 0x80200000'] }] }] }) as unknown as Verdict;
  expect(divergedGuest(verdict('guest csr-torture left bare metal after 1,204 instructions'))).toBe('csr-torture');
  expect(divergedGuest(verdict('guest kernel left bare metal after 7 instructions'))).toBeUndefined();
  expect(divergedGuest(undefined)).toBeUndefined();
});

test('a part that never returns ends the walk with a sentence', async () => {
  const part = student.write(
    'endless.ts',
    'export const reflect = { owner: () => { for (;;); }, deliver: () => undefined };\n',
  );
  process.env.HV_BUDGET_SECONDS = '2';
  try {
    const { code, err } = await student.hv('step', 'user-programs', '--part', `04=${part}`, '--script', 'gend<enter>');
    expect([code, err]).toEqual([2, 'hv: Nothing came back for 2 s: a part does not return. The walk ends here.\n']);
  } finally {
    delete process.env.HV_BUDGET_SECONDS;
  }
});

test('a stub that is not written yet ends the walk with its sentence', async () => {
  student.write(
    'exercises/01-event-handler/run-loop.ts',
    "import { todo, type Parts } from '#vmm';\nexport const runLoop: Parts['runLoop'] = () => todo('the loop');\n",
  );
  const { end } = await stateAfter('gend<enter>', '01');
  expect(end).toBe('not written yet: the loop');
});

const SCRIPTS = ['', 'nn', 'c<down><right>', 't<down><enter>', 'l', 'e', 'd<down>', 'o', 'h', 'g12', '<escape>12', 'f'];
const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 44, rows: 12 },
  { columns: 132, rows: 50 },
  { columns: 90, rows: 70 },
  { columns: 20, rows: 6 },
];

test.each(['trap-and-emulate', 'hardware', 'bare'])(
  'under %s no screen is larger than the terminal, whatever it shows',
  async (vmm) => {
    const session = await openSession(student.context(), 'user-programs', { vmm, part: [] });
    for (const key of keysOfScript(`g9000<enter>${SCRIPTS.join('|')}|`)) {
      const way = key === '|' ? undefined : session.press(key);
      if (way) complete(way);
      if (key !== '|') continue;
      for (const size of SIZES) {
        const lines = screenLines(session, size, styleFor(false));
        expect(lines).toHaveLength(size.rows);
        expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(size.columns);
        // oxlint-disable-next-line no-control-regex
        expect(lines.join('\n')).not.toMatch(/\x1b/);
        // Colours are all that a colourful screen has more.
        expect(screenLines(session, size, styleFor(true)).map(plain)).toEqual(lines);
      }
    }
  },
);

test('each view shows its subject', async () => {
  const screen = async (script: string) =>
    (await student.hv('step', 'hello', '--vmm', 'hardware', '--script', script)).out;
  expect(await screen('5n')).toMatch(/ a7 {2}\*0{15}1 /);
  expect(await screen('5nc')).toContain("the guest's");
  expect(await screen('5nt')).toMatch(/the second stage: hgatp = 0x8000100000080[0-9a-f]{3}, Sv39x4/);
  expect(await screen('5nl')).toMatch(/VS +0x80200000 +-> 0x[0-9a-f]+ .*fetch/);
  expect(await screen('5ne')).toContain('SBI');
  expect(await screen('5nd')).toContain('serial at 0x10000000');
  expect(await screen('gend<enter>o')).toContain('Hello from S-mode, hart 0');
});
