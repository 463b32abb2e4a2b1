/** The failure that a person can mend, and how to look at thrown values of every kind (ARCHITECTURE.md, "Outcomes"). */

/** A bad command, file or manifest. The message is one sentence: what is wrong, where, and what to do. Ends the command with `exitCode`. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly exitCode: number;
  constructor(sentence: string, exitCode = 2) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

/** Errors that are recognised by name. ImageError and InputError are the machine's: a person's file or value is wrong. */
export type ErrorName =
  'UsageError' | 'ImageError' | 'InputError' | 'AssemblyError' | 'PartFailure' | 'NotWritten' | 'Divergence';

/** True for any error of this name, whichever copy of this module made it: jest loads its own copy of everything. */
export function isNamed(error: unknown, name: ErrorName): error is Error {
  return typeof error === 'object' && error !== null && (error as { name?: unknown }).name === name;
}

/** What an unknown thrown value says, in one line. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null && typeof (thrown as { message?: unknown }).message === 'string') {
    return (thrown as { message: string }).message;
  }
  return String(thrown);
}
