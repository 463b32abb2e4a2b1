/** Where things are, also where a folder cannot be written to. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findLesson } from '../../src/course/manifest';
import type { WrittenLesson } from '../../src/course/manifest';
import { ProgressFile } from '../../src/course/progress';
import { exerciseFile, openWorkspace, packageRoot, shownPath } from '../../src/course/workspace';
import { course } from '../../lessons/course';

const root = path.join(__dirname, '../..');
const lesson = findLesson(course, '03') as WrittenLesson;

test('the package is found from any file in it', () => {
  expect(packageRoot(__filename)).toBe(root);
  expect(() => packageRoot('/nowhere/at/all.ts')).toThrow('no package folder');
});

test('without HV_HOME the student works in the package', () => {
  const workspace = openWorkspace(root, {});
  expect(workspace).toMatchObject({ root, home: root, state: path.join(root, '.hv') });
  expect(shownPath(workspace, exerciseFile(workspace, lesson))).toBe(
    'exercises/03-trap-and-emulate/virtual-supervisor.ts',
  );
});

test('HV_HOME puts the files of a student elsewhere, and paths are shown from there', () => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'home-'));
  const workspace = openWorkspace(root, { HV_HOME: home });
  expect(workspace.root).toBe(root);
  expect(exerciseFile(workspace, lesson).startsWith(home)).toBe(true);
  expect(shownPath(workspace, exerciseFile(workspace, lesson))).toBe(
    'exercises/03-trap-and-emulate/virtual-supervisor.ts',
  );
  expect(shownPath(workspace, '/etc/hosts')).toBe('/etc/hosts');
  fs.rmSync(home, { recursive: true });
});

test('where nothing can be written, caches go to the temporary folder, and progress says that it is not kept', () => {
  // A file where a folder should be: refused for root, too, unlike missing permissions.
  const blocked = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'blocked-')), 'file');
  fs.writeFileSync(blocked, '');
  const workspace = openWorkspace(root, { HV_HOME: blocked });
  expect(workspace.cache.startsWith(os.tmpdir())).toBe(true);
  expect(fs.statSync(workspace.cache).isDirectory()).toBe(true);
  expect(() => new ProgressFile(workspace.state, 'c').update((before) => before)).toThrow('could not be saved');
  fs.rmSync(path.dirname(blocked), { recursive: true });
  fs.rmSync(workspace.cache, { recursive: true });
});
