/** What `hv explain` says of one thing, as data: the terminal and --json show the same. */

/** One field of a register, with what it holds where a value is given. */
export interface FieldValue {
  readonly name: string;
  /** Bits high..low of the register. */
  readonly high: number;
  readonly low: number;
  readonly about: string;
  /** Unsigned. */
  readonly value?: bigint;
  /** What the value means, where the manual gives it a name. */
  readonly meaning?: string;
}

export interface Explanation {
  readonly kind: 'csr' | 'instruction' | 'trap' | 'exit';
  /** As the manual writes it: `hgatp`, `csrrs rd, csr, rs1`, `load guest-page fault`. */
  readonly title: string;
  /** One or two sentences. */
  readonly about: string;
  /** Label and text, in the order in which they help. */
  readonly facts: readonly (readonly [label: string, text: string])[];
  /** From the highest bit down. */
  readonly fields: readonly FieldValue[];
  /** Where the manual, the SBI specification or the course says it. */
  readonly section: string;
}
