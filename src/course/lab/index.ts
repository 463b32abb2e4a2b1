/** The door to the laboratory: guests as programs, runs that are compared, and what suites are written with. */
export type { Comparison } from './bare-metal';
export { sameAsBareMetal } from './equivalence';
export { Divergence } from './divergence';
export { firstDifference } from './first-difference';
export { assembleGuest, findGuest, kernel, programOf, readGuest } from './guest-source';
export { MEMORY_BYTES, runBare, runInVm, runTogether, type Outcome, type RunOptions } from './run';
export { requires, suite, Unmet, type Declare, type Group, type Lab, type Suite } from './suite';
