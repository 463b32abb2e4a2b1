/** A piece of a long run of the fuzzer: neighbouring seeds on VMs of their own, so that a piece does the same wherever it runs. */
import { printCase } from './case';
import { caseOf } from './generate';
import { kindOf, minimize } from './minimize';
import { failureOf, Runner } from './runner';

export interface Piece {
  /** The first seed, and how many. */
  readonly first: number;
  readonly cases: number;
}

/** A failing seed. */
export interface Found {
  readonly seed: number;
  readonly message: string;
  /** What is left of the case, as `printCase` writes it; missing if the piece had a failure of this kind before. */
  readonly least?: readonly string[];
}

/** What became of a piece. */
export interface Done extends Piece {
  readonly found: readonly Found[];
  /** By technique: how many exits attackers caused. */
  readonly exits: Readonly<Record<string, number>>;
  /** The most that one exit took, in look-ups of guest memory. */
  readonly mostSteps: number;
}

export function perform(piece: Piece): Done {
  const runner = new Runner();
  const found: Found[] = [];
  const kinds = new Set<string>();
  for (let seed = piece.first; seed < piece.first + piece.cases; seed++) {
    const failure = runner.run(caseOf(seed));
    if (!failure) continue;
    const { message } = failure;
    if (kinds.has(kindOf(message))) found.push({ seed, message });
    else {
      const least = minimize(failure, (tried) => failureOf(tried));
      found.push({ seed, message: least.message, least: least.cases.map((each) => printCase(each)) });
    }
    kinds.add(kindOf(message));
  }
  runner.release();
  const sums = Object.entries(runner.exits).map(([technique, exits]): [string, number] => [
    technique,
    Object.values(exits).reduce((sum, count) => sum + count, 0),
  ]);
  return { ...piece, found, exits: Object.fromEntries(sums), mostSteps: runner.mostSteps };
}
