/** Pieces of assembly: a line for each value, and a text under a condition. */

export const each = <T>(values: readonly T[], line: (value: T, index: number) => string): string =>
  values.map(line).join('\n');

export const when = (condition: boolean, text: string): string => (condition ? text : '');
