/**
 * Parts of the command line that bring something heavy with them: Markdown, YAML, the machine. Each is loaded by the command
 * that needs it, so that `hv status` answers at once.
 */
import type * as Read from './read';
import type * as Quiz from './quiz';
import type * as TraceText from '#course/trace';
import type * as Board from './board';
import type * as BootBare from './boot-bare';
import type * as BootVm from './boot-vm';
import type * as BootVms from './boot-vms';
import type * as ClassifyText from './classify-text';
import type * as CompareText from './compare-text';
import type * as ExplainText from './explain-text';
import type * as EngineOption from './engine-option';
import type * as Gdb from './gdb';
import type * as Profiler from './profile';
import type * as Stepper from './step';
import type * as TechniqueOption from './technique-option';

/* eslint-disable @typescript-eslint/no-require-imports -- ts-node cannot import() a relative file, `require` it can */
export const loadReader = () => require('./read') as typeof Read;
export const loadQuiz = () => require('./quiz') as typeof Quiz;
export const loadTraceText = () => require('#course/trace') as typeof TraceText;
export const loadClassifyText = () => require('./classify-text') as typeof ClassifyText;
export const loadCompareText = () => require('./compare-text') as typeof CompareText;
export const loadExplainText = () => require('./explain-text') as typeof ExplainText;
export const loadEngineOption = () => require('./engine-option') as typeof EngineOption;
export const loadBoard = () => require('./board') as typeof Board;
export const loadBootBare = () => require('./boot-bare') as typeof BootBare;
export const loadGdb = () => require('./gdb') as typeof Gdb;
export const loadProfiler = () => require('./profile') as typeof Profiler;
export const loadStepper = () => require('./step') as typeof Stepper;
export const loadTechniqueOption = () => require('./technique-option') as typeof TechniqueOption;
export const loadBootVms = () => require('./boot-vms') as typeof BootVms;
export const loadBootVm = () => require('./boot-vm') as typeof BootVm;
