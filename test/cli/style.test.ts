/** Text that fits: wrapping keeps words, indentation and colours. */
import { clip, flow, styleFor, widthOf, wrap } from '../../src/cli/style';

test('lines are broken between words, and never lose one', () => {
  const text = 'a hypervisor is an event handler that runs a guest until something happens';
  const lines = wrap(text, 30, 2);
  expect(lines.every((line) => line.length <= 30 && line.startsWith('  '))).toBe(true);
  expect(lines.map((line) => line.trim()).join(' ')).toBe(text);
});

test('indentation of a line is that of its continuation', () => {
  expect(wrap('  at 0x80200000 csrrs a0, sstatus, x0', 24)).toEqual(['  at 0x80200000 csrrs', '  a0, sstatus, x0']);
});

test('columns stay columns in a line that is broken', () => {
  expect(wrap('bare metal      trap: illegal instruction, stval 0x1', 34)).toEqual([
    'bare metal      trap: illegal',
    'instruction, stval 0x1',
  ]);
});

test('colours take no columns', () => {
  const { good } = styleFor(true);
  expect(good('■')).not.toBe('■');
  expect(widthOf(good('■'))).toBe(1);
});

test('clip says that something is missing', () => {
  expect(clip('abcdef', 4)).toBe('abc…');
  expect(clip('abcd', 4)).toBe('abcd');
});

test('keys stand beside each other as far as they fit', () => {
  expect(flow(['h hint', 't trace', 'x leave'], 20)).toEqual(['  h hint  t trace', '  x leave']);
});
