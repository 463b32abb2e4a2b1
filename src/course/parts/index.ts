/** The door to parts in files: load one, and say what is wrong with it. */
export * from './part-file';
export * from './part-loader';
