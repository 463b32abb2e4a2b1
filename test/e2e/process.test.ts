/** hv as a process: pipes that close, signals, exit codes, colours by environment, parts that fail. */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './terminal';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'process-'));
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

function hv(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const ran = spawnSync(process.execPath, ['bin/hv.cjs', ...args], {
    cwd: root,
    env: { ...process.env, HV_HOME: home, ...env },
    encoding: 'utf8',
  });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
  fs.writeFileSync(path.join(home, file), text);
}

test('without a terminal hv says where one stands and exits with 0', () => {
  const { code, out, err } = hv([]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('0 of 21 parts are yours');
}, 30_000);

test('a pipe that is closed early is silent', () => {
  const { stdout, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" bin/hv.cjs list | head -1`], {
    cwd: root,
    env: { ...process.env, HV_HOME: home },
    encoding: 'utf8',
  });
  expect(stdout).toContain('01 event-handler');
  expect(stderr).toBe('');
}, 30_000);

test('colours are for terminals, for FORCE_COLOR, and never for NO_COLOR', () => {
  const { NO_COLOR: _, ...plain } = process.env;
  const ran = (env: Record<string, string>) =>
    spawnSync(process.execPath, ['bin/hv.cjs', 'list'], {
      cwd: root,
      env: { ...plain, HV_HOME: home, ...env },
      encoding: 'utf8',
    }).stdout;
  expect(ran({ FORCE_COLOR: '' })).not.toContain('\x1b[');
  expect(ran({ FORCE_COLOR: '1' })).toContain('\x1b[');
  expect(ran({ FORCE_COLOR: '1', NO_COLOR: '1' })).not.toContain('\x1b[');
}, 30_000);

test('a part that throws ends a trace with a sentence about the part, and exit code 1', () => {
  write('exercises/01-event-handler/run-loop.ts', "export const runLoop = () => {\n  throw new Error('oops');\n};\n");
  const { code, out, err } = hv(['trace', 'hello', '--part', '01=exercises']);
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(out).toContain('your `runLoop` threw Error: oops');
}, 30_000);

test('a part that cannot be loaded is a wrong file: one sentence, and exit code 2', () => {
  write('exercises/01-event-handler/run-loop.ts', 'export const RunLoop = 1;\n');
  const { code, out, err } = hv(['trace', 'hello', '--part', '01=exercises']);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/^hv: .*exports no `runLoop` \(found: `RunLoop`\).*\n$/);
}, 30_000);

test('hv test: 1 for missing points, JSON on request, and the run is remembered', () => {
  hv(['reset', '01', '--yes']);
  const { code, out } = hv(['test', '01', '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ lesson: 'event-handler', state: 'not-written', points: 0 });
  expect(JSON.parse(hv(['status', '--json']).out)).toMatchObject({
    lessons: expect.arrayContaining([expect.objectContaining({ slug: 'event-handler', state: 'failing' })]),
  });
}, 120_000);

test('Ctrl-C during a run ends it, and its runner', async () => {
  write('exercises/01-event-handler/run-loop.ts', 'export const runLoop = () => {\n  for (;;);\n};\n');
  // A process group of its own, as a shell makes one: Ctrl-C goes to all of it.
  const child = spawn(process.execPath, ['bin/hv.cjs', 'test', '01'], {
    cwd: root,
    env: { ...process.env, HV_HOME: home, HV_BUDGET_SECONDS: '600' },
    detached: true,
    stdio: 'ignore',
  });
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  process.kill(-child.pid!, 'SIGINT');
  const signal = await new Promise((resolve) => child.once('exit', (_, by) => resolve(by)));
  expect(signal).toBe('SIGINT');
  for (let waited = 0; groupIsAlive(child.pid!) && waited < 10_000; waited += 100)
    await new Promise((resolve) => setTimeout(resolve, 100));
  expect(groupIsAlive(child.pid!)).toBe(false);
}, 60_000);

function groupIsAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}
