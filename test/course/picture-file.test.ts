/** Pictures as a file of their own: what is in it, and where its points are. */
import { pictureFile, type Section } from '#course/compare';

/** From 1 to 100: far enough apart for a logarithmic scale. */
const LINES: Section = {
  title: 'Cost & growth',
  text: 'Of nothing.',
  drawnAs: 'lines',
  table: {
    head: 'operations',
    columns: ['straight', 'flat'],
    rows: [0, 10, 20].map((x) => ({ label: `${x} k`, values: [5 * x || 1, 1] })),
    unit: 'ms',
  },
};

/** Heights of a line's points; they grow downwards. */
const heights = (file: string, line: number): number[] =>
  [...file.matchAll(/<polyline points="([^"]+)"/g)][line][1].split(' ').map((point) => Number(point.split(',')[1]));

test('on a linear scale a straight line is straight, however far it rises', () => {
  const [a, b, c] = heights(pictureFile([{ ...LINES, scale: 'linear' }]), 0);
  expect(Math.abs(a - b - (b - c))).toBeLessThan(10);
  const [x, y, z] = heights(pictureFile([LINES]), 0);
  expect(x - y).toBeGreaterThan(3 * (y - z));
});

test('the file has its title, unit, legend and colours in it, and names no other file', () => {
  const file = pictureFile([LINES, LINES]);
  expect(file.match(/>Cost &amp; growth, ms</g)).toHaveLength(4); // above each picture, and as its name for screen readers
  expect(file.match(/>straight</g)).toHaveLength(2);
  expect(file).toContain('--s1:');
  expect(file.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/href|url\(|https?:/);
});

test('pictures do not overlap', () => {
  const file = pictureFile([LINES, LINES]);
  const [first, second] = [...file.matchAll(/^<g transform="translate\(16 (\d+)\)">/gm)].map(([, top]) => Number(top));
  const [, height] = /<svg width="\d+" height="(\d+)"/.exec(file)!;
  expect(second - first).toBeGreaterThan(Number(height));
});
