/** Segments of the 80386 as far as the model needs them: a table of descriptors, selectors, and who may use what (80386 manual, chapter 6). */
import type { Mode } from '../state';

/** CPL. */
export const RING: Readonly<Record<Mode, number>> = { s: 0, u: 3 };

export interface Descriptor {
  readonly kind: 'code' | 'data' | 'gate';
  /** The ring that may still use it. */
  readonly dpl: number;
  readonly base: number;
  /** A gate's code segment, by index. */
  readonly target: number;
}

export const CALL_GATE = 6;

/** Code segments are conforming, so that both rings can run in them. The table is the same under all settings of R. */
const TABLE: Readonly<Record<number, Descriptor>> = {
  1: { kind: 'code', dpl: 0, base: 0, target: 0 },
  2: { kind: 'code', dpl: 0, base: 8, target: 0 },
  3: { kind: 'data', dpl: 3, base: 0, target: 0 },
  4: { kind: 'data', dpl: 0, base: 8, target: 0 },
  5: { kind: 'data', dpl: 3, base: 16, target: 0 },
  [CALL_GATE]: { kind: 'gate', dpl: 3, base: 0, target: 1 },
};

/** Index, and the ring on whose behalf it is used (RPL). */
export const selector = (index: number, rpl: number): number => index * 8 + rpl;

export const descriptorOf = (value: number): Descriptor | undefined => TABLE[value >> 3];

/** The descriptor, if LAR, LSL, VERR and VERW let this ring see it: conforming, or DPL >= CPL and RPL. */
export function visible(value: number, ring: number): Descriptor | undefined {
  const found = descriptorOf(value);
  if (found && (found.kind === 'code' || found.dpl >= Math.max(ring, value & 3))) return found;
  return undefined;
}
