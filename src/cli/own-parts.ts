/** `--mine`, `--part 03=exercises`: which parts of a hypervisor are the student's in this run. */
import path from 'node:path';
import type { Command } from 'commander';
import type { Parts } from '#vmm';
import type { Doors } from '#course/parts';
import { UsageError, exerciseFile, findWrittenLesson, nameOf, ownerships, shownPath, solutionFile } from '#course';
import type { Context } from './context';

/** As the command line gives them. */
export interface PartFlags {
  readonly part: readonly string[];
  readonly mine?: boolean;
}

/** The options of every command that runs a hypervisor. */
export const withPartOptions = (command: Command): Command =>
  command
    .option('--mine', 'your hypervisor: your parts where they pass, the reference elsewhere')
    .option(
      '-p, --part <lesson=whose>',
      'whose part runs: LESSON=exercises (yours), LESSON=solutions, or LESSON=FILE',
      collect,
      [],
    );

/** The value that an option may have several times, collected by commander. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/**
 * The parts that replace the reference's; with --mine, which they are is said on the error stream. `--part` counts more than `--mine`.
 * Throws a PartFailure for a file that has no such part in it.
 */
export async function ownParts(context: Context, { part: given, mine }: PartFlags): Promise<Partial<Parts>> {
  const specs = [...(mine ? passedParts(context) : []), ...given];
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

/** `03=exercises` for each part that passes as it stands now. */
function passedParts(context: Context): string[] {
  const all = ownerships(context.course, context.workspace, context.progress.read());
  const lessons = all.flatMap(([lesson, whose]) => (whose === 'own' ? [lesson] : []));
  const yours = lessons.length === 0 ? 'none' : lessons.map(nameOf).join(', ');
  context.io.err(`Parts of yours: ${yours}. All others are the reference's.\n`);
  for (const [lesson, whose] of all) {
    if (whose !== 'changed') continue;
    const file = shownPath(context.workspace, exerciseFile(context.workspace, lesson));
    context.io.err(`${file} was changed after it passed: hv test ${lesson.number} makes it yours again.\n`);
  }
  return lessons.map((lesson) => `${lesson.number}=exercises`);
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
