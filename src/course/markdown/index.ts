/** The door to lesson texts (`#course/markdown`): read, resolved against the sources, written to a terminal. */
export { findCode, type CodeReference, type FoundCode } from './code-pattern';
export { readLessonText, type LessonText } from './lesson-text';
export { painter, wrap, type Paint, type Run, type Style } from './styled';
export { renderTerminal, type TerminalOptions } from './terminal';
