/** Headings as fragments of links: shared by the Markdown parser, by verdicts that cite a lesson, and by pages. */

/** `Two copies of one register` -> `two-copies-of-one-register`. */
export function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
}
