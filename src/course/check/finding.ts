/** One thing that `hv check` looked at. */
export interface Finding {
  /** In one or two words: `stub`, `solution`, a file's name. */
  readonly what: string;
  readonly ok: boolean;
  /** What was seen; for a failure, what is wrong. */
  readonly detail: string;
}
