/** The door to grading: a resident runner, and from what it saw to what a student reads. */
export * from './protocol';
export * from './runner';
export * from './signatures';
export * from './type-check';
export * from './verdict';
