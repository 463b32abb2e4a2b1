/** Where two consoles part: what a student needs of two long texts is the first line that differs. */

/** "line 3 is `b`, not `c`"; `undefined` where the texts are the same. Long lines are cut. */
export function firstDifference(expected: string, actual: string): string | undefined {
  if (expected === actual) return undefined;
  const [right, wrong] = [expected.split('\n'), actual.split('\n')];
  const at = right.findIndex((line, i) => line !== wrong[i]);
  if (at < 0) return `line ${right.length + 1} should not be there: ${shown(wrong[right.length])}`;
  if (at >= wrong.length) return `line ${at + 1} is missing: ${shown(right[at])}`;
  return `line ${at + 1} should be ${shown(right[at])}, but is ${shown(wrong[at])}`;
}

const LONGEST = 72;

const shown = (line: string): string => JSON.stringify(line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line);
