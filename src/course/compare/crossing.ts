/** Where two lines cross: from which x on one costs more than the other. */

interface Line {
  readonly name: string;
  /** One for each x. */
  readonly values: readonly number[];
}

/** A sentence for each pair of lines: which is the cheaper one, and up to where. Between two points a line is straight. */
export function crossings(xs: readonly number[], lines: readonly Line[]): string[] {
  return lines.flatMap((a, i) => lines.slice(i + 1).map((b) => crossing(xs, a, b)));
}

function crossing(xs: readonly number[], a: Line, b: Line): string {
  const more = xs.map((_, i) => a.values[i] - b.values[i]);
  const at = more.findIndex((each, i) => i > 0 && Math.sign(each) !== Math.sign(more[i - 1]) && more[0] !== 0);
  const [cheap, dear] = more[at === -1 ? more.length - 1 : 0] <= 0 ? [a.name, b.name] : [b.name, a.name];
  if (more.every((each) => each === 0)) return `${a.name} and ${b.name} cost the same.`;
  if (at === -1) return `${cheap} costs no more than ${dear} at any mix.`;
  const x = xs[at - 1] + ((xs[at] - xs[at - 1]) * more[at - 1]) / (more[at - 1] - more[at]);
  return `Up to ${x.toFixed(1)} % updates ${cheap} is cheaper than ${dear}, from there on ${dear}.`;
}
