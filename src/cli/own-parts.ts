/** `--part 03=exercises`: which parts of a hypervisor are the student's in this run. */
import path from 'node:path';
import type { Parts } from '#vmm';
import type { Doors } from '#course/parts';
import { UsageError, exerciseFile, findWrittenLesson, solutionFile } from '#course';
import type { Context } from './context';

/** The value that an option may have several times, collected by commander. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

export const PART_HELP = 'whose part runs: LESSON=exercises (yours), LESSON=solutions, or LESSON=FILE';

/** The parts that replace the reference's. Throws a PartFailure for a file that has no such part in it. */
export async function ownParts(context: Context, specs: readonly string[]): Promise<Partial<Parts>> {
  if (specs.length === 0) return {};
  const { loadPart, partLoader } = await import('#course/parts');
  const load = partLoader(await partDoors());
  const parts: { [K in keyof Parts]?: Parts[K] } = {};
  for (const spec of specs) {
    const { part, file } = parse(context, spec);
    Object.assign(parts, { [part]: loadPart(part, file, load) });
  }
  return parts;
}

/** What a part may import. */
export async function partDoors(): Promise<Doors> {
  return {
    '#vmm': await import('#vmm'),
    '#machine': await import('#machine'),
    '#popek-goldberg': await import('#popek-goldberg'),
  };
}

function parse(context: Context, spec: string): { readonly part: keyof Parts; readonly file: string } {
  const found = /^([^=]+)=(.+)$/.exec(spec);
  if (found === null)
    throw new UsageError(
      `--part ${spec}: write LESSON=exercises, LESSON=solutions or LESSON=FILE, as in --part 03=exercises.`,
    );
  const lesson = findWrittenLesson(context.course, found[1]);
  return { part: lesson.part, file: fileOf(found[2]) };

  function fileOf(source: string): string {
    if (source === 'exercises') return exerciseFile(context.workspace, lesson);
    if (source === 'solutions') return solutionFile(context.workspace, lesson);
    return path.resolve(source);
  }
}
