/** Ctrl-A and what follows it never reach the guest, however the terminal cuts its reads. */
import { EscapeKeys } from '../../src/cli/escape-keys';

/** Sorts several reads; letters stand for themselves, ^ for Ctrl-A. */
function sorted(...reads: readonly string[]): { guest: string; leave: boolean; help: boolean; where: boolean } {
  const keys = new EscapeKeys();
  const results = reads.map((read) => keys.sort(Buffer.from(read.replaceAll('^', '\x01'))));
  const guest = results.flatMap(({ forGuest }) => forGuest);
  return {
    guest: String.fromCharCode(...guest).replaceAll('\x01', '^'),
    leave: results.some(({ leave }) => leave),
    help: results.some(({ help }) => help),
    where: results.some(({ where }) => where),
  };
}

test.each([
  ['plain keys', ['ls\r'], { guest: 'ls\r', leave: false, help: false }],
  ['Ctrl-A x', ['a^xb'], { guest: 'a', leave: true, help: false }],
  ['Ctrl-A X', ['^X'], { guest: '', leave: true, help: false }],
  ['Ctrl-A x in two reads', ['a^', 'x'], { guest: 'a', leave: true, help: false }],
  ['Ctrl-A h', ['a^hb'], { guest: 'ab', leave: false, help: true }],
  ['Ctrl-A p', ['a^pb'], { guest: 'ab', leave: false, help: false, where: true }],
  ['Ctrl-A Ctrl-A types Ctrl-A', ['a^^b'], { guest: 'a^b', leave: false, help: false }],
  ['Ctrl-A Ctrl-A x is not an escape', ['^^x'], { guest: '^x', leave: false, help: false }],
  ['Ctrl-A and another key is swallowed', ['a^yb'], { guest: 'ab', leave: false, help: false }],
  ['Ctrl-C goes to the guest', ['\x03'], { guest: '\x03', leave: false, help: false }],
])('%s', (_, reads, expected) => {
  expect(sorted(...reads)).toEqual({ where: false, ...expected });
});

test('keys about the machine in front, in their order', () => {
  expect(new EscapeKeys().sort(Buffer.from('a\x01nb\x01Z\x01s\x01b\x01r\x01k')).commands).toEqual([
    'next',
    'pause',
    'keep',
    'back',
    'reset',
    'kill',
  ]);
});
