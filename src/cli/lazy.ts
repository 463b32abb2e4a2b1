/**
 * Parts of the command line that bring something heavy with them: Markdown, YAML, the machine. Each is loaded by the command
 * that needs it, so that `hv status` answers at once.
 */
/* eslint-disable @typescript-eslint/no-require-imports -- ts-node cannot import() a relative file, `require` it can */
export const loadReader = () => require('./read') as typeof import('./read');
export const loadQuiz = () => require('./quiz') as typeof import('./quiz');
export const loadTraceText = () => require('./trace-text') as typeof import('./trace-text');
export const loadBootBare = () => require('./boot-bare') as typeof import('./boot-bare');
export const loadBootVm = () => require('./boot-vm') as typeof import('./boot-vm');
