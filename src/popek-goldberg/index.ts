/**
 * The only door to Popek and Goldberg's question, which machines can be virtualized. To read it: state.ts (<E, M, P, R> and what an
 * execution comes to), classes.ts (what lesson 02's part is asked), models/ (machines, small and executable).
 */
export {
  subjectOf,
  type Classes,
  type Classified,
  type Classifier,
  type Condition,
  type CountedSubject,
  type Subject,
  type SubjectOptions,
  type Witness,
} from './classes';
export { MACHINES } from './models';
export { held, type Instruction, type Machine, type Mode, type Outcome, type State, type Values } from './state';
export { isSensitive, tableOf, type MachineTable, type TableRow } from './table';
export { witnessText, type Claim } from './witness-text';
