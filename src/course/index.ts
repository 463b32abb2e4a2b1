/** The door to the course's light parts; the heavy ones (grading, quiz, markdown, site, parts, check) have doors of their own: `#course/grading` ... */
export * from './errors';
export * from './exercise-files';
export * from './manifest';
export * from './manifest-check';
export * from './nearest';
export * from './own-parts';
export * from './progress';
export * from './quiz-progress';
export { withoutMarkers } from './stub';
export * from './workspace';
