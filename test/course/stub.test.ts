/** Stubs are derived from solutions: what is kept, what is replaced, and what an author who forgets a marker reads. */
import { deriveStub, withoutMarkers } from '../../src/course/stub';

const solution = `// 04 · Whose trap is this?
import { todo } from '#vmm';
import type { Parts } from '#vmm';

// #region solution:
const SIE = 1n << 1n;
// #endregion

export const reflect: Parts['reflect'] = {
  owner(trap, vcpu) {
    // #region solution: return todo('decide whose trap this is');
    return trap.cause === 8 ? 'guest' : 'vmm';
    // #endregion
  },
};
`;

test('regions become what their marker says, everything else stays', () => {
  expect(deriveStub(solution, 'Edit this file.', 'reflect.ts')).toBe(`// Edit this file.
// 04 · Whose trap is this?
import { todo } from '#vmm';
import type { Parts } from '#vmm';

export const reflect: Parts['reflect'] = {
  owner(trap, vcpu) {
    return todo('decide whose trap this is');
  },
};
`);
});

test('a solution without its markers keeps every line of code', () => {
  const text = withoutMarkers(solution);
  expect(text).not.toContain('#region');
  expect(text).not.toContain('#endregion');
  expect(text).toContain("return trap.cause === 8 ? 'guest' : 'vmm';");
});

test('Windows line ends make the same stub', () => {
  expect(deriveStub(solution.replace(/\n/g, '\r\n'), 'h', 'f')).toBe(deriveStub(solution, 'h', 'f'));
});

test.each([
  ['a solution without a region', 'export const x = 1;\n', 'would give the solution away'],
  ['a region without an end', '// #region solution: todo()\nsecret\n', 'f.ts:1: this solution region has no'],
  [
    'a region in a region',
    '// #region solution: a\n// #region solution: b\n// #endregion\n',
    'f.ts:2: a solution region inside the one of line 1',
  ],
])('%s is refused', (_, text, sentence) => {
  expect(() => deriveStub(text, 'h', 'f.ts')).toThrow(sentence);
});
