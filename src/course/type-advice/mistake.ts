/** A type error that students of these exercises make often: how it is recognised, and what helps. */
import type { Declarations } from './declarations';
import type { StudentSource } from './student-source';

/** One problem as the checker tells it, and all that can be looked up about it. */
export interface Found {
  /** As `TS2322`. */
  readonly code: string;
  /** The checker's text with its continuation lines. */
  readonly text: string;
  /** Offset in the student's file at which the checker points. */
  readonly at: number;
  readonly source: StudentSource;
  /** Of the course's own types. */
  readonly declarations: Declarations;
}

export interface Mistake {
  /** As a person would call it. */
  readonly name: string;
  /** The checker's numbers for it. */
  readonly codes: readonly string[];
  /** What its text says; named groups are what it names. Not given: anything. */
  readonly says?: RegExp;
  /** One to three sentences for the student; undefined if it is not this mistake after all. */
  advice(found: Found, named: Readonly<Record<string, string>>): string | undefined;
}

/** The advice of the first mistake in the table that this is. */
export function adviceOn(found: Found, table: readonly Mistake[]): string | undefined {
  for (const { codes, says, advice } of table) {
    if (!codes.includes(found.code)) continue;
    const match = says === undefined ? undefined : says.exec(found.text);
    if (match === null) continue;
    const sentence = advice(found, match?.groups ?? {});
    if (sentence !== undefined) return sentence;
  }
  return undefined;
}
