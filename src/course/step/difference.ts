/** Where a walk leaves bare metal: the same guest runs on the bare machine, and both are compared instruction by instruction. */
import type { Isa, Program } from '#machine';
import type { Parts, TechniqueName } from '#vmm';
import { sameAsBareMetal } from '../lab/equivalence';
import { Divergence } from '../lab/divergence';

export interface Compared {
  /** Its name in the sentence. */
  readonly guest: string;
  readonly program: Program;
  readonly technique: TechniqueName;
  readonly parts: Parts;
  /** For the bare machine. */
  readonly reference: Parts;
  readonly memoryBytes: number;
  readonly isa?: Isa;
}

export interface FoundDifference {
  /** Instructions that both have in common; undefined if all are, and the two end differently. */
  readonly instruction?: number;
  /** Four lines: where, what there is, what bare metal does, what the VM does. */
  readonly message: string;
}

/** Instructions and traps that are compared. */
export const COMPARED = 200_000;

/** Undefined: no difference in the first `COMPARED` events. */
export function differenceFromBare({
  guest,
  program,
  parts,
  reference,
  ...options
}: Compared): FoundDifference | undefined {
  try {
    sameAsBareMetal(parts, reference, program, { name: guest, events: COMPARED, ...options });
    return undefined;
  } catch (error) {
    if (!(error instanceof Divergence)) throw error;
    return { instruction: error.common, message: error.message };
  }
}
