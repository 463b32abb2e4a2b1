/** The stepper in a real terminal: its keys, a new size, and how it leaves. */
import { Terminal, describeTerminal } from './terminal';

describeTerminal('hv step on a terminal', () => {
  let terminal: Terminal;
  afterEach(() => terminal.close());
  const open = (command: string) => (terminal = new Terminal(`node bin/hv.cjs ${command}`, {}, 80, 24));

  test('steps on and back, shows views, follows a new size, and q leaves', async () => {
    open('step hello');
    const first = await terminal.shows('step 0');
    expect(first.trimEnd().split('\n')).toHaveLength(24);
    terminal.type('n', 'n', 's');
    await terminal.shows('exit 2');
    await terminal.shows('lbu a0,0(s0)');
    terminal.type('b', 'p', 'p');
    await terminal.shows('step 0');
    terminal.type('g', 'p', 'u', 't', 'c', 'Enter');
    await terminal.shows(/▸ 0x80200068 .*<putc>|▸ .*<putc>/);
    terminal.type('t');
    await terminal.shows('its shadow, walked instead');
    terminal.resize(140, 45);
    await terminal.shows(/zero 0{16}.*a6/);
    terminal.type('q');
    await terminal.shows('left with 0');
    await terminal.shows(/^icanon echo/m);
  }, 120_000);

  test('Ctrl-C leaves with 130, in a prompt too, and the terminal is as it was', async () => {
    open('step hello --vmm hardware');
    await terminal.shows('step 0');
    terminal.type('g', '1');
    await terminal.shows('go to: 1');
    terminal.type('C-c');
    await terminal.shows('left with 130');
    await terminal.shows(/^icanon echo/m);
  }, 120_000);
});
