/** Which tests each known wrong solution fails: how a student's mistake is recognised as one that others made before. */
import fs from 'node:fs';
import type { Group } from './protocol';

export interface Signature {
  /** Name of the wrong solution's file, without folder. */
  readonly file: string;
  /** The group in which it must lose points. */
  readonly group: Group;
  /** What its author should read. */
  readonly sentence: string;
  /** Full names of the tests that it fails, in the suite's order. */
  readonly failing: readonly string[];
}

/** More than this many equal signatures explain nothing. */
const MOST_SHOWN = 2;

/** The signatures that `hv check --write` stored; none if there is no such file yet. */
export function readSignatures(file: string): readonly Signature[] {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as Signature[];
  } catch {
    return [];
  }
}

export function formatSignatures(signatures: readonly Signature[]): string {
  return `${JSON.stringify(signatures, undefined, 2)}\n`;
}

/** The sentences of the wrong solutions that fail exactly these tests. */
export function misconceptionsOf(failing: readonly string[], signatures: readonly Signature[]): readonly string[] {
  if (failing.length === 0) return [];
  const found = signatures.filter(
    (signature) =>
      signature.failing.length === failing.length && signature.failing.every((name) => failing.includes(name)),
  );
  return found.length > MOST_SHOWN ? [] : found.map((signature) => signature.sentence);
}
