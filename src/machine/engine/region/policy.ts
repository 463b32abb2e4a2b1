/** When code is compiled and how much compiled code there may be. The figures come from measurements: docs/engine.md. */

export interface Policy {
  /** Arrivals at a block that make it the reason to compile its page; at most 65535. */
  readonly threshold: number;
  /** Arrivals that bring a block in which can be reached from there: one that hardly ever runs stays out. */
  readonly warm: number;
  /** Instructions that all regions together may have: V8's code for one takes some 150 bytes. */
  readonly mostInstructions: number;
  /** Regions that there may be: each is a module, which costs V8 some 100 KB beside its code. */
  readonly mostRegions: number;
}

export const POLICY: Policy = { threshold: 8_192, warm: 64, mostInstructions: 32_768, mostRegions: 512 };
