/** The door to comparisons (`#course/compare`): one guest under several techniques, on several devices, or beside others. */
export { numberText, type Comparison, type Row, type Section, type Table } from './comparison';
export { compareCpu } from './cpu';
export { compareIo } from './io';
export { comparisonPage, pictureFile } from './page';
export { comparePaging } from './paging';
export type { Bench } from './run';
export { compareTime } from './time';
