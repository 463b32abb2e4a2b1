/** Prints a table: the first column to the left, numbers to the right. */
export function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  console.log(`\n${title}`);
  for (const row of all) {
    const cells = widths.map((width, column) =>
      column === 0 ? (row[0] ?? '').padEnd(width) : (row[column] ?? '').padStart(width),
    );
    console.log(`  ${cells.join('  ')}`.trimEnd());
  }
}

export const fixed = (value: number, digits: number): string => value.toFixed(digits);
