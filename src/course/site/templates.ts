/** The pages' templates: handlebars files, compiled once, with everything escaped that is not marked as HTML. */
import fs from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';

export type Template = (view: object) => string;
export type TemplateName = 'layout' | 'index' | 'lesson' | 'code';

/** `strict`: a name that a view lacks is an error, not an empty place. */
export function loadTemplates(root: string): Readonly<Record<TemplateName, Template>> {
  const load = (name: TemplateName): Template => {
    const file = path.join(root, 'src/course/site/templates', `${name}.hbs`);
    return Handlebars.compile<object>(fs.readFileSync(file, 'utf8'), { strict: true });
  };
  return { layout: load('layout'), index: load('index'), lesson: load('lesson'), code: load('code') };
}
