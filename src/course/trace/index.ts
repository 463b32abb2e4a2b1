/** The door to what a run told, in words. */
export { eventJson, jsonLine, tracedExits, type TracedExit } from './exits';
