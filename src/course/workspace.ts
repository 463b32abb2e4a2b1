/** Where things are: the package (read only), the student's own folder, and the folder for state and caches. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Lesson, WrittenLesson } from './manifest';
import { folderOf } from './manifest';

export interface Workspace {
  /** The package: sources, lessons, solutions, suites. Never written to. */
  readonly root: string;
  /** Where the student's exercises/ stands. */
  readonly home: string;
  /** Progress, kept old files, the exercise tsconfig. Inside `home`. */
  readonly state: string;
  /** What can be made again: compiled code, derived stubs. In the system's temporary folder where `home` is read only. */
  readonly cache: string;
}

/** The workspace of a package folder. `HV_HOME` puts the student's files elsewhere than into the package. */
export function openWorkspace(root: string, env: NodeJS.ProcessEnv = process.env): Workspace {
  const home = path.resolve(env.HV_HOME || root);
  const state = path.join(home, '.hv');
  return { root, home, state, cache: writableFolder(path.join(state, 'cache')) ?? temporaryCache(home) };
}

/** The package folder that holds `file`. Throws if there is none: then the installation itself is broken. */
export function packageRoot(file: string): string {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, 'package.json')) && fs.existsSync(path.join(folder, 'lessons'))) return folder;
    if (path.dirname(folder) === folder) throw new Error(`no package folder above ${file}`);
  }
}

export function exerciseFile(workspace: Workspace, lesson: WrittenLesson): string {
  return path.join(workspace.home, 'exercises', folderOf(lesson), lesson.file);
}

export function solutionFile(workspace: Workspace, lesson: WrittenLesson): string {
  return path.join(workspace.root, 'solutions', folderOf(lesson), lesson.file);
}

export function suiteFile(workspace: Workspace, lesson: WrittenLesson): string {
  return path.join(workspace.root, 'test', 'lessons', `${folderOf(lesson)}.test.ts`);
}

export function lessonFolder(workspace: Workspace, lesson: Lesson): string {
  return path.join(workspace.root, 'lessons', folderOf(lesson));
}

/** A path as people should read it: relative to the student's folder where it lies inside. */
export function shownPath(workspace: Workspace, file: string): string {
  const relative = path.relative(workspace.home, file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative.split(path.sep).join('/');
}

function writableFolder(folder: string): string | undefined {
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.accessSync(folder, fs.constants.W_OK);
    return folder;
  } catch {
    return undefined;
  }
}

/** One folder a user and home, readable by nobody else: compiled code from it is executed. */
function temporaryCache(home: string): string {
  const name = Buffer.from(home).toString('base64url').slice(-40);
  const folder = path.join(os.tmpdir(), `worldswitch-${os.userInfo().username}-${name}`);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
