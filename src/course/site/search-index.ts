/** The search index of the site: one document a section, built here and loaded by the page as a plain script. */
import MiniSearch from 'minisearch';
import type { LessonText } from '../markdown/lesson-text';
import { slugOf } from '../heading-slug';
import { plainInline } from '../markdown/markdown';
import { scriptJson } from './html';
import { SEARCH_FIELDS, type SearchDocument } from './page/search-fields';

/** `window.HV_SEARCH = ...`: a script, because pages opened from file:// may not fetch. */
export function searchScript(lessons: readonly { readonly text: LessonText; readonly href: string }[]): string {
  const index = new MiniSearch<SearchDocument>(SEARCH_FIELDS);
  index.addAll(lessons.flatMap(({ text, href }) => sectionsOf(text, href)));
  return `window.HV_SEARCH = ${scriptJson(index.toJSON())};\n`;
}

/** The text between one heading and the next. */
export function sectionsOf(lesson: LessonText, href: string): SearchDocument[] {
  const sections: { title: string; slug: string; words: string[] }[] = [];
  lesson.tokens.forEach((token, index) => {
    if (token.type === 'heading_open') {
      const title = plainInline(lesson.tokens[index + 1].children);
      sections.push({ title, slug: token.tag === 'h1' ? '' : slugOf(title), words: [] });
    } else if (token.type === 'inline') sections.at(-1)?.words.push(plainInline(token.children));
  });
  return sections.map((section) => ({
    id: section.slug === '' ? href : `${href}#${section.slug}`,
    title: section.title,
    lesson: `${lesson.folder.slice(0, 2)} ${lesson.title}`,
    text: section.words.join(' '),
  }));
}
