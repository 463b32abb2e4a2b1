/** Derives a student's starting file from the solution, so that the two can never drift apart. */
import { UsageError } from './errors';

const OPEN = /^(\s*)\/\/ #region solution(?::[ \t]*(.*))?$/;
const CLOSE = /^\s*\/\/ #endregion\b/;

/**
 * The stub of a solution: every region
 *
 *     // #region solution: <code>
 *     ...
 *     // #endregion
 *
 * becomes the line `<code>`, at the indentation of the marker, or nothing where the marker names no code.
 * `header` becomes the first line. `file` is named in errors.
 */
export function deriveStub(solution: string, header: string, file: string): string {
  const out: string[] = [`// ${header}`];
  let opened: number | undefined;
  let regions = 0;
  const lines = solution.replace(/\r\n/g, '\n').split('\n');
  lines.forEach((line, index) => {
    const open = OPEN.exec(line);
    if (open) {
      if (opened !== undefined)
        throw new UsageError(`${file}:${index + 1}: a solution region inside the one of line ${opened}.`);
      opened = index + 1;
      regions += 1;
      if (open[2]) out.push(open[1] + open[2]);
    } else if (opened !== undefined && CLOSE.test(line)) {
      opened = undefined;
    } else if (opened === undefined) {
      out.push(line);
    }
  });
  if (opened !== undefined) throw new UsageError(`${file}:${opened}: this solution region has no \`// #endregion\`.`);
  if (regions === 0)
    throw new UsageError(`${file} has no \`// #region solution: ...\`, so its stub would give the solution away.`);
  return squeezeBlankLines(out.join('\n'));
}

/** A solution as people should read it: without the markers. */
export function withoutMarkers(solution: string): string {
  return solution
    .split('\n')
    .filter((line) => !OPEN.test(line.trimEnd()) && !CLOSE.test(line))
    .join('\n');
}

/** A dropped region leaves its surrounding blank lines behind: one is enough. */
function squeezeBlankLines(text: string): string {
  return text.replace(/\n{3,}/g, '\n\n').replace(/\n*$/, '\n');
}
