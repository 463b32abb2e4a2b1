/** `hv site build`: the lessons as a web site that needs no server. */
import path from 'node:path';
import type { Command } from 'commander';
import type { Context } from '../context';
import { readStatus } from '../status-view';

export function addSite(program: Command, context: Context): void {
  program
    .command('site')
    .description('the lessons as a web site')
    .command('build')
    .description('write the site; open its index.html in any browser')
    .option('-o, --out <folder>', 'where to', 'public')
    .addHelpText('after', '\nExamples:\n  hv site build\n  hv site build --out ../course-site')
    .action(async (options: { out: string }) => {
      const { buildSite } = await import('#course/site');
      const { referenceParts: parts } = await import('#reference');
      const out = path.resolve(options.out);
      const passed = readStatus(context).rows.flatMap(({ lesson, state }) => (state === 'yours' ? [lesson.slug] : []));
      const { root } = context.workspace;
      const built = await buildSite({ out, root, course: context.course, passed, parts, worker: 'src/browser.ts' });
      if (context.json) context.io.out(`${JSON.stringify(built)}\n`);
      else context.io.out(`The site is in ${out}. Open ${path.join(options.out, 'index.html')} in a browser.\n`);
    });
}
