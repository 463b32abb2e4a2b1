/** `npm run fuzz` as CI and a night's run need it: it ends with a code, says how to go on, and goes on (docs/proof.md). */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

jest.setTimeout(120_000);

const root = path.join(__dirname, '../..');
const MAIN = ['-r', 'ts-node/register/transpile-only', path.join(__dirname, 'main.ts')];
const folder = mkdtempSync(path.join(os.tmpdir(), 'worldswitch-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fuzz = (...words: string[]) => spawnSync(process.execPath, [...MAIN, ...words], { cwd: root, encoding: 'utf8' });

test('a run that was interrupted goes on where it was, and keeps what it had found', () => {
  const progress = path.join(folder, 'night.json');
  writeFileSync(progress, JSON.stringify({ next: 41, end: 61, kinds: [] }));
  const { stdout, status } = fuzz('--progress', progress);
  expect(stdout).toContain('20 cases from seed 41 on: 0 kinds of failure');
  expect(status).toBe(0);
  expect(JSON.parse(readFileSync(progress, 'utf8'))).toEqual({ next: 61, end: 61, kinds: [] });
  writeFileSync(progress, JSON.stringify({ next: 61, end: 61, kinds: ['somebody fell over'] }));
  expect(fuzz('--progress', progress).status).toBe(1);
});

test('Ctrl-C ends it with the command that goes on', async () => {
  const running = spawn(process.execPath, [...MAIN, '--cases', '1e6', '--seed', '7'], { cwd: root });
  let output = '';
  running.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.includes('seeds 7 to 1000006')) running.kill('SIGINT');
  });
  const code = await new Promise((resolve) => running.on('exit', resolve));
  expect([code, output]).toEqual([130, expect.stringContaining('to go on: npm run fuzz -- --cases 1000000 --seed 7')]);
});

test('numbers that are none are refused', () => {
  expect(fuzz('--cases', 'many')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('Give whole numbers') as unknown,
  });
});
