/** Blocks of statements, as the manual of GNU as describes them: conditions, repetitions, macros. ("Using as", sections of each directive.) */
import { assemble, AssemblyError } from '../../../../src/machine/isa';

const bytesOf = (source: string): number[] => [...assemble(source).bytes];

describe('.if: "marks the beginning of a section of code which is only considered part of the source program if the argument is non-zero"', () => {
  const half = (condition: string): number[] => bytesOf(`.set n, 2\n${condition}\n.byte 1\n.else\n.byte 2\n.endif`);

  test.each([
    ['.if n', 1],
    ['.if n - 2', 2],
    ['.ifdef n', 1],
    ['.ifdef m', 2],
    ['.ifndef n', 2],
    ['.ifndef m', 1],
  ])('%s', (condition, expected) => expect(half(condition)).toEqual([expected]));

  test('without .else there is nothing if it does not hold', () => {
    expect(bytesOf('.if 0\n.byte 1\n.endif\n.byte 2')).toEqual([2]);
  });

  test('an .else belongs to the innermost condition', () => {
    const nested = (outer: number, inner: number): number[] =>
      bytesOf(`.if ${outer}\n.if ${inner}\n.byte 1\n.else\n.byte 2\n.endif\n.else\n.byte 3\n.endif`);
    expect([nested(1, 1), nested(1, 0), nested(0, 1), nested(0, 0)]).toEqual([[1], [2], [3], [3]]);
  });

  test('what is left out may be anything', () => {
    expect(bytesOf('.if 0\nnot an instruction\n.byte undefined\n.endif')).toEqual([]);
  });
});

test('.irp: "the sequence of statements is assembled once for each value", with \\name replaced by it', () => {
  expect(bytesOf('.irp param, 1, 2, 3\n.byte \\param, 10 + \\param\n.endr')).toEqual([1, 11, 2, 12, 3, 13]);
});

describe('.macro', () => {
  test("the manual's own example: sum 0,5 makes the numbers 0 to 5", () => {
    const sum = '.macro sum from=0, to=5\n.long \\from\n.if \\to-\\from\nsum "(\\from+1)",\\to\n.endif\n.endm\n';
    expect(assemble(`${sum}sum 0,5`).bytes).toEqual(assemble('.long 0, 1, 2, 3, 4, 5').bytes);
  });

  const RESERVE = '.macro reserve_str p1=7 p2\n.byte \\p1, 0\\p2\n.endm\n';

  test.each([
    ['reserve_str 1, 2', [1, 2]],
    ['reserve_str , 2', [7, 2]], // "\\p1" has its default
    ['reserve_str p2=3, p1=4', [4, 3]], // "you may specify the argument values [...] by keyword"
    ['reserve_str 1', [1, 0]], // a parameter without a default is empty
  ])('arguments by position, by keyword, left out: %s', (use, expected) => {
    expect(bytesOf(RESERVE + use)).toEqual(expected);
  });

  test('\\@ is the number of macros executed so far, so that labels can differ; \\() separates a name from what follows', () => {
    const source = '.macro place name\n\\name\\()_\\@: .byte 1\n.endm\nplace a\nplace a\n.byte a_1 - a_0';
    expect(bytesOf(source)).toEqual([1, 1, 1]);
  });

  test('it needs a name', () => {
    expect(() => assemble('.macro\nnop\n.endm')).toThrow(AssemblyError);
  });
});
