/** What the search index holds: the builder and the page must agree on it. */

export interface SearchDocument {
  /** Address relative to the site's root. */
  readonly id: string;
  readonly title: string;
  readonly lesson: string;
  readonly text: string;
}

export const SEARCH_FIELDS = {
  fields: ['title', 'text', 'lesson'],
  storeFields: ['title', 'lesson', 'text'],
  searchOptions: { boost: { title: 3 }, prefix: true, fuzzy: 0.15, combineWith: 'AND' as const },
};
