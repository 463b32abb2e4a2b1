/** `hv boot --bare --json`: a run told as one JSON value. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { assemble } from '#machine';
import { reportBare, type BareOptions } from '../../src/cli/boot-bare';
import { makeElf } from '../machine/elf-maker';
import { ECHO, SLEEPER } from './bare-guests';
import { Student } from './harness';

jest.setTimeout(30_000);

const folder = mkdtempSync(join(tmpdir(), 'worldswitch-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, source: string): string {
  const path = join(folder, name);
  writeFileSync(path, assemble(source, { origin: 0x8000_0000n }).bytes);
  return path;
}

/** What the command says if this is piped into it. */
const report = (options: BareOptions, input: string): ReturnType<typeof reportBare> => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(input);
  return reportBare({ memory: '1M', bios: 'none', ...options }, { stdin, stdout, stderr });
};

test('what the guest said, how it ended and where its harts are', async () => {
  expect(await report({ kernel: file('echo', ECHO), harts: '2' }, 'HAL\x10')).toMatchObject({
    console: 'IBM',
    ending: 'off',
    code: 5,
    harts: [{ id: 0, mode: 'M' }, { id: 1, mode: 'M' }],
  }); // prettier-ignore
});

test('a guest that waits for more input than there is', async () => {
  const ended = await report({ kernel: file('sleeper', SLEEPER) }, '');
  // QEMU's reset vector, then lui, li, sb, wfi
  expect(ended).toMatchObject({ console: 'z', ending: 'waits for input', code: 0, instructions: 6 + 4 });
});

test('equal runs give equal digests, different input another one', async () => {
  const digests = await Promise.all(
    ['a\x10', 'a\x10', 'aa\x10'].map(async (input) => (await report({ kernel: file('echo', ECHO) }, input)).digest),
  );
  expect(digests[1]).toBe(digests[0]);
  expect(digests[2]).not.toBe(digests[0]);
});

test('a file with symbols names the functions', async () => {
  const { bytes, labels } = assemble(SLEEPER, { origin: 0x8000_0000n });
  const path = join(folder, 'named.elf');
  const parts = [{ address: 0x8000_0000n, bytes }];
  writeFileSync(path, makeElf({ entry: 0x8000_0000n, parts, symbols: { main: 0x8000_0000n } }));
  const [hart] = (await report({ kernel: path }, '')).harts;
  expect(hart.symbol).toBe(`main+0x${(BigInt(hart.pc) - 0x8000_0000n).toString(16)}`);
  expect(BigInt(hart.pc)).toBe(labels.get('again')! + 4n);
});

test("the command prints it and nothing else; the exit code is the guest's", async () => {
  const off = file('off', 'li t0, 0x100000\nli t1, 0x33333\nsw t1, 0(t0)'); // finisher: 0x3333 is failure, the code above it
  const student = new Student();
  const { code, out } = await student.hv(
    'boot',
    '--bare',
    '--json',
    '--bios',
    'none',
    '--memory',
    '1M',
    '--kernel',
    off,
  );
  student.leave();
  expect([code, JSON.parse(out)]).toMatchObject([3, { console: '', ending: 'off', code: 3 }]);
});

test('for a guest in a virtual machine there is `hv trace --json`, and the refusal says so', async () => {
  const student = new Student();
  const { code, err } = await student.hv('boot', 'hello', '--json');
  student.leave();
  expect([code, JSON.parse(err)]).toEqual([2, { error: expect.stringContaining('`hv trace --json`') }]);
});
