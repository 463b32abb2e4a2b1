/** Keys: what a terminal sends, as names; nothing typed is lost. */
import { PassThrough } from 'node:stream';
import { keysIn, openKeyboard } from '../../src/cli/keys';

test.each([
  ['x', ['x']],
  ['H', ['h']],
  ['?', ['?']],
  ['\r', ['enter']],
  ['\x03', ['ctrl-c']],
  ['\x1b', ['escape']],
  ['\x1b[A', ['up']],
  ['\x1bOB', ['down']],
  ['hhx', ['h', 'h', 'x']],
  ['\x1b[Ax\x1b[B', ['up', 'x', 'down']],
  ['\x1b[3~', ['\x1b[3~']],
  ['é', ['é']],
])('%j', (data, keys) => {
  expect(keysIn(data)).toEqual(keys);
});

/** A terminal that remembers its mode. */
function fakeTerminal() {
  const stream = new PassThrough() as unknown as NodeJS.ReadStream & { raw: boolean; write(text: string): void };
  stream.setRawMode = (on: boolean) => {
    stream.raw = on;
    return stream;
  };
  return stream;
}

test('keys pressed while nobody waits are kept, and the terminal is given back', async () => {
  const terminal = fakeTerminal();
  const keyboard = openKeyboard(terminal);
  expect(terminal.raw).toBe(true);
  terminal.write('hx');
  expect(await keyboard.next()).toBe('h');
  expect(await keyboard.next()).toBe('x');
  keyboard.pause();
  expect(terminal.raw).toBe(false);
});

test('a terminal that goes away is like Ctrl-C', async () => {
  const terminal = fakeTerminal();
  const keyboard = openKeyboard(terminal);
  (terminal as unknown as PassThrough).end();
  expect(await keyboard.next()).toBe('ctrl-c');
});
