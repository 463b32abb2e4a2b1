/** The home screen in a real terminal: its keys, its size, and how it leaves. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Terminal, describeTerminal } from './terminal';

describeTerminal('hv on a terminal', () => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'home-'));
  let terminal: Terminal;
  afterEach(() => terminal.close());
  afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

  const open = (columns?: number, rows?: number) =>
    (terminal = new Terminal('node bin/hv.cjs', { HV_HOME: home }, columns, rows));

  test('shows every lesson and every key, and x leaves', async () => {
    open();
    const screen = await terminal.shows('x leave');
    for (const text of [
      'Worldswitch',
      '0 of 21 parts are yours',
      '▸ 01 event-handler',
      '21 capstone',
      'r read the lesson',
      'b boot a guest',
      '? all commands',
    ]) {
      expect(screen).toContain(text);
    }
    terminal.type('x');
    await terminal.shows('left with 0');
    await terminal.shows(/^icanon echo/m);
  }, 60_000);

  test('arrows choose a lesson', async () => {
    open();
    await terminal.shows('▸ 01');
    terminal.type('Down', 'Down');
    await terminal.shows('▸ 03 trap-and-emulate');
    terminal.type('Up');
    await terminal.shows('▸ 02');
  }, 60_000);

  test('a key shows all commands, any key comes back', async () => {
    open();
    await terminal.shows('x leave');
    terminal.type('?');
    await terminal.shows('Any key brings you back.');
    terminal.type('Space');
    await terminal.shows('▸ 01');
  }, 60_000);

  test('Ctrl-C leaves with 130 and gives the terminal back', async () => {
    open();
    await terminal.shows('x leave');
    terminal.type('C-c');
    await terminal.shows('left with 130');
    await terminal.shows(/^icanon echo/m);
  }, 60_000);

  test('a small terminal shows the lessons around the chosen one', async () => {
    open(44, 14);
    const screen = await terminal.shows('x leave');
    expect(screen).toContain('▸ 01');
    expect(screen).not.toContain('21 capstone');
  }, 60_000);
});
