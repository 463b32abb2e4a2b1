/** Where two lines cross: up to which x one costs less than the other. */

interface Line {
  readonly name: string;
  /** One for each x. */
  readonly values: readonly number[];
}

/** A sentence about two lines: which is the cheaper one, and up to or from where. Between two points a line is straight. */
export function crossing(xs: readonly number[], a: Line, b: Line): string {
  const more = xs.map((_, i) => a.values[i] - b.values[i]);
  if (more.every((each) => each === 0)) return `${a.name} and ${b.name} cost the same.`;
  const [cheap, dear] = more.find((each) => each !== 0)! < 0 ? [a.name, b.name] : [b.name, a.name];
  const at = more.findIndex((each, i) => i > 0 && each * more[i - 1] < 0);
  if (at === -1) return `${cheap} costs no more than ${dear}, whatever the mix.`;
  const x = xs[at - 1] + ((xs[at] - xs[at - 1]) * more[at - 1]) / (more[at - 1] - more[at]);
  return `${cheap} is cheaper than ${dear} up to ${x.toFixed(1)} % updates.`;
}
