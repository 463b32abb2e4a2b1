/** Files that belong to no lesson: leftovers of a renaming, which readers would take for the real thing. */
import fs from 'node:fs';
import path from 'node:path';
import type { Course, Lesson } from '../manifest';
import { folderOf } from '../manifest';
import type { Workspace } from '../workspace';
import type { Finding } from './finding';

/** Where a lesson has a folder, and what may lie in it. exercises/ belongs to the student and is not looked at. */
const PLACES: readonly {
  readonly parent: string;
  readonly allowed: (lesson: Lesson, name: string) => boolean;
}[] = [
  { parent: 'lessons', allowed: (_, name) => ['lesson.md', 'quiz.yaml', 'figures'].includes(name) },
  { parent: 'lessons/*/figures', allowed: (_, name) => name.endsWith('.svg') },
  { parent: 'solutions', allowed: (lesson, name) => name === lesson.file },
  { parent: 'test/mutants', allowed: (_, name) => name.endsWith('.ts') || name === 'signatures.json' },
  { parent: 'test/second', allowed: (_, name) => name.endsWith('.ts') },
];

/** Files beside the lessons' folders that are meant to be there. */
const COMMON = new Set(['lessons/course.ts', 'lessons/README.md', 'lessons/LICENSE']);

export function strayFiles(workspace: Workspace, course: Course): Finding {
  const lessons = new Map(course.lessons.map((lesson) => [folderOf(lesson), lesson]));
  const stray = PLACES.flatMap(({ parent, allowed }) => {
    const [top, below] = parent.split('/*/');
    return namesIn(path.join(workspace.root, top)).flatMap((folder) => {
      const lesson = lessons.get(folder);
      // Of a planned lesson only the reference hypervisor's part may be there.
      if (lesson === undefined || !(lesson.written || (top === 'solutions' && lesson.file)))
        return below === undefined && !COMMON.has(`${top}/${folder}`) ? [`${top}/${folder}`] : [];
      const inside = [top, folder, ...(below ? [below] : [])].join('/');
      return namesIn(path.join(workspace.root, inside))
        .filter((name) => !allowed(lesson, name))
        .map((name) => `${inside}/${name}`);
    });
  });
  return { what: 'stray files', ok: stray.length === 0, detail: stray.length === 0 ? 'none' : stray.join(', ') };
}

function namesIn(folder: string): string[] {
  return fs.existsSync(folder) && fs.statSync(folder).isDirectory() ? fs.readdirSync(folder).sort() : [];
}
