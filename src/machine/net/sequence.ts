/** Arithmetic on TCP's sequence numbers, which are unsigned and wrap at 2^32: RFC 9293, section 3.4. */

export const plus = (sequence: number, n: number): number => (sequence + n) >>> 0;

/** How far `a` is after `b`: -2^31 .. 2^31 - 1. */
export const distance = (a: number, b: number): number => (a - b) | 0;
