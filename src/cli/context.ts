/** What every command works with: the terminal, the course, the student's folder, and the flags that hold for all commands. */
import type { Course, Workspace } from '#course';
import { ProgressFile, openWorkspace, packageRoot } from '#course';
import { course } from '#lessons';

/** The process's streams; tests give their own. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  readonly columns: number;
  readonly rows: number;
  /** Keys can be read and the screen can be redrawn. */
  readonly interactive: boolean;
  /** The stream shows colours, as far as the environment goes. */
  readonly colour: boolean;
}

export interface Context {
  readonly io: Io;
  readonly course: Course;
  readonly workspace: Workspace;
  readonly progress: ProgressFile;
  now(): Date;
  /** `--json`: JSON on standard output, nothing else: one value, or one a line from what goes on for long. */
  json: boolean;
  /** False after `--no-color` or NO_COLOR. */
  colour: boolean;
  /** What the process will exit with: 0, or 1 when tests failed. */
  exitCode: number;
}

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

export function processIo(env: NodeJS.ProcessEnv = process.env): Io {
  const { stdin, stdout, stderr } = process;
  const terminal = stdout.isTTY === true;
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    get columns() {
      return stdout.columns || Number(env.COLUMNS) || DEFAULT_COLUMNS;
    },
    get rows() {
      return stdout.rows || DEFAULT_ROWS;
    },
    interactive: terminal && stdin.isTTY === true && env.TERM !== 'dumb' && !env.CI,
    // https://no-color.org: set and not empty means no colour.
    colour: !env.NO_COLOR && (terminal || Boolean(env.FORCE_COLOR)) && env.TERM !== 'dumb',
  };
}

export function createContext(io: Io, env: NodeJS.ProcessEnv = process.env): Context {
  const workspace = openWorkspace(packageRoot(__filename), env);
  return {
    io,
    course,
    workspace,
    progress: new ProgressFile(workspace.state, course.id),
    now: () => new Date(),
    json: false,
    colour: io.colour,
    exitCode: 0,
  };
}
