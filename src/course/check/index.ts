/** The door to `hv check`. */
export * from './check-course';
export * from './finding';
