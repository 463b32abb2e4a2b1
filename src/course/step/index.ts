/** The door to walking through a run, forwards and backwards: the walk, what is to be seen at a place, and finding places. */
export { complete, Walk, type Boot, type Listeners, type Way } from './walk';
export { Sight, type CsrValue, type Stage } from './sight';
export { codeAround, codeLine, type CodeLine } from './code';
export { pathTo, treeRows, type TreeRow } from './tree';
export { addressOf, findLast, findNext, matcher } from './search';
export { COMPARED, differenceFromBare, type Compared, type FoundDifference } from './difference';
export type { WalkedExit } from './exit-log';
