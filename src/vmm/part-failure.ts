/** What becomes of a part that throws, or returns what it must not: one sentence that names it. */
import { NotWritten, type Parts } from './parts';

/** A part threw, hung or lied. `message` is a whole sentence, addressed to the part's author. */
export class PartFailure extends Error {
  override readonly name = 'PartFailure';
  readonly part: keyof Parts;
  constructor(part: keyof Parts, sentence: string, options?: { cause: unknown }) {
    super(sentence, options);
    this.part = part;
  }
}

/**
 * An error of the frame's own that crosses a part on its way up: a student's loop calls us, and we are at fault.
 * The wall lets it pass, so that nobody is blamed for it.
 */
export class FrameFault extends Error {
  override readonly name = 'FrameFault';
  constructor(cause: unknown) {
    super(`broken invariant in the hypervisor's frame: ${describe(cause)}`, { cause });
  }
}

/** Calls `part`; its result must be one of `allowed`. */
export function checked<T extends string | number>(
  part: keyof Parts,
  name: string,
  allowed: readonly T[],
  call: () => T,
): T {
  const result = guarded(part, name, call);
  if (allowed.includes(result)) return result;
  throw new PartFailure(
    part,
    `your \`${name}\` returned ${describe(result)}; it must return ${alternatives(allowed)}.`,
  );
}

/** Calls `call`; its result must be an object. */
export function anObject<T extends object>(part: keyof Parts, name: string, call: () => T): T {
  const result: unknown = call();
  if (typeof result === 'object' && result !== null) return result as T;
  throw new PartFailure(part, `your \`${name}\` returned ${describe(result)}; it must return an object.`);
}

export function guarded<T>(part: keyof Parts, name: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw failureOf(part, name, error);
  }
}

/** Runs code of the frame that a part called: its failures are ours, not the part's. */
export function ours<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof PartFailure || error instanceof NotWritten || error instanceof FrameFault) throw error;
    throw new FrameFault(error);
  }
}

/** What to throw for an error that came out of a part. */
export function failureOf(part: keyof Parts, name: string, error: unknown): unknown {
  if (error instanceof PartFailure || error instanceof NotWritten || error instanceof FrameFault) return error;
  return new PartFailure(part, `your \`${name}\` threw ${describe(error)}`, { cause: error });
}

/** A value in a few words; never throws, whatever the value is. */
export function describe(value: unknown): string {
  try {
    // By tag and not by instanceof: a grader runs the part in a realm of its own, whose Error and Promise are not ours.
    const tag = Object.prototype.toString.call(value);
    if (tag === '[object Error]') return `${(value as Error).name}: ${(value as Error).message}`;
    if (typeof value === 'string') return `'${value.length > 60 ? `${value.slice(0, 60)}…` : value}'`;
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'function') return 'a function';
    if (typeof value === 'object' && value !== null) return tag === '[object Promise]' ? 'a Promise' : 'an object';
    return String(value);
  } catch {
    return 'a value that cannot be shown';
  }
}

/** `'a', 'b' or 'c'` */
export function alternatives(values: readonly (string | number)[]): string {
  const quoted = values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)));
  return `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}
